import { vietnamDay } from './cells.ts'
import { StatementError, type Checked, type StatementRow } from './statement.ts'

/** Where the file gives its closing balance: what a person is shown when the sum does not come to it. */
type ClosingPlace = { readonly line: number | null; readonly field: string | null }

type Balances = { readonly openingVnd: bigint | null; readonly closingVnd: bigint | null }

/** What a row adds to the account. */
export function signedVnd({ direction, amountVnd }: Pick<StatementRow, 'direction' | 'amountVnd'>): bigint {
  return direction === 'in' ? amountVnd : -amountVnd
}

/**
 * Proves the rows (oldest first) by the balances that the file gives, and fills in the opening and closing that running
 * balances prove. Throws `running_balance_mismatch` for the first row that does not follow, and `balances_mismatch`.
 */
export function checkBalances(
  rows: readonly StatementRow[],
  { openingVnd: saidOpening, closingVnd: saidClosing }: Balances,
  closing: ClosingPlace,
  balanceField: string | null = null,
): Balances & { checked: Checked } {
  const [first] = rows
  const openingVnd = saidOpening ?? (first?.balanceVnd == null ? null : first.balanceVnd - signedVnd(first))
  let expectedVnd = openingVnd
  for (const row of rows) {
    if (expectedVnd !== null) expectedVnd += signedVnd(row)
    if (row.balanceVnd === null) continue
    if (expectedVnd !== null && expectedVnd !== row.balanceVnd) {
      const mismatch = { expectedVnd, foundVnd: row.balanceVnd }
      throw new StatementError('running_balance_mismatch', row.line, balanceField, { mismatch })
    }
    expectedVnd = row.balanceVnd
  }
  if (saidClosing !== null && expectedVnd !== null && expectedVnd !== saidClosing) {
    const mismatch = { expectedVnd, foundVnd: saidClosing }
    throw new StatementError('balances_mismatch', closing.line, closing.field, { mismatch })
  }
  if (saidOpening !== null && saidClosing !== null) {
    return { openingVnd: saidOpening, closingVnd: saidClosing, checked: 'balances' }
  }
  // The last row too must be vouched for: by a balance of its own, or by the closing balance.
  const isProved = openingVnd !== null && (saidClosing !== null || rows.at(-1)?.balanceVnd != null)
  return isProved
    ? { openingVnd, closingVnd: expectedVnd, checked: 'running' }
    : { openingVnd: saidOpening, closingVnd: saidClosing, checked: 'none' }
}

/**
 * The rows oldest first. Files go one way or the other and say nowhere which: the days of the first and last row tell,
 * within one day the balances, and then the times.
 */
export function oldestFirst(rows: StatementRow[], balances: Balances): StatementRow[] {
  const [first, last] = [rows[0], rows.at(-1)]
  if (first === undefined || last === undefined) return rows
  const [firstDay, lastDay] = [vietnamDay(first.occurredAt), vietnamDay(last.occurredAt)]
  if (firstDay !== lastDay) return firstDay > lastDay ? rows.toReversed() : rows
  const turned = rows.toReversed()
  const breaks = countBreaks(rows, balances) - countBreaks(turned, balances)
  return breaks > 0 || (breaks === 0 && first.occurredAt > last.occurredAt) ? turned : rows
}

/** How often the balances do not follow, opening and closing among them. */
function countBreaks(rows: readonly StatementRow[], { openingVnd, closingVnd }: Balances): number {
  let breaks = 0
  let before = openingVnd
  for (const row of rows) {
    const after = before === null ? null : before + signedVnd(row)
    if (after !== null && row.balanceVnd !== null && after !== row.balanceVnd) breaks++
    before = row.balanceVnd ?? after
  }
  return closingVnd !== null && before !== null && before !== closingVnd ? breaks + 1 : breaks
}
