import { feeds, isProvider, movementRequest, type MessageForm, type Provider } from '@tienve/bank-feeds'
import { AppError, type DemoFile } from '@tienve/contracts'
import type { Entry } from './book.ts'

export type Delivery = { attempt: number; status: number | null; body: string }
export type Connection = DemoFile['connections'][number]

/** What sending needs of the world. */
export type Post = {
  fetch: typeof fetch
  now: () => Date
  sleep: (ms: number) => Promise<void>
}

/** Providers try again for half an hour and longer; a demo's patience is shorter. */
const RETRY_AFTER_MS = [500, 1_000, 2_000, 4_000]

/** A statement is sent again until the service has been started anew: nothing but it makes up for what is lost. */
const STATEMENT_RETRY_AFTER_MS = [...RETRY_AFTER_MS, 8_000, 16_000]

/** What a forger sends who has seen a message and knows no secret, in the shape that each scheme wants. */
const FORGED = { standard: `whsec_${'A'.repeat(43)}=`, token: `9999999999.${'A'.repeat(43)}` }

const FORMS = ['json', 'urlencoded', 'multipart', 'bank-hub'] as const satisfies readonly MessageForm[]

/** Tells of a movement until that is stored, proving each attempt anew. `forged`: by a proof that is none. */
export async function deliver(
  post: Post,
  connection: Connection,
  entry: Entry,
  forged: boolean,
): Promise<Delivery[]> {
  return tryAgain(post, RETRY_AFTER_MS, () => send(post, connection, entry, forged))
}

/** Delivers a statement of an account as a bank would that speaks our own contract, until that is stored. */
export async function deliverFile(
  post: Post,
  connection: Connection,
  { account, bin }: { account: string; bin: string },
  { file, type, name }: { file: Buffer; type: string; name: string },
): Promise<Delivery[]> {
  const url = `${connection.webhookUrl}/statements?${new URLSearchParams({ account, bin })}`
  const { secret } = proofOf(connection)
  return tryAgain(post, STATEMENT_RETRY_AFTER_MS, () =>
    sendRequest(
      post,
      url,
      feeds.standard.fileRequest(
        { id: `stm_${name}`, contentType: type, rawBody: file },
        { secret, now: post.now() },
      ),
    ),
  )
}

async function tryAgain(
  post: Post,
  waitsMs: readonly number[],
  attempt: () => Promise<Omit<Delivery, 'attempt'>>,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  for (const [at, waitMs] of [...waitsMs, 0].entries()) {
    const answer = await attempt()
    deliveries.push({ attempt: at + 1, ...answer })
    // A refusal stays one however often it is tried; to be sent away for a while is none.
    if (answer.status !== null && answer.status < 500 && answer.status !== 429) break
    await post.sleep(waitMs)
  }
  return deliveries
}

/** The provider that a connection of the demo speaks as. */
export function providerOf({ provider }: Connection): Provider {
  if (!isProvider(provider)) throw new AppError('internal', `The demo has a feed of ${provider}`)
  return provider
}

async function send(post: Post, connection: Connection, entry: Entry, forged: boolean) {
  const provider = providerOf(connection)
  const { secret, scheme } = proofOf(connection)
  const adapter = feeds[provider]
  const token = 'token' in adapter && scheme === 'token' ? adapter.token : null
  let proof = forged ? (provider === 'standard' ? FORGED.standard : 'not the secret') : secret
  if (token !== null) {
    const fetched = forged ? { token: FORGED.token } : await fetchToken(post, connection, secret)
    if ('status' in fetched) return fetched
    proof = fetched.token
  }
  const form = FORMS.find((known) => known === connection.settings?.['form']) ?? 'json'
  const request = movementRequest(provider, entry, { secret: proof, scheme, form, now: post.now() })
  const path = token === null || token.eventPath === '' ? '' : `/${token.eventPath}`
  return sendRequest(post, `${connection.webhookUrl}${path}`, request)
}

/** Asks the service for a token, as its provider does before every message. What is no token is the answer itself. */
async function fetchToken(
  post: Post,
  connection: Connection,
  secret: string,
): Promise<{ token: string } | Omit<Delivery, 'attempt'>> {
  const adapter = feeds[providerOf(connection)]
  if (!('tokenRequest' in adapter)) throw new AppError('internal', 'This provider fetches no token')
  const url = `${connection.webhookUrl}/${adapter.token.path}`
  const answer = await sendRequest(post, url, adapter.tokenRequest({ secret }))
  // VietQR.vn reads `access_token`, SePay's own form `data.accessToken`.
  const found = /"access_?token"\s*:\s*"([^"]+)"/i.exec(answer.body)?.[1]
  return answer.status === 200 && found !== undefined ? { token: found } : answer
}

async function sendRequest(
  { fetch }: Post,
  url: string,
  { headers, rawBody }: { headers: Record<string, string>; rawBody: Buffer },
): Promise<Omit<Delivery, 'attempt'>> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(rawBody) })
    return { status: response.status, body: (await response.text()).slice(0, 500) }
  } catch {
    return { status: null, body: '' }
  }
}

function proofOf({ secrets }: Connection): { secret: string; scheme: 'hmac' | 'api-key' | 'token' } {
  const { hmacSecret, apiKey, tokenSecret } = secrets
  if (hmacSecret !== undefined) return { secret: hmacSecret, scheme: 'hmac' }
  if (apiKey !== undefined) return { secret: apiKey, scheme: 'api-key' }
  return { secret: tokenSecret ?? '', scheme: 'token' }
}
