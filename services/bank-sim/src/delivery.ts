import {
  feeds,
  isProvider,
  movementRequest,
  testRequest,
  type FeedScheme,
  type MessageForm,
  type MovementOptions,
  type MovementRequest,
  type Provider,
} from '@tienve/bank-feeds'
import { AppError, type DemoFile } from '@tienve/contracts'
import type { Entry } from './book.ts'

export type Delivery = { connectionId: string; attempt: number; status: number | null; body: string }
export type Connection = DemoFile['connections'][number]

/** What sending needs of the world. */
export type Post = {
  fetch: typeof fetch
  now: () => Date
  sleep: (ms: number) => Promise<void>
}

type Answer = Pick<Delivery, 'status' | 'body'>

/** Providers try again for half an hour and longer; a demo's patience is shorter. */
const RETRY_AFTER_MS = [500, 1_000, 2_000, 4_000]

/** A statement is sent again until the service has been started anew: nothing but it makes up for what is lost. */
const STATEMENT_RETRY_AFTER_MS = [...RETRY_AFTER_MS, 8_000, 16_000]

/** What a forger sends who has seen a message and knows no secret, in the shape that each scheme wants. */
const FORGED = { standard: `whsec_${'A'.repeat(43)}=`, token: `9999999999.${'A'.repeat(43)}` }

/** The forms in which SePay can be told to send. */
export const FORMS = ['json', 'urlencoded', 'multipart', 'bank-hub'] as const satisfies readonly MessageForm[]

/** Tells of a movement until that is stored, proving each attempt anew. `forged`: by a proof that is none. */
export async function deliver(
  post: Post,
  connection: Connection,
  entry: Entry,
  forged: boolean,
): Promise<Delivery[]> {
  const provider = providerOf(connection)
  return sendUntilStored(post, connection, forged, (options) => movementRequest(provider, entry, options))
}

/** Delivers a statement of an account as a bank would that speaks our own contract, until that is stored. */
export async function deliverFile(
  post: Post,
  connection: Connection,
  { account, bin }: { account: string; bin: string },
  { file, type, name }: { file: Buffer; type: string; name: string },
): Promise<Delivery[]> {
  const url = `${connection.webhookUrl}/statements?${new URLSearchParams({ account, bin })}`
  const secret = proofOf(connection)?.secret ?? ''
  return tryAgain(post, connection.id, STATEMENT_RETRY_AFTER_MS, () =>
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

/** Sends the provider's own test of its first account. Errors: `request_invalid` for a provider that has none. */
export async function tellTest(post: Post, connection: Connection, id: number): Promise<Delivery[]> {
  const provider = providerOf(connection)
  return sendUntilStored(post, connection, false, (options) => {
    const request = testRequest(
      provider,
      {
        id,
        direction: 'in',
        amountVnd: 1_000n,
        occurredAt: post.now(),
        accountNumber: connection.accounts[0]?.number ?? '',
        bankName: 'Bank',
        memo: 'TEST',
        content: 'TEST',
        reference: `TEST${id}`,
        balanceVnd: null,
        reversesId: null,
      },
      options,
    )
    if (request === null)
      throw new AppError(
        'request_invalid',
        'A test of this provider looks like money: pay a little instead',
        {
          fields: { provider: `${provider} has no test` },
        },
      )
    return request
  })
}

async function sendUntilStored(
  post: Post,
  connection: Connection,
  forged: boolean,
  make: (options: MovementOptions) => MovementRequest,
): Promise<Delivery[]> {
  return tryAgain(post, connection.id, RETRY_AFTER_MS, () => send(post, connection, forged, make))
}

async function tryAgain(
  post: Post,
  connectionId: string,
  waitsMs: readonly number[],
  attempt: () => Promise<Answer>,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  for (const [at, waitMs] of [...waitsMs, 0].entries()) {
    const answer = await attempt()
    deliveries.push({ connectionId, attempt: at + 1, ...answer })
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

async function send(
  post: Post,
  connection: Connection,
  forged: boolean,
  make: (options: MovementOptions) => MovementRequest,
): Promise<Answer> {
  const provider = providerOf(connection)
  const own = proofOf(connection)
  // Whoever was told to prove nothing sends what an API key would prove, without the key.
  const { secret, scheme } = own ?? { secret: '-', scheme: 'api-key' }
  const adapter = feeds[provider]
  const token = 'token' in adapter && scheme === 'token' ? adapter.token : null
  let proof = forged ? (provider === 'standard' ? FORGED.standard : 'not the secret') : secret
  if (token !== null) {
    const fetched = forged ? { token: FORGED.token } : await fetchToken(post, connection, secret)
    if ('status' in fetched) return fetched
    proof = fetched.token
  }
  const form = FORMS.find((known) => known === connection.settings?.['form']) ?? 'json'
  const { headers, rawBody } = make({ secret: proof, scheme, form, now: post.now() })
  const { authorization: _unproved, ...bare } = headers
  const path = token === null || token.eventPath === '' ? '' : `/${token.eventPath}`
  return sendRequest(post, `${connection.webhookUrl}${path}`, {
    headers: own === null ? bare : headers,
    rawBody,
  })
}

/** Asks the service for a token, as its provider does before every message. What is no token is the answer itself. */
async function fetchToken(
  post: Post,
  connection: Connection,
  secret: string,
): Promise<{ token: string } | Answer> {
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
  { headers, rawBody }: MovementRequest,
): Promise<Answer> {
  try {
    const response = await fetch(url, { method: 'POST', headers, body: new Uint8Array(rawBody) })
    return { status: response.status, body: (await response.text()).slice(0, 500) }
  } catch {
    return { status: null, body: '' }
  }
}

/** Null for a connection that was set up without any proof. */
function proofOf({ secrets }: Connection): { secret: string; scheme: FeedScheme } | null {
  const { hmacSecret, apiKey, tokenSecret } = secrets
  if (hmacSecret !== undefined) return { secret: hmacSecret, scheme: 'hmac' }
  if (apiKey !== undefined) return { secret: apiKey, scheme: 'api-key' }
  return tokenSecret === undefined ? null : { secret: tokenSecret, scheme: 'token' }
}
