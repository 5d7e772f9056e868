import {
  AppError,
  type StatementList,
  type StatementPreview,
  type StatementQuery,
  type StatementRecord,
} from '@tienve/contracts'
import { inMarket, newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import {
  previewTable,
  profiles,
  readStatement,
  StatementError,
  type ColumnProfile,
  type Statement,
} from '@tienve/statements'
import { createHash } from 'node:crypto'
import { leaveEntries, noteChange } from '../audit/service.ts'
import type { Context } from '../context.ts'
import { dayOf, toMoment } from '../days.ts'
import type { Intake } from '../feeds/intake.ts'
import type { Actor } from '../http/types.ts'
import * as repository from './repository.ts'
import { ROWS_A_MESSAGE, STATEMENT, writeRows } from './rules.ts'

/**
 * Takes a statement of an account in: read whole and adding up, or refused with the line that does not. Its rows then go
 * the way of every message. The same file again is the same statement. Errors: `not_found`, `role_forbidden`,
 * `statement_refused`, `statement_unchecked`, `statement_of_other_account`, `intake_unavailable`.
 */
export async function importStatement(
  ctx: Context,
  intake: Pick<Intake, 'store'>,
  actor: Actor,
  accountId: string,
  file: Buffer,
  query: StatementQuery,
): Promise<StatementRecord> {
  const { marketId } = actor
  const account = await inMarket(ctx.db, marketId, (tx) => findOwnAccount(tx, actor, accountId))
  const read = await readFile(file, query)
  requireFit(read, account.number, query)
  const { id } = await takeIn(ctx, intake, marketId, account, read, file, actor)
  return inMarket(ctx.db, marketId, (tx) => getOwn(tx, actor, id))
}

/**
 * As `importStatement`, of a file that a connection delivered by itself and proved. What was signed is the file alone: it must
 * say itself whose it is, unless the connection speaks for one account only. Errors: `request_invalid` for an account that
 * the connection does not name, and those of `importStatement`.
 */
export async function deliverStatement(
  ctx: Context,
  intake: Pick<Intake, 'store'>,
  { marketId, id: connectionId }: { marketId: string; id: string },
  { account: number, bin }: { account: string; bin?: string | undefined },
  file: Buffer,
): Promise<{ statementId: string; rowCount: number }> {
  if (file.length === 0) throw invalid('file', 'the body is empty')
  const { accounts, count } = await inMarket(ctx.db, marketId, (tx) =>
    repository.findNamed(tx, marketId, connectionId, number),
  )
  const [account, another] = accounts.filter((one) => bin === undefined || one.bin === bin)
  if (account === undefined) throw invalid('account', 'this connection does not speak for it')
  if (another !== undefined) throw invalid('bin', 'this connection speaks for two accounts of this number')
  const read = await readFile(file, { unchecked: false })
  if (count > 1 && read.accountNumber === null)
    throw invalid('file', 'it does not say of which account it is')
  requireFit(read, account.number, { unchecked: false })
  const { id } = await takeIn(ctx, intake, marketId, account, read, file, connectionId)
  return { statementId: id, rowCount: read.rows.length }
}

/** Keeps a statement that was read and has its rows go the way of every message. */
async function takeIn(
  ctx: Context,
  intake: Pick<Intake, 'store'>,
  marketId: string,
  account: repository.AccountRow,
  read: Statement,
  file: Buffer,
  importedBy: Actor | string,
): Promise<{ id: string }> {
  const found = await inMarket(ctx.db, marketId, async (tx) => {
    const connectionId = await ensureConnection(ctx, tx, marketId, account)
    const statement = await repository.insertStatement(tx, {
      marketId,
      id: newId('stm'),
      accountId: account.id,
      connectionId,
      fileHash: createHash('sha256').update(file).digest(),
      rawFile: file,
      format: read.format,
      profile: read.profile,
      ...spanOf(read, ctx.now()),
      openingVnd: read.openingVnd,
      closingVnd: read.closingVnd,
      rowCount: read.rows.length,
      importedBy: typeof importedBy === 'string' ? importedBy : importedBy.userId,
      importedAt: ctx.now(),
    })
    if (typeof importedBy === 'string') return statement
    noteChange(importedBy, {
      object: { kind: 'statements', id: statement.id },
      after: { format: read.format, rows: read.rows.length },
    })
    await leaveEntries(ctx, tx, importedBy, statement)
    return statement
  })
  // Also of a file that is known: whoever brought it first may have been cut off before all of it was stored.
  await storeRows(ctx, intake, marketId, found, account.number, read)
  return found
}

/** How far a statement is. Errors: `not_found`. */
export async function getStatement(tx: Tx, actor: Actor, id: string): Promise<StatementRecord> {
  return getOwn(tx, actor, id)
}

/** The statements of an account, the latest days first. Errors: `not_found`. */
export async function listStatements(tx: Tx, actor: Actor, accountId: string): Promise<StatementList> {
  await findOwnAccount(tx, actor, accountId)
  const rows = await repository.listStatements(tx, actor.marketId, { accountId })
  return { items: rows.map(toRecord), nextCursor: null }
}

/** The first rows of a table with the columns as we guess them; nothing is kept. Errors: `not_found`, `statement_refused`. */
export async function previewStatement(
  ctx: Context,
  actor: Actor,
  accountId: string,
  file: Buffer,
): Promise<StatementPreview> {
  await inMarket(ctx.db, actor.marketId, (tx) => findOwnAccount(tx, actor, accountId))
  const { rows, headerLine, columns } = await refusing(() => previewTable(file))
  return {
    headerLine,
    rows: rows.map(({ line, cells }) => ({ line, cells: [...cells] })),
    columns: columns.map(({ title, roles }) => ({ title, roles: [...roles] })),
  }
}

/** The board brings its own account's, and a stall its own: what came to a stall is nobody else's affair. */
async function findOwnAccount(tx: Tx, actor: Actor, accountId: string): Promise<repository.AccountRow> {
  const account = await repository.findAccount(tx, actor.marketId, accountId)
  if (account === undefined || account.stallId !== actor.stallId) throw new AppError('not_found')
  return account
}

async function getOwn(tx: Tx, actor: Actor, id: string): Promise<StatementRecord> {
  const [row] = await repository.listStatements(tx, actor.marketId, { id })
  if (row === undefined || row.stallId !== actor.stallId) throw new AppError('not_found')
  return toRecord(row)
}

async function readFile(file: Buffer, { profile, columns }: StatementQuery): Promise<Statement> {
  const chosen = columns === undefined ? profile && profiles[profile] : toProfile(columns)
  return refusing(() => readStatement(file, chosen === undefined ? {} : { profile: chosen }))
}

function toProfile(columns: NonNullable<StatementQuery['columns']>): ColumnProfile {
  return {
    name: 'own',
    headers: Object.fromEntries(
      Object.entries(columns).flatMap(([role, header]) => (header === undefined ? [] : [[role, [header]]])),
    ),
  }
}

async function refusing<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof StatementError)) throw error
    const { code, line, field } = error
    throw new AppError('statement_refused', error.message, {
      fields: {
        file: code,
        ...(line === null ? {} : { line: String(line) }),
        ...(field === null ? {} : { column: field }),
      },
    })
  }
}

function requireFit(read: Statement, number: string, { unchecked }: Pick<StatementQuery, 'unchecked'>): void {
  const told = read.accountNumber?.replace(/\D/g, '') ?? ''
  if (told !== '' && told !== number.replace(/\D/g, '')) throw new AppError('statement_of_other_account')
  if (read.checked === 'none' && read.rows.length > 0 && !unchecked) throw new AppError('statement_unchecked')
}

function invalid(field: string, why: string): AppError {
  return new AppError('request_invalid', undefined, { fields: { [field]: why } })
}

function spanOf({ rows, fromDay, toDay }: Statement, now: Date): { fromDay: string; toDay: string } {
  const [first, last] = [rows[0], rows.at(-1)]
  const today = dayOf(now)
  const from = fromDay ?? (first === undefined ? today : dayOf(first.occurredAt))
  const to = toDay ?? (last === undefined ? from : dayOf(last.occurredAt))
  return { fromDay: from, toDay: to < from ? from : to }
}

/** The feed that an account's statements are told through, made with the first of them. It only ever bears others out. */
async function ensureConnection(
  ctx: Context,
  tx: Tx,
  marketId: string,
  account: repository.AccountRow,
): Promise<string> {
  const known = await repository.findConnection(tx, marketId, account)
  if (known !== undefined) return known
  const id = newId('con')
  const { stallId, bin, number } = account
  await repository.insertConnection(
    tx,
    { marketId, id, provider: STATEMENT, stallId, createdAt: ctx.now() },
    { marketId, connectionId: id, bin, number, authoritative: false },
  )
  return id
}

async function storeRows(
  ctx: Context,
  intake: Pick<Intake, 'store'>,
  marketId: string,
  { id: statementId, connectionId }: { id: string; connectionId: string },
  accountNumber: string,
  { rows }: Statement,
): Promise<void> {
  for (let at = 0; at < rows.length; at += ROWS_A_MESSAGE) {
    await intake.store({
      marketId,
      connectionId,
      provider: STATEMENT,
      keyId: statementId,
      contentType: 'application/json',
      proof: null,
      receivedAt: ctx.now(),
      via: 'statement',
      rawBody: writeRows({
        statementId,
        accountNumber,
        rows: rows.slice(at, at + ROWS_A_MESSAGE).map((row) => ({
          ...row,
          amountVnd: String(row.amountVnd),
          balanceVnd: row.balanceVnd === null ? null : String(row.balanceVnd),
          occurredAt: row.occurredAt.toISOString(),
        })),
      }),
    })
  }
}

function toRecord(row: repository.StatementRow): StatementRecord {
  const { openingVnd, closingVnd } = row
  return {
    id: row.id,
    accountId: row.accountId,
    format: row.format,
    profile: row.profile,
    fromDay: row.fromDay,
    toDay: row.toDay,
    openingVnd: openingVnd === null ? null : vndToJson(openingVnd),
    closingVnd: closingVnd === null ? null : vndToJson(closingVnd),
    rowCount: row.rowCount,
    rowsDone: Number(row.rowsDone),
    joined: Number(row.joined),
    added: Number(row.added),
    held: Number(row.held),
    importedAt: toMoment(row.importedAt),
    deliveredBy: row.deliveredBy,
  }
}
