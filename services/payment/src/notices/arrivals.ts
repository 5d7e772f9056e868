import type { LivePayment, LiveReversal } from '@tienve/contracts'
import { inMarket, isMarketId, listen, type Listener, type Tx } from '@tienve/db'
import { formatVnd } from '@tienve/money'
import { unseal } from '../feeds/secrets.ts'
import { LIVE_CHANNEL } from '../live/hub.ts'
import { listEventsAfter, type LiveRow } from '../live/repository.ts'
import type { Context } from '../context.ts'
import { pushContext, type Message } from './channels.ts'
import type { Sender } from './jobs.ts'
import * as repository from './repository.ts'
import { outsideQuiet } from './rules.ts'

/** What comes within a moment is told in one message: a phone that rings for each of a crowd is turned off. */
const GATHER_MS = 1_000
/** Nobody counts more; the app tells the rest. */
const MOST_EVENTS = 1_000

/** `masterKey` opens the addresses. */
export type ArrivalSender = Sender & { masterKey: Buffer }

type Told = Pick<Message, 'title' | 'body'>

const VERDICTS: Record<LivePayment['verdict'], { vi: string; en: string }> = {
  exact: { vi: 'đủ', en: 'enough' },
  short: { vi: 'thiếu', en: 'short by' },
  over: { vi: 'thừa', en: 'too much by' },
  repeated: { vi: 'chuyển hai lần', en: 'paid twice' },
  late: { vi: 'báo muộn', en: 'told late' },
  unknown: { vi: 'không rõ mã', en: 'no code' },
}

/**
 * What is told on a locked screen of what the bank said: the amount first and the verdict, never an account, a payer or a memo,
 * since whoever passes by can read it. What the stall paid to the market, or to a collector, is no money that came.
 */
export function tellArrivals(events: readonly LiveRow[]): Told[] {
  // The worker wrote them as these, and nothing else of these kinds.
  const sales = events
    .filter(({ kind }) => kind === 'payment')
    .map(({ payload }) => payload as LivePayment)
    .filter(({ purpose }) => purpose === 'sale')
  const back = events.filter(({ kind }) => kind === 'reversal').map(({ payload }) => payload as LiveReversal)
  return [...tellSales(sales), ...back.map(tellReversal)]
}

function tellSales(sales: readonly LivePayment[]): Told[] {
  const [first] = sales
  if (first === undefined) return []
  const body = { vi: 'Tiền đã về.', en: 'The money has arrived.' }
  if (sales.length === 1) return [{ title: titleOf(first), body }]
  const sum = formatVnd(sales.reduce((total, { amountVnd }) => total + amountVnd, 0))
  const odd = sales.filter(({ verdict }) => verdict !== 'exact').map(titleOf)
  const more = (language: 'vi' | 'en'): string => odd.map((one) => ` ${one[language]}.`).join('')
  return [
    {
      title: { vi: `${sum} · ${sales.length} lần`, en: `${sum} · ${sales.length} payments` },
      body: { vi: `${body.vi}${more('vi')}`, en: `${body.en}${more('en')}` },
    },
  ]
}

function titleOf({ amountVnd, expectedVnd, verdict, slip }: LivePayment): Told['title'] {
  const sum = formatVnd(amountVnd)
  if (slip === 'thousandfold') return { vi: `${sum} · thiếu ba số 0`, en: `${sum} · three zeros short` }
  if (verdict === 'exact' && expectedVnd === null) return { vi: sum, en: sum }
  const isOff = (verdict === 'short' || verdict === 'over') && expectedVnd !== null
  const off = isOff ? ` ${formatVnd(Math.abs(amountVnd - expectedVnd))}` : ''
  const { vi, en } = VERDICTS[verdict]
  return { vi: `${sum} · ${vi}${off}`, en: `${sum} · ${en}${off}` }
}

function tellReversal({ amountVnd }: LiveReversal): Told {
  const sum = formatVnd(amountVnd)
  return {
    title: { vi: `${sum} · ngân hàng đã lấy lại`, en: `${sum} · the bank took it back` },
    body: { vi: 'Tổng hôm nay đã trừ khoản này.', en: 'It is no longer in the day’s total.' },
  }
}

/**
 * Wakes the phones of a market that asked for it, with what has come since they were last told. Two that send at once share
 * the work; what was cut short or not taken is sent again with what has come since. Answers how many were sent.
 */
export async function pushArrivals(sender: ArrivalSender, marketId: string): Promise<number> {
  const channel = sender.channels.find((one) => one.channel === 'push')
  if (channel === undefined) return 0
  return inMarket(sender.db, marketId, async (tx) => {
    const due = await listDue(sender, tx, marketId)
    if (due.length === 0) return 0
    const after = new Map<string, bigint>()
    for (const { stallId, after: number } of due) {
      const least = after.get(stallId)
      if (least === undefined || number < least) after.set(stallId, number)
    }
    const events = await listEventsAfter(tx, marketId, after, MOST_EVENTS)
    const sent = await Promise.all(
      due.map(async (one) => {
        const news = events.filter(({ stallId, number }) => stallId === one.stallId && number > one.after)
        const last = news.at(-1)?.number ?? one.last
        const to = unseal(sender.masterKey, one.ciphertext, pushContext(marketId, one.id))
        let count = 0
        for (const [at, told] of tellArrivals(news).entries()) {
          const message: Message = {
            ...told,
            url: new URL('/m/', sender.publicUrl).href,
            tag: `arrival ${last} ${at}`,
            urgent: true,
          }
          const { state } = await channel.send({ stallId: one.stallId, id: one.id, to }, message)
          if (state === 'gone') return { one, last: null, count }
          if (state === 'failed') return { one, last: one.after, count }
          count += 1
        }
        return { one, last, count }
      }),
    )
    for (const { one, last } of sent) {
      if (last === null) await repository.deleteSubscription(tx, marketId, one.id)
      else if (last !== one.after) await repository.setArrivalsTold(tx, marketId, one.id, last)
    }
    return sent.reduce((sum, { count }) => sum + count, 0)
  })
}

/** Money is told of at any hour, but to those who asked to be left alone at night. */
async function listDue({ now }: Sender, tx: Tx, marketId: string) {
  const due = await repository.lockArrivals(tx, marketId)
  if (!due.some(({ restsAtNight }) => restsAtNight)) return due
  const at = now()
  const isNight = outsideQuiet(at, await repository.findQuiet(tx, marketId)) > at
  return due.filter(({ restsAtNight }) => !(restsAtNight && isNight))
}

/** Wakes phones as money comes, a moment after the worker has told that there is news. */
export function listenForArrivals(
  { log }: Pick<Context, 'log'>,
  url: string,
  sender: ArrivalSender,
): Listener {
  const waiting = new Map<string, NodeJS.Timeout>()
  let sending = Promise.resolve()
  const listener = listen(url, LIVE_CHANNEL, (marketId) => {
    if (!isMarketId(marketId) || waiting.has(marketId)) return
    const timer = setTimeout(() => {
      waiting.delete(marketId)
      sending = sending
        .then(async () => void (await pushArrivals(sender, marketId)))
        .catch((error: unknown) => log.warn({ err: error, marketId }, 'phones could not be woken'))
    }, GATHER_MS)
    waiting.set(marketId, timer)
  })
  return {
    stop: async () => {
      await listener.stop()
      for (const timer of waiting.values()) clearTimeout(timer)
      await sending
    },
  }
}
