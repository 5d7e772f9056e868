import { XMLParser } from 'fast-xml-parser'
import { readVietnamTime } from '@tienve/bank-feeds'
import { checkBalances, signedVnd } from './balances.ts'
import { oneLine, vietnamDay } from './cells.ts'
import { periodOf } from './period.ts'
import { StatementError, type Statement, type StatementRow } from './statement.ts'

/** An element: its children by name, `#text` and attributes. */
type Node = Readonly<Record<string, unknown>>
type Balance = { readonly amountVnd: bigint; readonly day: string | null }

const LISTS = new Set(['Stmt', 'Bal', 'Ntry', 'NtryDtls', 'TxDtls', 'Ustrd'])

/**
 * Reads camt.053: one statement, or the statements of one account that follow each other. Only booked entries are money.
 * An entry of several transactions becomes a row for each when their amounts add up to it, and else stays one row.
 */
export function readCamt053(xml: string): Omit<Statement, 'format' | 'profile'> {
  const statements = listOf(parse(xml), 'Document', 'BkToCstmrStmt', 'Stmt')
  if (statements.length === 0) throw new StatementError('format_unknown')
  const accounts = new Set(statements.map(accountOf))
  if (accounts.size > 1) throw new StatementError('several_accounts', null, 'Acct')
  const rows: StatementRow[] = []
  let entries = 0
  let opening: Balance | null = null
  let closing: Balance | null = null
  for (const statement of statements) {
    const currency = textOf(statement, 'Acct', 'Ccy')
    if (currency !== null && currency !== 'VND')
      throw new StatementError('currency_unsupported', null, 'Acct/Ccy')
    const from = readBalance(statement, ['OPBD', 'PRCD'])
    const to = readBalance(statement, ['CLBD'])
    if (closing !== null && from !== null && closing.amountVnd !== from.amountVnd) {
      const mismatch = { expectedVnd: closing.amountVnd, foundVnd: from.amountVnd }
      throw new StatementError('balances_mismatch', null, 'OPBD', { mismatch })
    }
    const own = listOf(statement, 'Ntry').flatMap((entry) => readEntry(entry, ++entries))
    const numbered = own.map((row, at) => ({ ...row, line: rows.length + at + 1 }))
    const said = { openingVnd: from?.amountVnd ?? null, closingVnd: to?.amountVnd ?? null }
    checkBalances(numbered, said, { line: null, field: 'CLBD' })
    for (const row of numbered) rows.push(row)
    opening ??= from
    closing = to
  }
  const isWhole = statements.every((one) => readBalance(one, ['OPBD', 'PRCD']) && readBalance(one, ['CLBD']))
  const [account = null] = accounts
  return {
    accountNumber: account,
    ...periodIn(statements, opening, closing, rows),
    openingVnd: opening?.amountVnd ?? null,
    closingVnd: closing?.amountVnd ?? null,
    checked: isWhole ? 'balances' : 'none',
    rows,
  }
}

function parse(xml: string): unknown {
  // Entities of a file's own are how XML is made to explode; a statement has no use for them.
  if (/<!DOCTYPE/i.test(xml)) throw new StatementError('file_unreadable', null, 'DOCTYPE')
  try {
    return new XMLParser({
      ignoreAttributes: false,
      removeNSPrefix: true,
      parseTagValue: false,
      processEntities: false,
      // Paths as text for callbacks that need none would cost a fifth of the time.
      jPath: false,
      isArray: (name) => LISTS.has(name),
    }).parse(xml, true)
  } catch (cause) {
    throw new StatementError('file_unreadable', null, null, { cause })
  }
}

function readEntry(entry: Node, number: number): Omit<StatementRow, 'line'>[] {
  const field = `Ntry[${number}]`
  const status = textOf(entry, 'Sts', 'Cd') ?? textOf(entry, 'Sts')
  if (status === null) throw new StatementError('row_unreadable', null, `${field}/Sts`)
  if (status !== 'BOOK') return []
  const dated = readVietnamTime(dateText(entry, 'BookgDt') ?? dateText(entry, 'ValDt') ?? '')
  if (dated === null) throw new StatementError('date_unreadable', null, `${field}/BookgDt`)
  const whole: Omit<StatementRow, 'line'> = {
    ...readAmount(entry, field),
    ...dated,
    reference: textOf(entry, 'AcctSvcrRef'),
    content: textOf(entry, 'AddtlNtryInf') ?? '',
    balanceVnd: null,
    reversal: textOf(entry, 'RvslInd') === 'true' || textOf(entry, 'RvslInd') === '1',
  }
  if (whole.amountVnd === 0n) throw new StatementError('amount_missing', null, `${field}/Amt`)
  const details = listOf(entry, 'NtryDtls').flatMap((one) => listOf(one, 'TxDtls'))
  const parts = details.map((one) => readPart(one, whole, field))
  const [single] = parts
  if (parts.length === 1 && single !== undefined) {
    return [{ ...whole, reference: single.reference, content: single.content }]
  }
  const sum = parts.reduce(
    (total, part) =>
      total + (part.amountVnd === null ? 0n : signedVnd({ ...part, amountVnd: part.amountVnd })),
    0n,
  )
  if (parts.length > 0 && sum === signedVnd(whole)) {
    const rows = parts.flatMap(({ amountVnd, ...part }) =>
      amountVnd === null || amountVnd === 0n ? [] : [{ ...part, amountVnd }],
    )
    if (rows.length === parts.length) return rows
  }
  return [{ ...whole, content: whole.content || oneLine(parts.map(({ content }) => content).join(' ')) }]
}

/** One transaction of an entry; what it does not say itself is as the entry says. */
function readPart(details: Node, whole: Omit<StatementRow, 'line'>, field: string) {
  const own = [details, child(details, 'AmtDtls', 'TxAmt')].find((one) => child(one, 'Amt') !== undefined)
  const memo = listOf(child(details, 'RmtInf'), 'Ustrd').map((one) => textOf(one) ?? '')
  return {
    ...whole,
    amountVnd: own === undefined ? null : readVnd(child(own, 'Amt'), `${field}/TxDtls/Amt`),
    direction: directionOf(details) ?? whole.direction,
    reference: textOf(details, 'Refs', 'AcctSvcrRef') ?? whole.reference,
    content: oneLine(memo.join(' ')) || textOf(details, 'AddtlTxInf') || whole.content,
  }
}

/** `CdtDbtInd` is the way this entry goes, of a reversal too (ISO 20022: a reversed credit is `DBIT`). */
function readAmount(entry: Node, field: string): Pick<StatementRow, 'direction' | 'amountVnd'> {
  const direction = directionOf(entry)
  if (direction === null) throw new StatementError('direction_unknown', null, `${field}/CdtDbtInd`)
  return { direction, amountVnd: readVnd(child(entry, 'Amt'), `${field}/Amt`) }
}

function directionOf(node: Node): 'in' | 'out' | null {
  const text = textOf(node, 'CdtDbtInd')
  return text === 'CRDT' ? 'in' : text === 'DBIT' ? 'out' : null
}

function readVnd(amount: unknown, field: string): bigint {
  if (textOf(amount, '@_Ccy') !== 'VND') throw new StatementError('currency_unsupported', null, field)
  const match = /^(\d{1,15})(?:\.(\d{1,5}))?$/.exec(textOf(amount) ?? '')
  if (match === null) throw new StatementError('amount_unreadable', null, field)
  if (/[1-9]/.test(match[2] ?? '')) throw new StatementError('amount_fractional', null, field)
  return BigInt(match[1] ?? '')
}

function readBalance(statement: Node, codes: readonly string[]): Balance | null {
  const balances = listOf(statement, 'Bal')
  const code = codes.find((one) =>
    balances.some((balance) => textOf(balance, 'Tp', 'CdOrPrtry', 'Cd') === one),
  )
  const balance = balances.find((one) => code !== undefined && textOf(one, 'Tp', 'CdOrPrtry', 'Cd') === code)
  if (balance === undefined || code === undefined) return null
  const { direction, amountVnd } = readAmount(balance, code)
  return {
    amountVnd: signedVnd({ direction, amountVnd }),
    day: dateText(balance, 'Dt')?.slice(0, 'YYYY-MM-DD'.length) ?? null,
  }
}

function periodIn(
  statements: readonly Node[],
  opening: Balance | null,
  closing: Balance | null,
  rows: readonly StatementRow[],
) {
  const dayIn = (statement: Node | undefined, name: string) => {
    const time = readVietnamTime(textOf(statement, 'FrToDt', name) ?? '')
    return time === null ? null : vietnamDay(time.occurredAt)
  }
  const shown = periodOf(opening?.day ?? null, closing?.day ?? null, rows)
  return {
    fromDay: dayIn(statements[0], 'FrDtTm') ?? shown.fromDay,
    toDay: dayIn(statements.at(-1), 'ToDtTm') ?? shown.toDay,
  }
}

function accountOf(statement: Node): string | null {
  return textOf(statement, 'Acct', 'Id', 'Othr', 'Id') ?? textOf(statement, 'Acct', 'Id', 'IBAN')
}

function dateText(node: Node, name: string): string | null {
  return textOf(node, name, 'DtTm') ?? textOf(node, name, 'Dt')
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function child(node: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isNode(at) ? at[name] : undefined), node)
}

function listOf(node: unknown, ...path: readonly string[]): Node[] {
  const found = child(node, ...path)
  return Array.isArray(found) ? found.map((one: unknown) => (isNode(one) ? one : { '#text': one })) : []
}

/** The text of an element or attribute on one line; null when there is none. */
function textOf(node: unknown, ...path: readonly string[]): string | null {
  const found = child(node, ...path)
  const text = isNode(found) ? found['#text'] : found
  return typeof text === 'string' ? oneLine(unescapeXml(text)) || null : null
}

const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

function unescapeXml(text: string): string {
  return text.replaceAll(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (all, decimal, hex, name) => {
      if (name !== undefined) return NAMED[String(name)] ?? String(all)
      const point = hex === undefined ? Number(decimal) : Number.parseInt(String(hex), 16)
      return point <= 0x10ffff ? String.fromCodePoint(point) : String(all)
    },
  )
}
