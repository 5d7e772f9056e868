/** `html` is what many banks send under a name that ends in `.xls`. */
export type StatementFormat = 'csv' | 'xlsx' | 'html' | 'mt940' | 'camt053'

/**
 * What vouches for the rows. `balances`: opening and closing are both in the file and the rows lead from one to the other.
 * `running`: the balances beside the rows follow from each other, first to last. `none`: the file gives nothing to check by.
 */
export type Checked = 'balances' | 'running' | 'none'

export type StatementRow = {
  /**
   * Where a person finds it, and unlike that of any other row: the row of the sheet, the row of a CSV as a spreadsheet
   * shows it, the line of `:61:` in MT940; in camt.053, which is often one long line, the number of the booked movement.
   */
  readonly line: number
  readonly direction: 'in' | 'out'
  /** Whole đồng, always more than zero. */
  readonly amountVnd: bigint
  readonly occurredAt: Date
  /** `day`: the file gives a date alone (or midnight to the second), which is that day's start in Asia/Ho_Chi_Minh. */
  readonly precision: 'second' | 'day'
  /** The bank's reference. Never assume that it is unique. */
  readonly reference: string | null
  /** The memo with single blanks; '' when there is none. */
  readonly content: string
  /** The account's balance after this row. */
  readonly balanceVnd: bigint | null
  /** True only where the file itself says so by a flag: `RC`/`RD` in MT940, `RvslInd` in camt.053. */
  readonly reversal: boolean
}

export type Statement = {
  readonly format: StatementFormat
  /** The column profile that fits, of a table; null when none is known to. */
  readonly profile: string | null
  readonly accountNumber: string | null
  /** `YYYY-MM-DD`, both included. */
  readonly fromDay: string | null
  readonly toDay: string | null
  /** As the file says, or as its running balances prove; null when neither. */
  readonly openingVnd: bigint | null
  readonly closingVnd: bigint | null
  readonly checked: Checked
  /** Oldest first, in the bank's own order. */
  readonly rows: readonly StatementRow[]
}

export type StatementErrorCode =
  | 'file_empty'
  | 'file_too_large'
  | 'too_many_rows'
  | 'format_unknown'
  | 'file_encrypted'
  | 'xls_binary'
  | 'file_unreadable'
  | 'columns_unknown'
  | 'currency_unsupported'
  | 'several_accounts'
  | 'row_unreadable'
  | 'date_unreadable'
  | 'date_ambiguous'
  | 'amount_unreadable'
  | 'amount_fractional'
  | 'amount_ambiguous'
  | 'amount_negative'
  | 'amount_missing'
  | 'amount_two_sided'
  | 'direction_unknown'
  | 'balances_mismatch'
  | 'running_balance_mismatch'

/** What a balance should be by the rows, and what the file says. */
export type Mismatch = { readonly expectedVnd: bigint; readonly foundVnd: bigint }

/**
 * Why a file is refused. `line` counts as `StatementRow.line` does, null when it is the whole file; `field` is the header,
 * tag or element in the file's own words, where there is one.
 */
export class StatementError extends Error {
  readonly code: StatementErrorCode
  readonly line: number | null
  readonly field: string | null
  readonly mismatch: Mismatch | null

  constructor(
    code: StatementErrorCode,
    line: number | null = null,
    field: string | null = null,
    options: ErrorOptions & { mismatch?: Mismatch } = {},
  ) {
    super(
      [code, line === null ? null : `line ${line}`, field].filter((part) => part !== null).join(': '),
      options,
    )
    this.name = 'StatementError'
    this.code = code
    this.line = line
    this.field = field
    this.mismatch = options.mismatch ?? null
  }
}
