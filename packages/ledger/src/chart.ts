/** What `openAccounts` takes: one account of one book. */
export type AccountSpec = {
  /** `<book>:<code>` */
  id: string
  book: string
  /** Ours, and stable: it is part of the id. */
  code: string
  /** The number that the operator's chart shows the account under. */
  glCode: string
  side: 'debit' | 'credit'
  name: string
  /** Never below zero on its own side: a posting that would take it there is refused. Absent means that it may. */
  keepsSide?: boolean
  /** The circular's own text was not seen to give this number this use: the operator's accountant has to say. */
  unverified?: true
}

/** Who runs the market; it decides which of the Ministry of Finance's charts of accounts the board keeps. */
export type OperatorKind = 'enterprise' | 'cooperative' | 'public_unit'

type Account = { side: 'debit' | 'credit'; name: string; keepsSide: boolean }

const BOARD_BOOK = 'board'
const RECEIVABLE = '131'

/**
 * The accounts of the board's book, the same for every operator. `keepsSide` is for what can only be taken from what is
 * there: cash, claims, and money owed to somebody by name. It is not for what a bank may move before we know all (112,
 * utilities), nor for results, which adjustments and year ends turn around. docs/MONEY.md says why, one by one.
 */
const BOARD_ACCOUNTS = {
  '000': { side: 'credit', name: 'Sổ kế toán chung của đơn vị', keepsSide: false },
  '111': { side: 'debit', name: 'Tiền mặt', keepsSide: true },
  '112': { side: 'debit', name: 'Tiền gửi ngân hàng', keepsSide: false },
  '113': { side: 'debit', name: 'Tiền mặt đang chuyển', keepsSide: true },
  '1381': { side: 'debit', name: 'Tiền thiếu chờ xử lý', keepsSide: true },
  '1388': { side: 'debit', name: 'Tiền ra chờ xử lý', keepsSide: true },
  '3331': { side: 'credit', name: 'Thuế giá trị gia tăng phải nộp', keepsSide: false },
  '3381': { side: 'credit', name: 'Tiền thừa chờ xử lý', keepsSide: true },
  '3387': { side: 'credit', name: 'Khách trả trước', keepsSide: true },
  '3388': { side: 'credit', name: 'Treo chờ xử lý', keepsSide: true },
  '3388.utility': { side: 'credit', name: 'Tiền điện, nước phải trả nhà cung cấp', keepsSide: false },
  '511': { side: 'credit', name: 'Doanh thu cho thuê điểm kinh doanh', keepsSide: false },
  '515': { side: 'credit', name: 'Lãi tiền gửi', keepsSide: false },
  '521': { side: 'debit', name: 'Miễn giảm giá dịch vụ', keepsSide: false },
  '642': { side: 'debit', name: 'Chi phí quản lý', keepsSide: false },
  '711': { side: 'credit', name: 'Thu nhập khác', keepsSide: false },
} as const satisfies Record<string, Account>

/** One for each stall that left a deposit: both circulars that we read ask for it depositor by depositor. */
const DEPOSIT_ACCOUNTS = {
  '344': { side: 'credit', name: 'Tiền cọc của quầy', keepsSide: true },
} as const satisfies Record<string, Account>

/** For each person who carries the board's cash. */
const COLLECTOR_ACCOUNTS = {
  '111': { side: 'debit', name: 'Tiền mặt người thu đang giữ', keepsSide: true },
  '1388': { side: 'debit', name: 'Người thu còn phải nộp', keepsSide: true },
} as const satisfies Record<string, Account>

type NumberOf<Accounts> = Record<keyof Accounts, string>
type BoardChart = {
  validFrom: string
  source: string
  /** When the numbers were last held against the source. */
  checkedOn: string
  board: NumberOf<typeof BOARD_ACCOUNTS>
  deposit: NumberOf<typeof DEPOSIT_ACCOUNTS>
  collector: NumberOf<typeof COLLECTOR_ACCOUNTS>
  /** Numbers whose use the source was not seen to name, or all of them. */
  unverified: 'all' | { board: readonly string[]; collector: readonly string[] }
}

/**
 * The board's charts by kind of operator, newest first. An account's code, and so its id, stays when a chart changes;
 * what changes is the number it is shown under. `000` is no chart's number: it stands for the operator's other books.
 */
export const BOARD_CHARTS: Record<OperatorKind, readonly BoardChart[]> = {
  enterprise: [
    {
      validFrom: '2026-01-01',
      source: 'Thông tư 99/2025/TT-BTC',
      checkedOn: '2026-11-24',
      board: {
        '000': '000',
        '111': '111',
        '112': '112',
        '113': '113',
        '1381': '1381',
        '1388': '1388',
        '3331': '3331',
        '3381': '3381',
        '3387': '3387',
        '3388': '3388',
        '3388.utility': '3388',
        '511': '511',
        '515': '515',
        '521': '521',
        '642': '642',
        '711': '711',
      },
      deposit: { '344': '344' },
      collector: { '111': '111', '1388': '1388' },
      // It has cash "at the till" under 111 and says nothing of cash that a collector still carries.
      unverified: { board: [], collector: ['111'] },
    },
  ],
  cooperative: [
    {
      validFrom: '2025-01-01',
      source: 'Thông tư 71/2024/TT-BTC',
      checkedOn: '2026-11-24',
      board: {
        '000': '000',
        '111': '111',
        '112': '112',
        '113': '111',
        '1381': '138',
        '1388': '138',
        '3331': '3331',
        '3381': '338',
        '3387': '338',
        '3388': '338',
        '3388.utility': '338',
        '511': '511',
        '515': '558',
        '521': '521',
        '642': '642',
        '711': '558',
      },
      deposit: { '344': '338' },
      collector: { '111': '111', '1388': '138' },
      // It has no account for cash on its way, and posts 112 against 111.
      unverified: { board: ['113'], collector: ['111'] },
    },
  ],
  public_unit: [
    {
      validFrom: '2025-01-01',
      source: 'Thông tư 24/2024/TT-BTC',
      checkedOn: '2026-11-24',
      board: {
        '000': '000',
        '111': '111',
        '112': '112',
        '113': '113',
        '1381': '138',
        '1388': '138',
        '3331': '3331',
        '3381': '338',
        '3387': '338',
        '3388': '338',
        '3388.utility': '338',
        '511': '531',
        '515': '515',
        '521': '531',
        '642': '642',
        '711': '711',
      },
      deposit: { '344': '348' },
      collector: { '111': '111', '1388': '138' },
      // Its text was not to be had; the numbers are those of second-hand lists.
      unverified: 'all',
    },
  ],
}

/** A household keeps no chart by law; its book uses the same numbers, so that one set of words serves both. */
const STALL_ACCOUNTS = {
  // The till is counted by nobody and not every cash sale is entered, so money given back may exceed what is written.
  '111': { side: 'debit', name: 'Tiền mặt', keepsSide: false },
  '112': { side: 'debit', name: 'Tiền gửi ngân hàng', keepsSide: false },
  '411': { side: 'credit', name: 'Tiền riêng của chủ hộ', keepsSide: false },
  '511': { side: 'credit', name: 'Doanh thu bán hàng', keepsSide: false },
  '3388': { side: 'credit', name: 'Treo chờ xử lý', keepsSide: true },
} as const satisfies Record<string, Account>

/** The book that an account's id (`<book>:<code>`) names. */
export function bookOf(accountId: string): string {
  return accountId.split(':', 1)[0] ?? ''
}

/** The ids of the board's accounts. What a stall owes is the balance of its receivable. */
export const boardAccounts = {
  /** The counterpart of what these books do not keep: opening balances, wages, grants, a closed year. */
  general: `${BOARD_BOOK}:000`,
  cash: `${BOARD_BOOK}:111`,
  bank: `${BOARD_BOOK}:112`,
  cashOnTheWay: `${BOARD_BOOK}:113`,
  /** Cash that a count missed, until it is decided who answers for it. */
  shortage: `${BOARD_BOOK}:1381`,
  /** Money that left the bank account and nobody can say why: the other side of suspense. */
  outgoing: `${BOARD_BOOK}:1388`,
  vat: `${BOARD_BOOK}:3331`,
  surplus: `${BOARD_BOOK}:3381`,
  advance: `${BOARD_BOOK}:3387`,
  suspense: `${BOARD_BOOK}:3388`,
  utility: `${BOARD_BOOK}:3388.utility`,
  revenue: `${BOARD_BOOK}:511`,
  interest: `${BOARD_BOOK}:515`,
  relief: `${BOARD_BOOK}:521`,
  expense: `${BOARD_BOOK}:642`,
  otherIncome: `${BOARD_BOOK}:711`,
  receivable: (stallId: string): string => `${BOARD_BOOK}:${RECEIVABLE}.${stallId}`,
  deposit: (stallId: string): string => `${BOARD_BOOK}:344.${stallId}`,
  /** Cash taken in the board's name and not handed over yet. */
  collected: (userId: string): string => `${BOARD_BOOK}:111.${userId}`,
  /** What a collector, or the cashier, has to make good. */
  owedBy: (userId: string): string => `${BOARD_BOOK}:1388.${userId}`,
} as const

/** The ids of a stall's own accounts. Its book is another legal person's: nothing moves between it and the board's. */
export function stallAccounts(stallId: string): {
  cash: string
  bank: string
  /** Money on the stall's account that is its owner's and no sale. */
  owner: string
  revenue: string
  suspense: string
} {
  return {
    cash: `${stallId}:111`,
    bank: `${stallId}:112`,
    owner: `${stallId}:411`,
    revenue: `${stallId}:511`,
    suspense: `${stallId}:3388`,
  }
}

/** The accounts of a board as the chart in force on `day` (`YYYY-MM-DD`) has them; stalls and collectors add their own. */
export function boardChart(operatorKind: OperatorKind, day: string): AccountSpec[] {
  const { board, unverified } = chartOn(operatorKind, day)
  return toSpecs(BOARD_ACCOUNTS, board, unverified === 'all' ? unverified : unverified.board)
}

/** The accounts every stall needs: those of its own book, and what it owes the board in the board's. */
export function stallChart(stallId: string): AccountSpec[] {
  const own = Object.entries(STALL_ACCOUNTS).map(([code, account]): AccountSpec => ({
    id: `${stallId}:${code}`,
    book: stallId,
    code,
    glCode: code,
    ...account,
  }))
  // 131 in all three charts, so that a stall can be opened without knowing the operator.
  const receivable: AccountSpec = {
    id: boardAccounts.receivable(stallId),
    book: BOARD_BOOK,
    code: `${RECEIVABLE}.${stallId}`,
    glCode: RECEIVABLE,
    side: 'debit',
    name: 'Phải thu của quầy',
    keepsSide: true,
  }
  return [...own, receivable]
}

/** What a stall that leaves a deposit needs besides, in the board's book. */
export function depositChart(stallId: string, operatorKind: OperatorKind, day: string): AccountSpec[] {
  const { deposit, unverified } = chartOn(operatorKind, day)
  return toSpecs(DEPOSIT_ACCOUNTS, deposit, unverified === 'all' ? unverified : [], `.${stallId}`)
}

/** What a person who carries the board's cash needs (collector or cashier), in the board's book. */
export function collectorChart(userId: string, operatorKind: OperatorKind, day: string): AccountSpec[] {
  const { collector, unverified } = chartOn(operatorKind, day)
  const doubtful = unverified === 'all' ? unverified : unverified.collector
  return toSpecs(COLLECTOR_ACCOUNTS, collector, doubtful, `.${userId}`)
}

/** A day before the first chart has the first one: the books have to open under some number. */
function chartOn(operatorKind: OperatorKind, day: string): BoardChart {
  const charts = BOARD_CHARTS[operatorKind]
  const chart = charts.find(({ validFrom }) => validFrom <= day) ?? charts.at(-1)
  if (chart === undefined) throw new Error(`no chart of accounts for ${operatorKind}`)
  return chart
}

function toSpecs(
  accounts: Record<string, Account>,
  numbers: Record<string, string>,
  unverified: 'all' | readonly string[],
  suffix = '',
): AccountSpec[] {
  return Object.entries(accounts).map(([key, account]) => {
    const code = `${key}${suffix}`
    const doubtful = key !== '000' && (unverified === 'all' || unverified.includes(key))
    return {
      id: `${BOARD_BOOK}:${code}`,
      book: BOARD_BOOK,
      code,
      glCode: numbers[key] ?? key,
      ...account,
      ...(doubtful ? { unverified: true as const } : {}),
    }
  })
}
