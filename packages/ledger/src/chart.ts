/** What `openAccounts` takes: one account of one book. */
export type AccountSpec = {
  /** `<book>:<code>` */
  id: string
  book: string
  code: string
  /** The account of the chart that it is shown under. */
  glCode: string
  side: 'debit' | 'credit'
  name: string
}

/** Who runs the market; it decides which of the Ministry of Finance's charts of accounts the board keeps. */
export type OperatorKind = 'enterprise' | 'cooperative' | 'public_unit'

type ChartLine = { code: string; glCode: string; side: 'debit' | 'credit'; name: string }
type Chart = { validFrom: string; source: string; lines: readonly ChartLine[] }

const BOARD_BOOK = 'board'

const COMMON: readonly ChartLine[] = [
  { code: '111', glCode: '111', side: 'debit', name: 'Tiền mặt' },
  { code: '112', glCode: '112', side: 'debit', name: 'Tiền gửi ngân hàng' },
  { code: '3331', glCode: '3331', side: 'credit', name: 'Thuế giá trị gia tăng phải nộp' },
  { code: '3387', glCode: '3387', side: 'credit', name: 'Khách trả trước' },
  { code: '3388', glCode: '3388', side: 'credit', name: 'Treo chờ xử lý' },
]

const revenue = (glCode: string, name: string): ChartLine => ({ code: '511', glCode, side: 'credit', name })
const RENDERED = revenue('511', 'Doanh thu cho thuê điểm kinh doanh')

/**
 * The board's charts by kind of operator, newest first. An account's code, and so its id, stays when a chart changes;
 * what changes is the number it is shown under. Revenue of a public unit is 531.
 */
const BOARD_CHARTS: Record<OperatorKind, readonly Chart[]> = {
  enterprise: [{ validFrom: '2026-01-01', source: 'Thông tư 99/2025/TT-BTC', lines: [...COMMON, RENDERED] }],
  cooperative: [{ validFrom: '2025-01-01', source: 'Thông tư 71/2024/TT-BTC', lines: [...COMMON, RENDERED] }],
  public_unit: [
    {
      validFrom: '2025-01-01',
      source: 'Thông tư 24/2024/TT-BTC',
      lines: [...COMMON, revenue('531', 'Doanh thu hoạt động sản xuất, kinh doanh, dịch vụ')],
    },
  ],
}

/** A household keeps no chart by law; its book uses the same numbers, so that one set of words serves both. */
const STALL_LINES: readonly ChartLine[] = [
  { code: '111', glCode: '111', side: 'debit', name: 'Tiền mặt' },
  { code: '112', glCode: '112', side: 'debit', name: 'Tiền gửi ngân hàng' },
  { code: '511', glCode: '511', side: 'credit', name: 'Doanh thu bán hàng' },
  { code: '3388', glCode: '3388', side: 'credit', name: 'Treo chờ xử lý' },
]

const RECEIVABLE = '131'

/** The ids of the board's accounts. What a stall owes is the balance of its receivable. */
export const boardAccounts = {
  cash: `${BOARD_BOOK}:111`,
  bank: `${BOARD_BOOK}:112`,
  vat: `${BOARD_BOOK}:3331`,
  advance: `${BOARD_BOOK}:3387`,
  suspense: `${BOARD_BOOK}:3388`,
  revenue: `${BOARD_BOOK}:511`,
  receivable: (stallId: string): string => `${BOARD_BOOK}:${RECEIVABLE}.${stallId}`,
} as const

/** The ids of a stall's own accounts. Its book is another legal person's: nothing moves between it and the board's. */
export function stallAccounts(stallId: string): {
  cash: string
  bank: string
  revenue: string
  suspense: string
} {
  return {
    cash: `${stallId}:111`,
    bank: `${stallId}:112`,
    revenue: `${stallId}:511`,
    suspense: `${stallId}:3388`,
  }
}

/** The accounts of a board as the chart in force on `day` (`YYYY-MM-DD`) has them; each stall adds its receivable. */
export function boardChart(operatorKind: OperatorKind, day: string): AccountSpec[] {
  const charts = BOARD_CHARTS[operatorKind]
  const chart = charts.find(({ validFrom }) => validFrom <= day) ?? charts.at(-1)
  return (chart?.lines ?? []).map((line) => inBook(BOARD_BOOK, line))
}

/** The accounts a stall needs: those of its own book, and what it owes the board in the board's. */
export function stallChart(stallId: string): AccountSpec[] {
  const receivable = {
    code: `${RECEIVABLE}.${stallId}`,
    glCode: RECEIVABLE,
    side: 'debit',
    name: 'Phải thu của quầy',
  } as const
  return [...STALL_LINES.map((line) => inBook(stallId, line)), inBook(BOARD_BOOK, receivable)]
}

function inBook(book: string, line: ChartLine): AccountSpec {
  return { id: `${book}:${line.code}`, book, ...line }
}
