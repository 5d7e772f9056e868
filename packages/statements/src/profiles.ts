/** What a column of a statement means to us. */
export type ColumnRole =
  | 'occurredAt'
  | 'time'
  | 'reference'
  | 'debit'
  | 'credit'
  | 'amount'
  | 'sign'
  | 'balance'
  | 'content'
  | 'currency'

/**
 * Which headers of a bank's table mean what: plain data, to be kept where a person mapped the columns by hand. A header is
 * compared whole and part by part (`Nợ/Debit` is `Nợ` and `Debit`), without accents, case and marks. Earlier headers of a
 * role win over later ones. Money is `debit` and `credit`, or `amount` with a `sign` or a minus.
 */
export type ColumnProfile = {
  readonly name: string
  readonly headers: { readonly [role in ColumnRole]?: readonly string[] }
  /** Headers of the bank's table that we know and do not use: they tell the bank, and are no date or memo of ours. */
  readonly otherHeaders?: readonly string[]
}

/**
 * Banks whose columns are known from public material: readers of statements in public repositories that list the headers.
 * No bank publishes its layout, and none of these was checked against a file of the bank's own; docs/STATEMENTS.md says
 * which parts are uncertain.
 */
export const profiles = {
  /** Date and document number share one cell of two lines; the older export has a `+/-` column instead of two sides. */
  vietcombank: {
    name: 'vietcombank',
    headers: {
      occurredAt: ['Ngày giao dịch', 'TNX Date'],
      reference: ['Số CT', 'Doc No', 'Số tham chiếu'],
      debit: ['Số tiền ghi nợ', 'Debit'],
      credit: ['Số tiền ghi có', 'Credit'],
      amount: ['Số tiền'],
      sign: ['+/-'],
      balance: ['Số dư', 'Balance'],
      content: ['Nội dung chi tiết', 'Transactions in detail', 'Mô tả'],
    },
    otherHeaders: ['STT'],
  },
  /** MB BIZ. Its header stands about row 19. */
  mb: {
    name: 'mb',
    headers: {
      occurredAt: ['Ngày giao dịch', 'Transaction Date'],
      reference: ['Số bút toán', 'Transaction No'],
      debit: ['Phát sinh nợ', 'Debit'],
      credit: ['Phát sinh có', 'Credit'],
      balance: ['Số dư', 'Balance'],
      content: ['Nội dung', 'Details'],
    },
    otherHeaders: ['STT', 'Ngày hạch toán', 'Đơn vị thụ hưởng', 'Chuyển', 'Tài khoản', 'Ngân hàng đối tác'],
  },
  techcombank: {
    name: 'techcombank',
    headers: {
      occurredAt: ['Ngày giao dịch', 'Transaction date'],
      reference: ['Số bút toán', 'Reference'],
      debit: ['Nợ', 'Debit'],
      credit: ['Có', 'Credit'],
      balance: ['Số dư', 'Balance'],
      content: ['Diễn giải', 'Description'],
    },
    otherHeaders: [
      'Ngày KH thực hiện',
      'Requesting date',
      'Ngân hàng đối tác',
      "Remitter's bank",
      'Tài khoản đích',
      'Tên tài khoản đối ứng',
    ],
  },
  vietinbank: {
    name: 'vietinbank',
    headers: {
      occurredAt: ['Ngày giờ giao dịch'],
      debit: ['Nợ', 'Debit'],
      credit: ['Có', 'Credit'],
      balance: ['Số dư'],
      content: ['Mô tả', 'Diễn giải'],
    },
    otherHeaders: ['STT', 'Số tài khoản đối ứng', 'Tên tài khoản đối ứng'],
  },
  bidv: {
    name: 'bidv',
    headers: {
      occurredAt: ['Ngày hiệu lực'],
      debit: ['Ghi nợ'],
      credit: ['Ghi có'],
      balance: ['Số dư'],
      content: ['Mô tả'],
    },
    otherHeaders: ['STT'],
  },
  /**
   * Known only as a PDF, with a date alone, a reference, details, debit and credit. The words are our guess at what stands
   * above those columns when the PDF has been turned into a table.
   */
  agribank: {
    name: 'agribank',
    headers: {
      occurredAt: ['Ngày', 'Date'],
      reference: ['Tham chiếu', 'Reference'],
      debit: ['Ghi nợ', 'Debit'],
      credit: ['Ghi có', 'Credit'],
      content: ['Nội dung', 'Details'],
    },
  },
} as const satisfies Record<string, ColumnProfile>

/** A bank with a ready-made profile. */
export type StatementBank = keyof typeof profiles

/** What any table may call its columns, the bank's own words first where two columns could be meant. */
export const ANY_HEADERS: Readonly<Record<ColumnRole, readonly string[]>> = {
  occurredAt: [
    'ngay gio giao dich',
    'thoi gian giao dich',
    'ngay giao dich',
    'tnx date',
    'txn date',
    'transaction date',
    'transaction time',
    'ngay gd',
    'thoi gian',
    'ngay hieu luc',
    'ngay hach toan',
    'posting date',
    'booking date',
    'value date',
    'ngay',
    'date',
  ],
  time: ['gio giao dich', 'gio', 'time'],
  reference: [
    'so tham chieu',
    'so but toan',
    'so ct',
    'doc no',
    'so chung tu',
    'ma giao dich',
    'so giao dich',
    'ma gd',
    'tham chieu',
    'transaction no',
    'transaction id',
    'reference no',
    'reference number',
    'reference',
    'ref no',
    'ref',
  ],
  debit: [
    'so tien ghi no',
    'phat sinh no',
    'ps no',
    'ghi no',
    'no',
    'debit amount',
    'debit',
    'withdrawal',
    'tien ra',
    'rut ra',
  ],
  credit: [
    'so tien ghi co',
    'phat sinh co',
    'ps co',
    'ghi co',
    'co',
    'credit amount',
    'credit',
    'deposit',
    'tien vao',
    'gui vao',
  ],
  amount: ['so tien', 'so tien giao dich', 'transaction amount', 'amount', 'phat sinh'],
  sign: ['+/-', 'no co', 'dr cr', 'd c', 'debit credit', 'ghi no ghi co'],
  balance: ['so du sau giao dich', 'so du luy ke', 'so du', 'running balance', 'balance'],
  content: [
    'noi dung chi tiet',
    'transactions in detail',
    'noi dung giao dich',
    'noi dung',
    'dien giai',
    'mo ta',
    'transaction description',
    'description',
    'transaction details',
    'details',
    'narrative',
    'remarks',
  ],
  currency: ['loai tien', 'loai tien te', 'currency', 'ccy'],
}
