import { AppError, KIND_WORDS } from '@tienve/contracts'
import { inMarket, type Db, type Tx } from '@tienve/db'
import { listTransfers, type TransferRow } from '@tienve/ledger'
import { dayOf } from '../days.ts'
import type { Cell, Table } from '../documents/table.ts'
import { findGlCodes, listHiddenBooks } from './repository.ts'

const ROWS_A_READ = 1_000

/** What an accounting package takes in: one movement a row, with the numbers of the operator's own chart. */
const COLUMNS: Table['columns'] = [
  { head: 'Ngày ghi sổ', kind: 'day', width: 12 },
  { head: 'Số bút toán', kind: 'count', width: 12 },
  { head: 'Ngày chứng từ', kind: 'day', width: 12 },
  { head: 'Diễn giải', kind: 'text', width: 32 },
  { head: 'TK Nợ', kind: 'text', width: 10 },
  { head: 'TK Có', kind: 'text', width: 10 },
  { head: 'Số tiền (đ)', kind: 'money', width: 16 },
  { head: 'Chi tiết Nợ', kind: 'text', width: 24 },
  { head: 'Chi tiết Có', kind: 'text', width: 24 },
  { head: 'Chứng từ gốc', kind: 'text', width: 28 },
]

/**
 * The general journal of one book over a span of business days: one legal person's, since books are never mixed. Read page
 * by page in short transactions, up to what was posted when it began; the first of them calls `note`. Errors: `not_found`
 * for a hidden or unknown book.
 */
export async function journalTable(
  db: Db,
  marketId: string,
  book: string,
  span: { from: string; to: string },
  note: (tx: Tx) => Promise<void>,
): Promise<Table> {
  const glCodes = await inMarket(db, marketId, async (tx) => {
    const hidden = await listHiddenBooks(tx, marketId)
    const found = hidden.includes(book) ? new Map<string, string>() : await findGlCodes(tx, marketId, book)
    if (found.size === 0) throw new AppError('not_found')
    await note(tx)
    return found
  })
  return { name: 'Nhật ký chung', columns: COLUMNS, rows: journalRows(db, marketId, book, span, glCodes) }
}

async function* journalRows(
  db: Db,
  marketId: string,
  book: string,
  span: { from: string; to: string },
  glCodes: ReadonlyMap<string, string>,
): AsyncGenerator<Cell[]> {
  const filter = { book, fromDay: span.from, toDay: span.to }
  const [newest] = await inMarket(db, marketId, (tx) =>
    listTransfers(tx, marketId, { limit: 1, newestFirst: true }, filter),
  )
  let after: { seq: bigint; leg: number } | undefined
  for (;;) {
    const page = await inMarket(db, marketId, (tx) =>
      listTransfers(tx, marketId, { after, limit: ROWS_A_READ }, filter),
    )
    const known = page.filter(({ seq }) => newest !== undefined && seq <= newest.seq)
    for (const row of known) yield toCells(row, glCodes)
    after = known.at(-1)
    if (after === undefined || known.length < ROWS_A_READ) return
  }
}

function toCells(row: TransferRow, glCodes: ReadonlyMap<string, string>): Cell[] {
  const kind = Object.entries(KIND_WORDS).find(([name]) => name === row.kind)?.[1].vi ?? row.kind
  const reversal = row.reversesSeq === null ? '' : ` bút toán ${row.reversesSeq}`
  return [
    row.businessDay,
    row.seq,
    dayOf(row.occurredAt),
    `${kind}${reversal}`,
    glCodes.get(row.debitAccount) ?? '',
    glCodes.get(row.creditAccount) ?? '',
    row.amountVnd,
    row.debitAccount,
    row.creditAccount,
    row.sourceId,
  ]
}
