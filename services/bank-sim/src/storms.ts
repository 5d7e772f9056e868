import { feeds, vietnamTimeText } from '@tienve/bank-feeds'
import { AppError } from '@tienve/contracts'
import type { Told } from './book.ts'
import { providerOf } from './delivery.ts'
import { canTellOf, type Fault } from './faults.ts'
import { delivererOf, deliverStatement, STATEMENT_FORMATS } from './statements.ts'
import { stormOf, type StormOrder, type StormPlaces } from './storm.ts'
import { readTarget, transfer, type Bank } from './transfers.ts'

export type StormRequest = {
  seed: number | string
  marketId: string
  transfers?: number | undefined
  codes?: { memo: string; amountVnd: number }[] | undefined
  payloads?: string[] | undefined
}

export type StormOutcome = {
  /** Movements on accounts; as many as in `movements`. */
  transfers: number
  lost: number
  duplicated: number
  unknowable: string[]
  movements: Told[]
  /** The statements that banks delivered at its end, and whether each was taken. */
  statements: { bin: string; account: string; day: string; isTaken: boolean }[]
}

const USUAL_TRANSFERS = 300

/** Banks do not take turns: so many messages are under way at once. */
const AT_ONCE = 8

/** These hold a message back for seconds, while others go on. */
const WAITING: readonly Fault[] = ['delayed', 'reordered']

/**
 * Lives through a seeded day of a market and answers when all that is ever sent has been sent, the statements of what has no list
 * among it. It counts what a check
 * needs, and names the transfers that nothing can tell the purpose of any more. Errors: `not_found`, and those of a transfer.
 */
export async function storm(bank: Bank, request: StormRequest): Promise<StormOutcome> {
  const { seed, marketId, transfers = USUAL_TRANSFERS, codes = [], payloads = [] } = request
  // One that cannot be paid must not stop the day half-way.
  for (const payload of payloads) readTarget({ payload })
  const places = placesOf(bank, marketId, { codes, payloads })
  const orders = stormOf(String(seed), places, transfers)
  const began = bank.now()
  const outcomes = await payAll(bank, orders)
  const movements = outcomes.flatMap((outcome) => outcome.movements)
  const statements = await deliverDay(bank, movements, began)
  return {
    transfers: movements.length,
    lost: orders.filter(({ fault }) => fault === 'lost').length,
    duplicated: orders.filter(({ fault }) => fault === 'duplicate').length,
    unknowable: outcomes.flatMap(({ transactionId }, at) =>
      orders[at]?.unknowable === true ? [transactionId] : [],
    ),
    movements,
    statements,
  }
}

function placesOf(bank: Bank, marketId: string, paid: Pick<StormPlaces, 'codes' | 'payloads'>): StormPlaces {
  const heard = bank.accounts.flatMap((one) => {
    const tellers = bank.connections.of(one)
    return tellers[0]?.marketId === marketId ? [{ ...one, providers: tellers.map(providerOf) }] : []
  })
  if (heard.length === 0)
    throw new AppError('not_found', 'No feed of the demo is of this market', {
      fields: { marketId: 'unknown' },
    })
  const [board] = heard.filter(({ code }) => code === '')
  if (board === undefined && paid.codes.length > 0)
    throw new AppError('request_invalid', 'No feed hears the board of this market', {
      fields: { codes: 'no board' },
    })
  return {
    ...paid,
    board: board === undefined ? null : { bin: board.bin, account: board.account },
    stalls: heard
      .filter(({ code }) => code !== '')
      .map(({ bin, account, memo, providers }) => ({
        bin,
        account,
        memo,
        tellsOut: providers.some((one) => canTellOf(one, 'out')),
      })),
  }
}

/** Delivers the day's statements (both days', over midnight) of the accounts that were touched and whose provider has no list. */
async function deliverDay(bank: Bank, movements: readonly Told[], began: Date) {
  const dayOf = (at: Date): string => vietnamTimeText(at).slice(0, 'YYYY-MM-DD'.length)
  const days = new Set([dayOf(began), dayOf(bank.now())])
  const accounts = new Map(movements.map(({ bin, account }) => [`${bin} ${account}`, { bin, account }]))
  const queue = [...accounts.values()]
    .filter((one) => !hasList(bank, one) && delivererOf(bank, one) !== undefined)
    .flatMap((one) => [...days].map((day) => ({ ...one, day })))
  // Banks give out different files.
  return atOnce(queue, async (one, at) => {
    const format = STATEMENT_FORMATS[at % STATEMENT_FORMATS.length] ?? 'xlsx'
    const { isTaken } = await deliverStatement(bank, { ...one, format })
    return { ...one, isTaken }
  })
}

function hasList(bank: Bank, one: { bin: string; account: string }): boolean {
  return bank.connections.of(one).some((teller) => feeds[providerOf(teller)].capabilities.pull === 'list')
}

async function atOnce<T, R>(items: readonly T[], work: (item: T, at: number) => Promise<R>): Promise<R[]> {
  const done: R[] = []
  const queue = [...items.entries()]
  const next = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift())
      done.push(await work(one[1], one[0]))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, next))
  return done
}

async function payAll(bank: Bank, orders: readonly StormOrder[]) {
  const outcomes = orders.map((): ReturnType<typeof transfer> | null => null)
  const queue = [...orders.entries()]
  const work = async (): Promise<void> => {
    for (let one = queue.shift(); one !== undefined; one = queue.shift()) {
      const [at, order] = one
      const outcome = transfer(bank, order)
      outcomes[at] = outcome
      // Whoever waits for all of them at the end is told; until then it is nobody's failure.
      outcome.catch(() => {})
      if (order.fault === undefined || !WAITING.includes(order.fault)) await outcome
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return Promise.all(outcomes.flatMap((outcome) => outcome ?? []))
}
