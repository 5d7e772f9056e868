import { feeds, movementRequest, type FeedScheme, type Provider } from '@tienve/bank-feeds'
import type { Stack } from '../stack/stack.ts'

export type Webhook = { path: string; method: 'POST'; headers: Record<string, string>; body: Buffer }

/** Makes signed webhooks about distinct transfers: to any heard stall, or to the one and of the amount named. */
export type Bank = (to?: { stallId: string; amountVnd: bigint }) => Webhook

type Connection = Stack['demo']['connections'][number]

/** How many webhooks were made in this run, by all its banks: a number that comes again is a transfer told again. */
let number = 0

/** A connection of this provider that hears stalls; the first market's where it has one. */
export function connectionOf({ demo }: Stack, provider: Provider): Connection {
  const found = demo.connections.find((one) => one.provider === provider)
  if (found === undefined) throw new Error(`the demo has no feed of ${provider}`)
  return found
}

/** A bank that knows each stall's printed code, as a shopper who scanned it does. */
export async function openBank(stack: Stack, provider: Provider = 'sepay'): Promise<Bank> {
  const connection = connectionOf(stack, provider)
  const heard = new Set(connection.accounts.map((one) => one.number))
  const stalls = stack.demo.stalls.filter(({ account }) => heard.has(account))
  const { secret, scheme, path } = await proofOf(connection, provider)
  return (to) => {
    number += 1
    const stall =
      to === undefined ? stalls[number % stalls.length] : stalls.find(({ id }) => id === to.stallId)
    if (stall === undefined) throw new Error('this bank does not speak of that stall')
    const { headers, rawBody } = movementRequest(
      provider,
      {
        id: 900_000_000 + number,
        direction: 'in',
        amountVnd: to?.amountVnd ?? BigInt(10_000 + (number % 90) * 1_000),
        occurredAt: new Date(),
        accountNumber: stall.account,
        bankName: 'Bank',
        memo: stall.memo,
        content: `MBVCB.${number}.${stall.memo}.CT tu 0000000000 toi ${stall.account}`,
        reference: `FT${number}`,
        balanceVnd: null,
        reversesId: null,
      },
      { secret, scheme, now: new Date() },
    )
    return { path, method: 'POST', headers, body: rawBody }
  }
}

/** What its messages prove themselves by, and where they go. A token is fetched once: VietQR.vn's is good for five minutes, and a row takes one. */
async function proofOf(
  { webhookUrl, secrets }: Connection,
  provider: Provider,
): Promise<{ secret: string; scheme: FeedScheme; path: string }> {
  const { hmacSecret, apiKey, tokenSecret = '' } = secrets
  const { pathname } = new URL(webhookUrl)
  const adapter = feeds[provider]
  if (hmacSecret !== undefined) return { secret: hmacSecret, scheme: 'hmac', path: pathname }
  if (apiKey !== undefined || !('tokenRequest' in adapter))
    return { secret: apiKey ?? '', scheme: 'api-key', path: pathname }
  const { headers, rawBody } = adapter.tokenRequest({ secret: tokenSecret })
  const response = await fetch(`${webhookUrl}/${adapter.token.path}`, {
    method: 'POST',
    headers,
    body: new Uint8Array(rawBody),
  })
  const [, token] = /"access_?token"\s*:\s*"([^"]+)"/i.exec(await response.text()) ?? []
  if (token === undefined) throw new Error(`no token for ${provider}`)
  return { secret: token, scheme: 'token', path: `${pathname}/${adapter.token.eventPath}` }
}
