import { AppError, type DemoFile } from '@tienve/contracts'
import { decodeVietQr, findBank } from '@tienve/vietqr'
import { findAccount, type Account } from './accounts.ts'
import { toTold, transactionIdOf, type Book, type Entry, type Told } from './book.ts'
import type { Connections } from './connections.ts'
import { deliver, providerOf, type Connection, type Delivery, type Post } from './delivery.ts'
import { wrapMemo } from './envelope.ts'
import { applyFault, canTellOf, type Fault } from './faults.ts'
import type { Held } from './held.ts'
import type { Orders } from './orders.ts'

export type Order = {
  payload?: string | undefined
  bin?: string | undefined
  account?: string | undefined
  amountVnd?: number | undefined
  memo?: string | undefined
  fault?: Fault | undefined
}

export type Outcome = {
  transactionId: string
  amountVnd: number
  memo: string
  holder: string
  reference: string
  /** The money that moved: two movements when it was paid twice or taken back. */
  movements: Told[]
  deliveries: Delivery[]
}

export type Bank = Post & {
  demo: DemoFile
  accounts: readonly Account[]
  connections: Connections
  book: Book
  /** What is held back until later messages were sent. */
  held: Held
  /** The orders that payOS was told of. */
  orders: Orders
  nextId: () => number
}

type Target = { bin: string; account: string; amountVnd: bigint; memo: string }

const DELAY_MS = 3_000
/** Longer than a shopper stands at a stall. */
const LATE_MS = 5 * 60_000

/**
 * Pays a code or an account as a shopper's bank would, and tells of it as the provider would, trying again until the
 * service has stored it. Nothing but demo accounts can be paid. Errors: `request_invalid`, `amount_invalid`, `not_found`.
 */
export async function transfer(bank: Bank, order: Order): Promise<Outcome> {
  const { fault } = order
  const target = applyFault(readTarget(order), fault)
  const account = findAccount(bank.accounts, target.bin, target.account)
  if (account === undefined) {
    throw new AppError('not_found', 'This bank does not know the account', { fields: { account: 'unknown' } })
  }
  const able = tellersOf(bank, target, fault)
  const speaking = able.filter(({ id }) => !bank.connections.isSilent(id))
  const heardBy: HeardBy = {
    connectionId: able[0]?.id ?? null,
    isLost: able.length > 0 && speaking.length === 0,
    order: able.map(({ id }) => bank.orders.find(id, target.memo)).find((found) => found !== undefined),
  }
  const first = move(bank, heardBy, target, { fault })
  const entries = [first]
  // A shopper who saw no answer pays once more; the second comes after the first was told.
  const again = (more: Partial<Pick<Entry, 'direction' | 'reference' | 'reversesId'>>): Entry => {
    const entry = move(bank, heardBy, target, { fault, ...more })
    entries.push(entry)
    return entry
  }
  // An account that no feed hears: the money moves and nobody is told, as in life.
  const deliveries = await tell(bank, speaking, first, fault)
  if (fault === 'repeated' || fault === 'reversal') {
    const second = again(
      fault === 'repeated' ? {} : { direction: 'out', reference: first.reference, reversesId: first.id },
    )
    deliveries.push(...(await deliverAll(bank, speaking, second, false)))
  }
  return {
    transactionId: transactionIdOf(first),
    amountVnd: Number(target.amountVnd),
    memo: target.memo,
    holder: account.holder,
    reference: first.reference,
    movements: entries.map(toTold),
    deliveries,
  }
}

/** Whoever tells of an account and has a message for this. Errors: `request_invalid` when nobody has: it would go unnoticed. */
function tellersOf(
  bank: Bank,
  target: Pick<Target, 'bin' | 'account'>,
  fault: Fault | undefined,
): Connection[] {
  const tellers = bank.connections.of(target)
  const able = tellers.filter((one) => canTellOf(providerOf(one), fault))
  const [deaf] = tellers
  if (deaf !== undefined && able.length === 0)
    throw new AppError('request_invalid', 'payOS has no message for money that goes out', {
      fields: { fault: `${deaf.provider} cannot tell of ${fault}` },
    })
  return able
}

/** Who tells of a movement, whether that is lost, and the order that it pays where one of them was told of it. */
type HeardBy = Pick<Entry, 'connectionId'> & { isLost: boolean; order: Entry['order'] | undefined }

function move(
  bank: Bank,
  { connectionId, isLost, order }: HeardBy,
  target: Target,
  {
    fault,
    ...more
  }: { fault: Fault | undefined } & Partial<Pick<Entry, 'direction' | 'reference' | 'reversesId'>>,
): Entry {
  const id = bank.nextId()
  return bank.book.enter({
    id,
    bin: target.bin,
    accountNumber: target.account,
    bankName: findBank(target.bin)?.shortName ?? 'Bank',
    connectionId,
    direction: fault === 'out' ? 'out' : 'in',
    amountVnd: target.amountVnd,
    occurredAt: fault === 'late' ? new Date(bank.now().getTime() - LATE_MS) : bank.now(),
    memo: target.memo,
    content: wrapMemo(target.memo, id, target.account),
    reference: `FT${id}`,
    reversesId: null,
    lost: isLost || fault === 'lost',
    ...(order === undefined ? {} : { order }),
    ...more,
  })
}

/** Tells of a movement as its fault has it. */
async function tell(
  bank: Bank,
  connections: readonly Connection[],
  entry: Entry,
  fault: Fault | undefined,
): Promise<Delivery[]> {
  const [first] = connections
  if (first === undefined || fault === 'lost') return []
  if (fault === 'delayed') await bank.sleep(DELAY_MS)
  if (fault === 'reordered') await Promise.race([bank.held.untilNext(first.marketId), bank.sleep(DELAY_MS)])
  const deliveries = await deliverAll(bank, connections, entry, fault === 'bad-signature')
  if (fault === 'duplicate') deliveries.push(...(await deliverAll(bank, connections, entry, false)))
  bank.held.release(first.marketId)
  return deliveries
}

/** The providers of one account know nothing of each other. */
async function deliverAll(
  bank: Bank,
  connections: readonly Connection[],
  entry: Entry,
  forged: boolean,
): Promise<Delivery[]> {
  const told = await Promise.all(connections.map((one) => deliver(bank, one, entry, forged)))
  return told.flat()
}

/** Whom an order pays, how much and with what memo. Errors: `request_invalid`, `amount_invalid`. */
export function readTarget(order: Order): Target {
  const read = order.payload === undefined ? null : decodeVietQr(order.payload.trim())
  if (read !== null && !read.ok) {
    throw new AppError('request_invalid', 'This is no VietQR code', {
      fields: { payload: `${read.code} at ${read.at || 'the start'}` },
    })
  }
  const bin = read?.value.bin ?? order.bin
  const account = read?.value.account ?? order.account
  if (bin === undefined || account === undefined) {
    throw new AppError('request_invalid', undefined, {
      fields: { payload: 'a code, or `bin` and `account`' },
    })
  }
  if (!account.startsWith('000')) {
    throw new AppError('request_invalid', 'Only demo accounts, which begin with 000, can be paid here', {
      fields: { account: 'not a demo account' },
    })
  }
  const amountVnd = order.amountVnd === undefined ? read?.value.amountVnd : BigInt(order.amountVnd)
  if (amountVnd === undefined)
    throw new AppError('amount_invalid', undefined, { fields: { amountVnd: 'missing' } })
  return { bin, account, amountVnd, memo: order.memo ?? read?.value.memo ?? '' }
}
