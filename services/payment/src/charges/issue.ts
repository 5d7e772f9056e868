import { AppError } from '@tienve/contracts'
import { inMarket, insertMany, newId, type Db, type Tx } from '@tienve/db'
import { postAll } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { chargeIssued } from '../books/postings.ts'
import { notice } from '../notices/tables.ts'
import { applyCredits } from '../settlements/service.ts'
import { listAccounts, takeCodes } from '../stalls/repository.ts'
import { listDueDrafts, lockRound, updateRound, type DueDraft, type RoundRow } from './round-rows.ts'
import { charge, chargeLine } from './tables.ts'

/** Charges made in one transaction: payments wait for the books no longer than such a piece takes to post. */
const PIECE = 250

/** Who issues: its database, its clock, and its way into the ledger. */
export type Issuer = { db: Db; now: () => Date; as: 'api' | 'worker' }

type Made = DueDraft & { id: string; code: string }

/**
 * Makes charges of a round's drafts piece by piece, until all of them are charges and the round is issued, or `most` are
 * made. Safe to repeat and to run twice at once: a piece holds the round, takes drafts that have no charge yet, and commits
 * their charges, postings and notices together. Answers how many charges it made; 0 for a round that is not being issued.
 * Errors: `stall_without_account` (the board's).
 */
export async function issueRound(
  issuer: Issuer,
  marketId: string,
  roundId: string,
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  let count = 0
  while (count < most) {
    const { made, done } = await inMarket(issuer.db, marketId, (tx) =>
      issuePiece(issuer, tx, marketId, roundId),
    )
    count += made
    if (done) break
  }
  return count
}

async function issuePiece(
  { now, as }: Issuer,
  tx: Tx,
  marketId: string,
  roundId: string,
): Promise<{ made: number; done: boolean }> {
  const round = await lockRound(tx, marketId, roundId)
  if (round?.status !== 'issuing') return { made: 0, done: true }
  const drafts = await listDueDrafts(tx, marketId, roundId, PIECE)
  const issuedAt = now()
  const done = drafts.length < PIECE
  if (done) await updateRound(tx, marketId, roundId, { status: 'issued', issuedAt })
  await makeCharges(tx, marketId, round, drafts, issuedAt, as)
  return { made: drafts.length, done }
}

async function makeCharges(
  tx: Tx,
  marketId: string,
  round: RoundRow,
  drafts: readonly DueDraft[],
  issuedAt: Date,
  as: Issuer['as'],
): Promise<void> {
  if (drafts.length === 0) return
  const accountId = await boardAccountOf(tx, marketId)
  const ids = drafts.map(() => newId('chg'))
  const codes = await takeCodes(tx, marketId, 'charge', ids)
  const made = drafts.map((draft, at): Made => {
    const id = ids[at] ?? ''
    return { ...draft, id, code: codes.get(id) ?? '' }
  })
  await insertMany(
    tx,
    charge,
    made.map(({ id, code, stallId, contractId, totalVnd, arrearsVnd }) => ({
      marketId,
      roundId: round.id,
      accountId,
      dueOn: round.dueOn,
      issuedAt,
      id,
      code,
      stallId,
      contractId,
      totalVnd,
      arrearsVnd,
    })),
  )
  await insertMany(
    tx,
    chargeLine,
    made.flatMap(({ id, lines }) =>
      lines.map((line, at) => ({ marketId, chargeId: id, line: at + 1, ...line })),
    ),
  )
  await insertMany(
    tx,
    notice,
    made.map((one) => noticeOf(marketId, round, one, issuedAt)),
  )
  const stallIds = made.map(({ stallId }) => stallId)
  const applied = await applyCredits(tx, marketId, stallIds, issuedAt)
  const issued = made.map((one) => chargeIssued({ ...one, ...sumsOf(one), chargeId: one.id, issuedAt }))
  await postAll(tx, marketId, [...issued, ...applied], { as })
}

/** The account that charges are paid to. Errors: `stall_without_account`. */
export async function boardAccountOf(tx: Tx, marketId: string): Promise<string> {
  const [account] = await listAccounts(tx, marketId, null)
  if (account === undefined) throw new AppError('stall_without_account', 'The board has no receiving account')
  return account.id
}

function sumsOf({ lines }: DueDraft): { netVnd: bigint; vatVnd: bigint; passThroughVnd: bigint } {
  const sums = { netVnd: 0n, vatVnd: 0n, passThroughVnd: 0n }
  for (const { netVnd, vatVnd, passThrough } of lines) {
    if (passThrough) sums.passThroughVnd += netVnd
    else sums.netVnd += netVnd
    sums.vatVnd += vatVnd
  }
  return sums
}

/** The first that a stall hears of a charge; nobody is told of a draft. */
function noticeOf(
  marketId: string,
  { period, dueOn }: RoundRow,
  { id, code, stallId, totalVnd }: Made,
  at: Date,
): typeof notice.$inferInsert {
  return {
    marketId,
    id: newId('ntc'),
    stallId,
    kind: 'charge_issued',
    channel: 'app',
    dedupeKey: `charge_issued:${id}`,
    words: JSON.stringify({ chargeId: id, period, code, totalVnd: vndToJson(totalVnd), dueOn }),
    dueAt: at,
    createdAt: at,
  }
}
