import type { LivePayment, LiveReversal } from '@tienve/contracts'
import { inMarket, isMarketId, listen, type Listener } from '@tienve/db'
import { formatVnd } from '@tienve/money'
import { unseal } from '../feeds/secrets.ts'
import { LIVE_CHANNEL } from '../live/hub.ts'
import { listMoneyAfter, type LiveRow } from '../live/repository.ts'
import type { Context } from '../context.ts'
import { pushContext, type Message } from './channels.ts'
import type { Sender } from './jobs.ts'
import * as repository from './repository.ts'
import { outsideQuiet, startOfQuiet } from './rules.ts'

/** What comes within a moment is told in one message: a phone that rings for each of a crowd is turned off. */
const GATHER_MS = 1_000
/** What is read at once for a phone; more is told after it. */
const MOST_EVENTS = 1_000
const MOST_PHONES = 100
/** Older news wakes nobody: whoever sells has looked by then. A push service keeps it no longer either. */
const STALE_MS = 3_600_000
/** Far longer than a message takes to go out: a phone waits as long for what was cut short, or not taken. */
const HOLD_MS = 60_000

/** `masterKey` opens the addresses. */
export type ArrivalSender = Sender & { masterKey: Buffer }

type Words = Pick<Message, 'title' | 'body'>
type Told = Words & { upTo: bigint }

const VERDICTS: Record<LivePayment['verdict'], { vi: string; en: string }> = {
  exact: { vi: 'đủ', en: 'enough' },
  short: { vi: 'thiếu', en: 'short by' },
  over: { vi: 'thừa', en: 'too much by' },
  repeated: { vi: 'chuyển hai lần', en: 'paid twice' },
  late: { vi: 'báo muộn', en: 'told late' },
  unknown: { vi: 'không rõ mã', en: 'no code' },
}

/**
 * What is told next on a locked screen of what the bank said, and up to which event it tells: what came in a row in one, and
 * what the bank took back each by itself. The amount first and the verdict, never an account, a payer or a memo, since
 * whoever passes by can read it. What the stall paid to the market, or to a collector, is no money that came.
 */
export function tellNext(events: readonly LiveRow[]): Told | null {
  const news = events.filter(({ kind, payload }) => kind === 'reversal' || isSale(kind, payload))
  const [first] = news
  if (first === undefined) return null
  // The worker wrote them as these, and nothing else of these kinds.
  if (first.kind === 'reversal') return { ...tellReversal(first.payload as LiveReversal), upTo: first.number }
  const end = news.findIndex(({ kind }) => kind === 'reversal')
  const sales = end === -1 ? news : news.slice(0, end)
  const last = sales.at(-1) ?? first
  return {
    ...tellSales(
      first.payload as LivePayment,
      sales.map(({ payload }) => payload as LivePayment),
    ),
    upTo: last.number,
  }
}

function isSale(kind: string, payload: LiveRow['payload']): boolean {
  return kind === 'payment' && payload['purpose'] === 'sale'
}

function tellSales(first: LivePayment, sales: readonly LivePayment[]): Words {
  const body = { vi: 'Tiền đã về.', en: 'The money has arrived.' }
  if (sales.length === 1) return { title: titleOf(first), body }
  const sum = formatVnd(sales.reduce((total, { amountVnd }) => total + amountVnd, 0))
  const odd = sales.filter(({ verdict }) => verdict !== 'exact').map(titleOf)
  const more = (language: 'vi' | 'en'): string => odd.map((one) => ` ${one[language]}.`).join('')
  return {
    title: { vi: `${sum} · ${sales.length} lần`, en: `${sum} · ${sales.length} payments` },
    body: { vi: `${body.vi}${more('vi')}`, en: `${body.en}${more('en')}` },
  }
}

function titleOf({ amountVnd, expectedVnd, verdict, slip }: LivePayment): Words['title'] {
  const sum = formatVnd(amountVnd)
  if (slip === 'thousandfold') return { vi: `${sum} · thiếu ba số 0`, en: `${sum} · three zeros short` }
  if (verdict === 'exact' && expectedVnd === null) return { vi: sum, en: sum }
  const isOff = (verdict === 'short' || verdict === 'over') && expectedVnd !== null
  const off = isOff ? ` ${formatVnd(Math.abs(amountVnd - expectedVnd))}` : ''
  const { vi, en } = VERDICTS[verdict]
  return { vi: `${sum} · ${vi}${off}`, en: `${sum} · ${en}${off}` }
}

function tellReversal({ amountVnd }: LiveReversal): Words {
  const sum = formatVnd(amountVnd)
  return {
    title: { vi: `${sum} · ngân hàng đã lấy lại`, en: `${sum} · the bank took it back` },
    body: { vi: 'Tổng hôm nay đã trừ khoản này.', en: 'It is no longer in the day’s total.' },
  }
}

/**
 * Wakes the phones of a market that asked for it, with what has come since they were last told. Two that send at once share
 * the work. A phone is claimed in one transaction and told outside of any; what was cut short or not taken is sent again a
 * minute later, with what has come since, until it is an hour old. Answers how many were sent.
 */
export async function pushArrivals(sender: ArrivalSender, marketId: string): Promise<number> {
  const channel = sender.channels.find((one) => one.channel === 'push')
  if (channel === undefined) return 0
  const url = new URL('/m/', sender.publicUrl).href
  let count = 0
  for (;;) {
    const { phones, messages } = await claim(sender, marketId)
    if (phones === 0) return count
    const tried = await Promise.all(
      messages.map(async ({ id, stallId, to, told: { upTo, ...words } }) => {
        const message: Message = { ...words, url, tag: `arrival ${upTo}`, urgent: true }
        return { id, upTo, sent: await channel.send({ stallId, id, to }, message) }
      }),
    )
    const taken = tried.filter(({ sent }) => sent.state === 'sent')
    count += taken.length
    await inMarket(sender.db, marketId, async (tx) => {
      for (const { id, sent } of tried)
        if (sent.state === 'gone') await repository.deleteSubscription(tx, marketId, id)
      const told = taken.map(({ id, upTo }) => ({ id, after: upTo, heldUntil: null }))
      await repository.setArrivals(tx, marketId, told)
    })
  }
}

/** The next message of each phone that is due, held so that nobody else sends it; a phone with nothing to tell is told all. */
async function claim({ db, now, masterKey }: ArrivalSender, marketId: string) {
  return inMarket(db, marketId, async (tx) => {
    const at = now()
    const quiet = await repository.findQuiet(tx, marketId)
    const due = await repository.lockArrivals(tx, marketId, {
      now: at,
      // Money is told of at any hour, but to those who asked to be left alone at night.
      isNight: outsideQuiet(at, quiet) > at,
      limit: MOST_PHONES,
    })
    if (due.length === 0) return { phones: 0, messages: [] }
    const fresh = new Date(at.getTime() - STALE_MS)
    // What came at night is news in the morning.
    const asked = due.map(({ stallId, after, restsAtNight }) => {
      return { stallId, after, since: restsAtNight ? startOfQuiet(fresh, quiet) : fresh }
    })
    const events = await listMoneyAfter(tx, marketId, asked, MOST_EVENTS)
    const heldUntil = new Date(at.getTime() + HOLD_MS)
    const claimed = due.map(({ id, stallId, ciphertext, after, last }, place) => {
      const news = events[place] ?? []
      const told = tellNext(news)
      const read = news.length < MOST_EVENTS ? last : (news.at(-1)?.number ?? last)
      const to = unseal(masterKey, ciphertext, pushContext(marketId, id))
      return { id, stallId, to, told, after: told === null ? read : after }
    })
    await repository.setArrivals(
      tx,
      marketId,
      claimed.map(({ id, after, told }) => ({ id, after, heldUntil: told === null ? null : heldUntil })),
    )
    const messages = claimed.flatMap(({ told, ...one }) => (told === null ? [] : [{ ...one, told }]))
    return { phones: due.length, messages }
  })
}

/** Wakes phones as money comes, a moment after the worker has told that there is news. */
export function listenForArrivals(
  { log }: Pick<Context, 'log'>,
  url: string,
  sender: ArrivalSender,
): Listener {
  const waiting = new Map<string, NodeJS.Timeout>()
  // A push service that is slow for one market keeps no other waiting.
  const sending = new Map<string, Promise<void>>()
  const listener = listen(url, LIVE_CHANNEL, (marketId) => {
    if (!isMarketId(marketId) || waiting.has(marketId)) return
    const timer = setTimeout(() => {
      waiting.delete(marketId)
      const sent = (sending.get(marketId) ?? Promise.resolve())
        .then(async () => void (await pushArrivals(sender, marketId)))
        .catch((error: unknown) => log.warn({ err: error, marketId }, 'phones could not be woken'))
      sending.set(marketId, sent)
    }, GATHER_MS)
    waiting.set(marketId, timer)
  })
  return {
    stop: async () => {
      await listener.stop()
      for (const timer of waiting.values()) clearTimeout(timer)
      await Promise.all(sending.values())
    },
  }
}
