import { DEMO_PIN, stallsOf } from '../../services/payment/src/demo/people.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import { told, type Markets } from './markets.ts'
import { percentile, say, toRow, type Row } from './measure.ts'
import { startService } from './server.ts'

const STALLS = stallsOf(MARKETS[0]).slice(0, 40)

/** Milliseconds, of the big market and of the small one. */
export type Latencies = { big: number[]; small: number[] }

type Reader = (stall: number) => Promise<number>

/** Opens the today screens of stalls, one after the other and the two markets by turns. */
export async function readBoth({ big, small }: Markets, screens: number): Promise<Latencies> {
  const services = [await startService(big), await startService(small)] as const
  try {
    const [ofBig, ofSmall] = [await logInAll(services[0].url), await logInAll(services[1].url)]
    const taken: Latencies = { big: [], small: [] }
    for (let at = -STALLS.length; at < screens; at++) {
      const stall = (at + STALLS.length) % STALLS.length
      const one = { big: await ofBig(stall), small: await ofSmall(stall) }
      // Each stall's first screen fills the caches and does not count.
      if (at < 0) continue
      taken.big.push(one.big)
      taken.small.push(one.small)
    }
    return taken
  } finally {
    await Promise.all(services.map(({ stop }) => stop()))
  }
}

/** How long a stall's today screen takes in a market of millions of payments. `untold` was measured before any statistics. */
export async function measureToday(markets: Markets, untold: Latencies): Promise<Row> {
  say('today: the screen of the day in the big market and in the small one')
  const { big, small } = await readBoth(markets, 600)
  const p95 = (values: readonly number[]): string => percentile(values, 0.95).toFixed(1)
  const early = percentile(untold.big, 0.5) / percentile(untold.small, 0.5)
  return toRow({
    id: 'today',
    ours: percentile(big, 0.5),
    beside: percentile(small, 0.5),
    aim: '≤ 1.2',
    unit: 'ms, median',
    note:
      `${told(markets.bigTransfers)} payments beside ${told(markets.smallTransfers)}; p95 ${p95(big)} beside ${p95(small)} ms; ` +
      `with no statistics at all: ${early.toFixed(2)}`,
  })
}

/** Logs each stallholder in; the reader opens a stall's screen as the app does and answers the milliseconds it took. */
async function logInAll(url: string): Promise<Reader> {
  const cookies: string[] = []
  for (const { login } of STALLS) {
    const response = await fetch(`${url}/v1/sessions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ login, secret: DEMO_PIN }),
    })
    cookies.push(response.headers.get('set-cookie')?.split(';')[0] ?? '')
  }
  return async (stall) => {
    const headers = { cookie: cookies[stall] ?? '' }
    const base = `${url}/v1/stalls/${STALLS[stall]?.id}`
    const began = performance.now()
    const answers = await Promise.all(
      ['summary', 'takings?limit=100'].map(async (path) => {
        const response = await fetch(`${base}/${path}`, { headers })
        return { ok: response.ok, text: await response.text() }
      }),
    )
    const took = performance.now() - began
    if (!answers.every(({ ok }) => ok)) throw new Error('a today screen was refused')
    return took
  }
}
