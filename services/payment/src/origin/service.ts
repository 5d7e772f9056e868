import { FeedParseError, feeds, isProvider } from '@tienve/bank-feeds'
import { AppError, type LedgerOrigin, type LedgerVerify } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { findTxn, listTransfers, type TransferRow } from '@tienve/ledger'
import { vndToJson } from '@tienve/money'
import { isUtf8 } from 'node:buffer'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { findKey } from '../feeds/connections.ts'
import { numbersOf } from '../feeds/rules.ts'
import { slipOf } from '../payments/rules.ts'
import { bankCodeOf, maskNumber } from '../stalls/rules.ts'
import {
  checkStretch,
  findBankTransaction,
  findLastSeq,
  findMessage,
  findSubject,
  hasHiddenAccount,
  isHiddenBook,
  type SubjectRow,
} from './repository.ts'

type Wrong = NonNullable<LedgerVerify['firstWrong']>
type MessageRow = NonNullable<Awaited<ReturnType<typeof findMessage>>>
type BankRow = NonNullable<Awaited<ReturnType<typeof findBankTransaction>>>

/** What a txn goes back to: the subject it was posted for, and the id and digest by which its message is found. */
type Source = {
  subject: SubjectRow | null
  bankTransactionId: string | null
  sourceId: string
  hash: Buffer | null
}

/** Txns a statement: some 150 ms, and only sums come back, so neither time nor memory grows with the ledger. */
const STRETCH = 5_000n

/** What `proof` must be, in case somebody wrote something else there: header names and values. */
const Proof = z.record(z.string(), z.string())

/**
 * Why a txn is so, down to the bytes a bank sent, whose digest and signature are computed again just now. Errors:
 * `not_found`, also for what belongs to a stall that is not shown by name.
 */
export async function getOrigin(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  seq: bigint,
): Promise<LedgerOrigin> {
  const [txn] = await findTxn(tx, marketId, seq)
  if (txn === undefined || (await isHiddenBook(tx, marketId, txn.book))) throw new AppError('not_found')
  const { subject, bankTransactionId, sourceId, hash } = await traceSource(tx, marketId, txn)
  const bank = bankTransactionId === null ? null : await findBankTransaction(tx, marketId, bankTransactionId)
  if (bank !== null && (await isHidden(tx, marketId, bank))) throw new AppError('not_found')
  const message = await findMessage(tx, marketId, sourceId, hash)
  return {
    seq: Number(seq),
    subject: subject === null ? null : toSubject(subject),
    bankTransaction: bank === null ? null : toBankTransaction(bank),
    message: message === null ? null : await toMessage(ctx, tx, marketId, message),
    digest: digestOf(message, hash),
  }
}

/**
 * Holds every txn after `afterSeq` that knows its source's digest against the stored messages, up to the first that does
 * not fit. `checked` counts all that were looked at, `erased` those of them whose bytes were rightly erased.
 */
export async function checkSources(
  tx: Tx,
  marketId: string,
  afterSeq: bigint,
): Promise<{ checked: number; erased: number; firstWrong?: Wrong }> {
  let checked = 0
  let erased = 0
  const last = await findLastSeq(tx, marketId)
  for (let after = afterSeq; after < last; after += STRETCH) {
    const stretch = await checkStretch(tx, marketId, after, after + STRETCH)
    checked += stretch.checked
    erased += stretch.erased
    if (stretch.wrong !== null) return { checked, erased, firstWrong: toWrong(stretch.wrong) }
  }
  return { checked, erased }
}

function toWrong({ seq, inboxId }: { seq: bigint; inboxId: string | null }): Wrong {
  return inboxId === null
    ? { what: 'ledger_txn', where: `seq ${seq}`, why: 'the message it knows by its digest is not there' }
    : { what: 'feed_inbox', where: inboxId, why: 'its bytes are not those the ledger knows' }
}

/** The txn's own source, or where it has none and takes another txn back, the source of that one. */
async function traceSource(tx: Tx, marketId: string, txn: TransferRow): Promise<Source> {
  const subject = await findSubject(tx, marketId, txn.sourceKind, txn.sourceId)
  const bankTransactionId = subject?.bankTransactionId ?? null
  const hash = txn.sourceHash ?? (await findSuspenseHash(tx, marketId, subject))
  const own = { subject, bankTransactionId, sourceId: txn.sourceId, hash }
  if (bankTransactionId !== null || hash !== null || txn.reversesSeq === null) return own
  const [reversed] = await findTxn(tx, marketId, txn.reversesSeq)
  if (reversed === undefined) return own
  const before = await traceSource(tx, marketId, reversed)
  return { ...before, subject: subject ?? before.subject }
}

/** A payment that a person made out of suspense stands on the message that the txn into suspense knows. */
async function findSuspenseHash(
  tx: Tx,
  marketId: string,
  subject: SubjectRow | null,
): Promise<Buffer | null> {
  if (subject === null || subject.suspenseId === null) return null
  const [txn] = await listTransfers(tx, marketId, { limit: 1 }, { sourceId: subject.suspenseId })
  return txn?.sourceHash ?? null
}

async function isHidden(tx: Tx, marketId: string, bank: BankRow): Promise<boolean> {
  return bank.isHidden || (await hasHiddenAccount(tx, marketId, numbersOf(bank)))
}

function toSubject(row: SubjectRow): NonNullable<LedgerOrigin['subject']> {
  return {
    kind: row.kind,
    id: row.id,
    stallCode: row.stallCode,
    stallName: row.stallName,
    amountVnd: vndToJson(row.amountVnd),
    verdict: row.verdict,
    slip: slipOf({ ...row, verdict: row.verdict ?? '' }),
    matchedBy: row.matchedBy,
    reason: row.reason,
    by: row.by,
    at: toMoment(row.at),
  }
}

function toBankTransaction(row: BankRow): NonNullable<LedgerOrigin['bankTransaction']> {
  return {
    id: row.id,
    bankCode: row.bin === null ? null : bankCodeOf(row.bin),
    accountMasked: maskNumber(row.accountNumber),
    direction: row.direction === 'in' ? 'in' : 'out',
    amountVnd: vndToJson(row.amountVnd),
    reference: row.reference,
    content: row.content,
    occurredAt: toMoment(row.occurredAt),
    receivedAt: toMoment(row.receivedAt),
    sightings: row.sightings,
  }
}

async function toMessage(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  row: MessageRow,
): Promise<NonNullable<LedgerOrigin['message']>> {
  return {
    id: row.id,
    provider: row.provider,
    connectionId: row.connectionId,
    receivedAt: toMoment(row.receivedAt),
    contentType: row.contentType,
    body: await readBody(tx, marketId, row),
    bodyHash: row.bodyHash.toString('hex'),
    keyId: row.keyId,
    signature: await checkSignature(ctx, tx, marketId, row),
  }
}

/**
 * The bytes as text. A message may tell of several accounts, so they are kept back when one of them is of a stall that is
 * not shown by name, and when they cannot be read, since then nobody can say whose they are.
 */
async function readBody(tx: Tx, marketId: string, row: MessageRow): Promise<string | null> {
  if (row.rawBody === null || !isUtf8(row.rawBody)) return null
  const numbers = readNumbers(row, row.rawBody)
  if (numbers === null || (await hasHiddenAccount(tx, marketId, numbers))) return null
  return row.rawBody.toString('utf8')
}

/** The accounts that a message tells of; null when it cannot be read. */
function readNumbers({ provider, contentType }: MessageRow, rawBody: Buffer): string[] | null {
  if (!isProvider(provider)) return null
  try {
    return feeds[provider].parse(rawBody, contentType).flatMap(numbersOf)
  } catch (error) {
    if (error instanceof FeedParseError) return null
    throw error
  }
}

/** `changed` also when the ledger knows a digest and no message is there at all. */
function digestOf(message: MessageRow | null, hash: Buffer | null): LedgerOrigin['digest'] {
  if (message === null) return hash === null ? 'none' : 'changed'
  if (!message.isKnown) return 'changed'
  if (message.rawBody === null) return 'erased'
  return hash === null ? 'none' : 'matches'
}

/** Checks a signature again as it was checked when the message came, by the key it was accepted with. */
async function checkSignature(
  ctx: Pick<Context, 'config'>,
  tx: Tx,
  marketId: string,
  row: MessageRow,
): Promise<NonNullable<LedgerOrigin['message']>['signature']> {
  const { rawBody, proof, provider, receivedAt } = row
  if (rawBody === null || proof === null) return 'not_repeatable'
  const key = await findKey(ctx, tx, marketId, row.connectionId, row.keyId)
  if (key === null) return 'key_gone'
  // Such a message may carry a header that a signature would have come with; what proved it was the key, which is not kept.
  if (key.scheme === 'api-key') return 'not_repeatable'
  const headers = Proof.safeParse(proof)
  if (!headers.success || !isProvider(provider)) return 'invalid'
  return feeds[provider].verify({ rawBody, headers: headers.data }, [key], receivedAt).ok
    ? 'valid'
    : 'invalid'
}
