import {
  AppError,
  PROOF_SCHEMES,
  PROVIDERS,
  PULL_PROBLEMS,
  REFUSALS,
  type BindableAccounts,
  type Connection,
  type ConnectionList,
  type ConnectionMade,
  type CreateConnection,
  type RotateSecret,
  type SetConnectionAccounts,
  type SetPull,
  type StallConnections,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { seal } from '../feeds/secrets.ts'
import { pullOf } from '../feeds/pull.ts'
import type { Actor } from '../http/types.ts'
import { listAccounts } from '../stalls/repository.ts'
import { shownTo } from '../privacy/rules.ts'
import { bankCodeOf, maskNumber, toReceivingAccount } from '../stalls/rules.ts'
import { listLettersOf } from './letters.ts'
import { isAddressAsked, startPull } from './pull.ts'
import * as repository from './repository.ts'
import { connectionStateOf, requireScheme, secretOf } from './rules.ts'
import { setupOf } from './words.ts'

type Setup = Pick<Context, 'config' | 'now'>

const DAY_MS = 86_400_000
const FOREIGN_MS = 7 * DAY_MS

/** For longer than a rotation takes nobody should keep two secrets. */
const OVERLAP_MAX_MS = 30 * DAY_MS

/** The board's feeds, and of those that stalls set up for themselves how they stand. */
export async function getConnections(tx: Tx, marketId: string): Promise<ConnectionList> {
  const rows = await repository.listConnections(tx, marketId, null)
  return { items: rows.map((row) => toRow(row, null)), nextCursor: null }
}

/** A stall's own feeds, and who else listens to its accounts. */
export async function getStallConnections(
  tx: Tx,
  marketId: string,
  stallId: string,
): Promise<StallConnections> {
  const rows = await repository.listConnections(tx, marketId, stallId)
  const accounts = await listAccounts(tx, marketId, stallId)
  const boards = await repository.listBoardFeedsOf(tx, marketId, stallId)
  return {
    items: rows.map((row) => toRow(row, stallId)),
    nextCursor: null,
    accounts: accounts.map((account) => {
      const { id, bankName, number, feed } = toReceivingAccount(account, { role: 'stallholder' })
      const heardByBoard = boards
        .filter(({ accountId }) => accountId === id)
        .map(({ connectionId, provider, lastHeardAt }) => ({
          connectionId,
          provider: readOne(PROVIDERS, provider),
          lastHeardAt: momentOf(lastHeardAt),
        }))
      return { accountId: id, bankName, number, feed, heardByBoard }
    }),
  }
}

/** What the board can bind a feed to: every account of the market, masked. */
export async function getBindable(tx: Tx, marketId: string): Promise<BindableAccounts> {
  const rows = await repository.listBindable(tx, marketId, null)
  return {
    items: rows.map((row) => ({
      id: row.id,
      bankCode: bankCodeOf(row.bin),
      number: maskNumber(row.number),
      holder: row.holder,
      stallCode: row.stall_code,
      stallName: row.stall_name,
      isHeard: row.heard_by !== null,
    })),
    nextCursor: null,
  }
}

/** One connection, whole, for its owner. Errors: `not_found`, for another's too. */
export async function getConnection(ctx: Setup, tx: Tx, actor: Actor, id: string): Promise<Connection> {
  const row = await requireConnection(tx, actor, id)
  const { marketId } = actor
  const now = ctx.now()
  const provider = readOne(PROVIDERS, row.provider)
  const secrets = await repository.listSecrets(tx, marketId, id)
  const accounts = await repository.listBound(tx, marketId, id)
  const scheme = row.triggerOnly ? 'none' : readOne(PROOF_SCHEMES, secrets[0]?.scheme ?? 'none')
  const { pull } = row
  return {
    id,
    provider,
    name: row.name,
    owner: row.stallId === null ? 'board' : 'stall',
    scheme,
    state: stateOf(row),
    createdAt: toMoment(row.createdAt),
    createdBy: row.createdBy,
    lastHeardAt: momentOf(row.lastHeardAt),
    deliveredAt: momentOf(row.deliveredAt),
    deafSince: momentOf(row.deafSince),
    revokedAt: momentOf(row.revokedAt),
    refusal:
      row.refusedAt === null || row.refusal === null
        ? null
        : { at: toMoment(row.refusedAt), reason: readOne(REFUSALS, row.refusal) },
    accounts: accounts.map((one) => ({
      accountId: one.accountId,
      bankCode: bankCodeOf(one.bin),
      number: shownTo(actor.role, 'account', one.number) ?? '',
      holder: one.holder,
      stallCode: one.stallCode,
      authoritative: one.authoritative,
    })),
    secrets: secrets.map((one) => ({
      id: one.id,
      scheme: readOne(PROOF_SCHEMES, one.scheme),
      createdAt: momentOf(one.createdAt),
      notAfter: momentOf(one.notAfter),
      isActive: isActive(one, now),
    })),
    pull: pull === null ? null : toPull(pull),
    canPull: pullOf(provider) !== null,
    pullAsksAddress: isAddressAsked(ctx, provider),
    foreignCount: await repository.countForeign(tx, marketId, id, new Date(now.getTime() - FOREIGN_MS)),
    letters: await listLettersOf(tx, marketId, id),
    setup: setupOf(provider, scheme, `${ctx.config.publicUrl}/webhooks/${provider}/${id}`),
  }
}

/**
 * Sets a feed up for accounts of the register: the board's and any stall's for the board, her own for a stallholder. Where
 * another feed has the say on an account already, this one bears it out. Errors: `request_invalid`.
 */
export async function createConnection(
  ctx: Setup,
  tx: Tx,
  actor: Actor,
  asked: CreateConnection,
): Promise<ConnectionMade> {
  const { marketId, userId, stallId } = actor
  const { provider, scheme, name = '' } = asked
  const { secretFrom } = requireScheme(provider, scheme)
  await repository.lockFeeds(tx, marketId)
  const accounts = await requireAccounts(tx, actor, asked.accountIds)
  const id = newId('con')
  const now = ctx.now()
  const made = secretFrom === 'nobody' ? null : sealed(ctx, actor, asked)
  await repository.insertConnection(tx, marketId, {
    connection: {
      id,
      provider,
      name,
      stallId,
      triggerOnly: made === null,
      createdAt: now,
      createdBy: userId,
    },
    accounts: accounts.map(({ bin, number, heard_by }) => ({
      bin,
      number,
      authoritative: heard_by === null,
    })),
    secret: made?.row ?? null,
  })
  return {
    connection: await getConnection(ctx, tx, actor, id),
    secret: made?.shown ?? null,
    oddities: made?.oddities ?? [],
  }
}

/**
 * A new secret from now on; those before it until `oldUntil`, so that no message is lost while the provider changes. Errors:
 * `not_found`, `connection_revoked`, `request_invalid`.
 */
export async function rotateSecret(
  ctx: Setup,
  tx: Tx,
  actor: Actor,
  id: string,
  asked: RotateSecret,
): Promise<ConnectionMade> {
  const now = ctx.now()
  const oldUntil = new Date(asked.oldUntil)
  if (oldUntil.getTime() > now.getTime() + OVERLAP_MAX_MS) {
    throw new AppError('request_invalid', undefined, { fields: { oldUntil: 'at most 30 days ahead' } })
  }
  const { provider, scheme } = await requireLive(ctx, tx, actor, id)
  if (scheme === 'none') throw new AppError('request_invalid', 'This connection has no secret')
  const made = sealed(ctx, actor, { provider, scheme, secret: asked.secret })
  await repository.endSecrets(tx, actor.marketId, id, oldUntil < now ? now : oldUntil)
  await repository.insertSecret(tx, actor.marketId, id, made.row)
  await noteChange(ctx, tx, actor, id)
  const { shown: secret, oddities } = made
  return { connection: await getConnection(ctx, tx, actor, id), secret, oddities }
}

/** Ends one secret at once. Errors: `not_found`, `connection_revoked`, `secret_last`. */
export async function endSecret(
  ctx: Setup,
  tx: Tx,
  actor: Actor,
  id: string,
  secretId: string,
): Promise<void> {
  const { secrets } = await requireLive(ctx, tx, actor, id)
  const ended = secrets.find((one) => one.id === secretId)
  if (ended === undefined) throw new AppError('not_found')
  if (!ended.isActive) return
  if (!secrets.some((one) => one.isActive && one.id !== secretId)) throw new AppError('secret_last')
  await repository.endSecrets(tx, actor.marketId, id, ctx.now(), secretId)
  await noteChange(ctx, tx, actor, id)
}

/**
 * Ends a connection for good: its secrets, its accounts (whose say falls to their other feeds) and the asking. What it told
 * stays. Errors: `not_found`. A second time changes nothing.
 */
export async function revokeConnection(ctx: Setup, tx: Tx, actor: Actor, id: string): Promise<Connection> {
  const { marketId, userId } = actor
  await repository.lockFeeds(tx, marketId)
  const row = await requireConnection(tx, actor, id)
  if (row.revokedAt === null) {
    const now = ctx.now()
    await repository.endSecrets(tx, marketId, id, now)
    await repository.deletePull(tx, marketId, id)
    await repository.changeConnection(tx, marketId, id, { revokedAt: now, revokedBy: userId })
    await repository.unbindAccounts(tx, marketId, id)
  }
  return getConnection(ctx, tx, actor, id)
}

/**
 * Says which accounts a connection hears, and on which it has the say. Errors: `not_found`, `connection_revoked`,
 * `request_invalid`, `account_heard_elsewhere` for the say on an account that another owner's feed has.
 */
export async function setAccounts(
  ctx: Setup,
  tx: Tx,
  actor: Actor,
  id: string,
  { accounts: asked }: SetConnectionAccounts,
): Promise<Connection> {
  const { marketId, stallId } = actor
  await requireLive(ctx, tx, actor, id)
  const found = await requireAccounts(
    tx,
    actor,
    asked.map(({ accountId }) => accountId),
  )
  const wanted = found.map((one) => ({
    ...one,
    authoritative: asked.some(({ accountId, authoritative }) => accountId === one.id && authoritative),
  }))
  const taken = wanted.filter(({ authoritative, heard_by }) => authoritative && heard_by !== id)
  if (taken.some(({ heard_by, heard_by_stall }) => heard_by !== null && heard_by_stall !== stallId)) {
    throw new AppError('account_heard_elsewhere')
  }
  const kept = new Set(asked.map(({ accountId }) => accountId))
  const before = await repository.listBound(tx, marketId, id)
  const gone = before.filter(({ accountId }) => !kept.has(accountId))
  // First free, then bind: one feed at a time has the say.
  await repository.takeAuthority(tx, marketId, taken)
  await repository.unbindAccounts(tx, marketId, id, gone)
  await repository.rebindAccounts(tx, marketId, id, wanted)
  await noteChange(ctx, tx, actor, id)
  return getConnection(ctx, tx, actor, id)
}

/** A stall forbids a feed of the board to hear its account. Errors: `not_found`. */
export async function forbidBoard(
  ctx: Pick<Context, 'now'>,
  tx: Tx,
  actor: Actor,
  accountId: string,
  connectionId: string,
): Promise<void> {
  const { marketId, stallId } = actor
  if (stallId === null) throw new AppError('role_forbidden')
  const feedsOfBoard = await repository.listBoardFeedsOf(tx, marketId, stallId)
  const found = feedsOfBoard.some((one) => one.accountId === accountId && one.connectionId === connectionId)
  const account = (await listAccounts(tx, marketId, stallId)).find((one) => one.id === accountId)
  if (!found || account === undefined) throw new AppError('not_found')
  await repository.lockFeeds(tx, marketId)
  await repository.unbindAccounts(tx, marketId, connectionId, [account])
  await noteChange(ctx, tx, actor, connectionId)
}

/**
 * Starts asking a provider for its list with a key, or (null) stops. Only the board names an address. Errors: `not_found`,
 * `connection_revoked`, `role_forbidden`, as `startPull`.
 */
export async function changePull(
  ctx: Setup,
  tx: Tx,
  actor: Actor,
  id: string,
  { key, address }: SetPull,
): Promise<Connection> {
  const live = await requireLive(ctx, tx, actor, id)
  if (key === null) await repository.deletePull(tx, actor.marketId, id)
  else {
    if (live.pullAsksAddress && actor.stallId !== null) throw new AppError('role_forbidden')
    await startPull(ctx, tx, actor.marketId, live, { key, address })
  }
  await noteChange(ctx, tx, actor, id)
  return getConnection(ctx, tx, actor, id)
}

async function requireConnection(tx: Tx, actor: Actor, id: string) {
  const row = await repository.findConnection(tx, actor.marketId, id)
  // The board sees of a stall's own feed how it stands, in its list; a stall sees nothing of the board's.
  if (row === null || row.stallId !== actor.stallId) throw new AppError('not_found')
  return row
}

/** As `getConnection`, held until the transaction ends. Errors: `not_found`, `connection_revoked`. */
async function requireLive(ctx: Setup, tx: Tx, actor: Actor, id: string): Promise<Connection> {
  await repository.lockFeeds(tx, actor.marketId)
  const found = await getConnection(ctx, tx, actor, id)
  if (found.revokedAt !== null) throw new AppError('connection_revoked')
  return found
}

async function requireAccounts(tx: Tx, { marketId, stallId }: Actor, ids: readonly string[]) {
  const known = await repository.listBindable(tx, marketId, stallId)
  const asked = new Set(ids)
  const found = known.filter(({ id }) => asked.has(id))
  if (found.length === asked.size) return found
  throw new AppError('request_invalid', undefined, { fields: { accountIds: 'there is no such account' } })
}

function sealed(
  { config, now }: Setup,
  { userId }: Actor,
  asked: Pick<CreateConnection, 'provider' | 'scheme' | 'secret'>,
) {
  const { secret, shown, oddities } = secretOf(asked.provider, asked.scheme, asked.secret)
  const id = newId('key')
  const ciphertext = seal(config.masterKey, secret, id)
  const row = { id, scheme: asked.scheme, ciphertext, createdAt: now(), createdBy: userId }
  return { row, shown, oddities }
}

async function noteChange(ctx: Pick<Context, 'now'>, tx: Tx, actor: Actor, id: string): Promise<void> {
  const change = { changedAt: ctx.now(), changedBy: actor.userId }
  await repository.changeConnection(tx, actor.marketId, id, change)
}

function stateOf(row: repository.ConnectionRow) {
  return connectionStateOf({ ...row, pullProblem: row.pull?.problem ?? null })
}

/** A line for `viewer`: a stall, or the board, which is not told when a stall's own feed was last heard: that is when it sold. */
function toRow(row: repository.ConnectionRow, viewer: string | null): ConnectionList['items'][number] {
  const isOwn = row.stallId === viewer
  return {
    id: row.id,
    provider: readOne(PROVIDERS, row.provider),
    name: isOwn ? row.name : '',
    owner: row.stallId === null ? 'board' : 'stall',
    stallCode: row.stallCode,
    state: stateOf(row),
    lastHeardAt: isOwn ? momentOf(row.lastHeardAt) : null,
    accountCount: isOwn ? Number(row.accountCount) : null,
  }
}

function toPull(pull: NonNullable<repository.ConnectionRow['pull']>): NonNullable<Connection['pull']> {
  return {
    baseUrl: pull.baseUrl,
    everySeconds: pull.everySeconds,
    askedAt: momentOf(pull.askedAt),
    readTo: toMoment(pull.readTo),
    problem: pull.problem === null ? null : readOne(PULL_PROBLEMS, pull.problem),
    failures: pull.failures,
  }
}

function isActive({ notAfter }: { notAfter: Date | null }, now: Date): boolean {
  return notAfter === null || notAfter > now
}

function momentOf(at: Date | null): string | null {
  return at === null ? null : toMoment(at)
}
