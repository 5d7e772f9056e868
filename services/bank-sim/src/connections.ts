import { feeds, isProvider, type FeedScheme, type Provider } from '@tienve/bank-feeds'
import { AppError, type DemoFile } from '@tienve/contracts'
import { randomBytes } from 'node:crypto'
import type { KeptConnection } from './book-file.ts'
import type { Connection } from './delivery.ts'

/** The connections that the fake bank's providers send to: the demo's own, and those that somebody set up since. */
export type Connections = {
  list(): readonly Connection[]
  /** Whoever tells of an account, the demo's own first. */
  of(account: { bin: string; account: string }): Connection[]
  /** Tells nothing for now: what happens meanwhile is in its list alone. */
  isSilent(id: string): boolean
  setSilent(id: string, isSilent: boolean): void
  /** Adds one, or puts it in the place of the one with its id. */
  put(added: Connection): void
}

/** `kept` is what was told before a restart; `keep` is told of each change after it. */
export function createConnections(
  demo: DemoFile,
  kept: readonly KeptConnection[] = [],
  keep: (kept: KeptConnection) => void = () => {},
): Connections {
  const changes = new Map(kept.map((one) => [one.id, one]))
  const change = (next: KeptConnection): void => {
    changes.set(next.id, next)
    keep(next)
  }
  const list = (): Connection[] => [
    ...demo.connections.filter(({ id }) => (changes.get(id)?.added ?? null) === null),
    ...[...changes.values()].flatMap(({ added }) => (added === null ? [] : atAddress(demo, added))),
  ]
  return {
    list,
    of: ({ bin, account }) =>
      list().filter((one) => one.statementsOnly !== true && namesAccount(one, bin, account)),
    isSilent: (id) => changes.get(id)?.isSilent ?? false,
    setSilent: (id, isSilent) => change({ id, isSilent, added: changes.get(id)?.added ?? null }),
    put: (added) => change({ id: added.id, isSilent: changes.get(added.id)?.isSilent ?? false, added }),
  }
}

/** Whether a connection speaks of an account. */
export function namesAccount({ accounts }: Connection, bin: string, account: string): boolean {
  return accounts.some((one) => one.bin === bin && one.number === account)
}

/** What a person pastes at a provider's console. */
export type NewConnection = {
  provider: string
  url: string
  scheme: FeedScheme | 'none'
  /** `name:password` for a token; nothing where nothing is proved. */
  secret: string
  pullKey?: string | undefined
  form?: string | undefined
  accounts: readonly { bin: string; number: string }[]
}

const SECRET_NAMES = { hmac: 'hmacSecret', 'api-key': 'apiKey', token: 'tokenSecret' } as const

/**
 * A connection from what was pasted, with the key to its list, which the provider makes up unless one is given. It sends to
 * the demo's own service and to nobody else. Errors: `request_invalid`, `not_found` for an account of another bank.
 */
export function readConnection(demo: DemoFile, before: Connections, asked: NewConnection): Connection {
  const { provider, url, scheme, secret, form, accounts } = asked
  const found = /^\/webhooks\/([a-z]+)\/(con_[A-Za-z0-9_]+)$/.exec(URL.parse(url)?.pathname ?? '')
  const id = found?.[2]
  if (id === undefined || new URL(url).origin !== new URL(demo.baseUrl).origin)
    throw invalid('url', `it is none of ${demo.baseUrl}/webhooks/…`)
  if (!isProvider(provider) || found?.[1] !== provider) throw invalid('provider', 'the address is of another')
  if (scheme !== 'none' && secret.trim() === '') throw invalid('secret', 'it is blank')
  const pullKey =
    asked.pullKey ?? before.list().find((one) => one.id === id)?.secrets['pullKey'] ?? newPullKey(provider)
  return {
    id,
    provider,
    marketId: marketOf(demo, accounts),
    webhookUrl: url,
    secrets: {
      ...(scheme === 'none' ? {} : { [SECRET_NAMES[scheme]]: secret.trim() }),
      ...(pullKey === null ? {} : { pullKey }),
    },
    ...(form === undefined ? {} : { settings: { form } }),
    accounts: accounts.map(({ bin, number }) => ({ bin, number })),
  }
}

/** payOS knows its merchants by an id and a key, which here are written with a colon between them. */
function newPullKey(provider: Provider): string | null {
  const key = randomBytes(24).toString('hex')
  if (feeds[provider].capabilities.pull === 'none') return null
  return provider === 'payos' ? `${randomBytes(8).toString('hex')}:${key}` : key
}

/** The one market that all of these accounts are of. */
function marketOf(demo: DemoFile, accounts: NewConnection['accounts']): string {
  const markets = accounts.map(({ bin, number }) => {
    const stall = demo.stalls.find((one) => one.bin === bin && one.account === number)
    const feed = demo.connections.find((one) => namesAccount(one, bin, number))
    const marketId = stall?.marketId ?? feed?.marketId
    if (marketId === undefined)
      throw new AppError('not_found', 'This bank does not know the account', {
        fields: { accounts: `${bin} ${number}` },
      })
    return marketId
  })
  const [first, ...others] = new Set(markets)
  if (first === undefined || others.length > 0) throw invalid('accounts', 'all of one market')
  return first
}

function invalid(field: string, why: string): AppError {
  return new AppError('request_invalid', undefined, { fields: { [field]: why } })
}

/** The service may have another port since. */
function atAddress({ baseUrl }: DemoFile, one: Connection): Connection {
  return { ...one, webhookUrl: new URL(new URL(one.webhookUrl).pathname, baseUrl).href }
}
