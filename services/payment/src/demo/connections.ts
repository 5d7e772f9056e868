import { feeds, type FeedScheme, type Provider } from '@tienve/bank-feeds'
import { insertMany, newId, type Tx } from '@tienve/db'
import { randomBytes } from 'node:crypto'
import { pullContext } from '../feeds/pull.ts'
import { seal } from '../feeds/secrets.ts'
import {
  connection,
  connectionAccount,
  connectionPull,
  connectionSecret,
  pullQueue,
} from '../feeds/tables.ts'
import { directory } from '../markets/tables.ts'
import type { FeedPlan, MarketPlan } from './demo-markets.ts'
import type { DemoStall } from './people.ts'

/** A feed of the demo: who may send messages about which accounts, and by what proof. */
export type DemoConnection = {
  id: string
  provider: Provider
  scheme: FeedScheme
  secret: string
  keyId: string
  /** What opens the provider's list; null when it is not asked. */
  pullKey: string | null
  accounts: { bin: string; number: string }[]
}

/** Where the lists of the demo's providers are, and from when on they are asked. */
export type DemoPulls = { bankSimUrl: string; from: Date }

const PULL_EVERY_SECONDS = 30

/** The account of a market's board. */
export function boardAccountOf(plan: MarketPlan): {
  id: string
  bin: string
  number: string
  holder: string
} {
  return {
    id: `acc_${plan.code.toLowerCase()}board`,
    bin: '970415',
    number: `000${plan.digit}999999`,
    holder: `BAN QUAN LY CHO ${plan.id === 'mkt_songdao' ? 'SONG DAO' : 'CAU LIM'}`,
  }
}

/** Deals the stalls that can be heard to the feeds of the plan, in turn; the first feed tells of the board's account too. */
export function connectionsOf(plan: MarketPlan, stalls: readonly DemoStall[]): DemoConnection[] {
  const heard = stalls.filter((one) => one.heard)
  const turns = plan.feeds.flatMap((feed) => Array.from({ length: feed.share }, () => feed))
  const { bin, number } = boardAccountOf(plan)
  return plan.feeds.map((feed, place) => ({
    id: newId('con'),
    provider: feed.provider,
    scheme: feed.scheme,
    secret: newSecret(feed),
    keyId: newId('key'),
    pullKey: feed.pulls ? newPullKey(feed) : null,
    accounts: [
      ...(place === 0 ? [{ bin, number }] : []),
      ...heard
        .filter((_, at) => turns[at % turns.length] === feed)
        .map((stall) => ({ bin: stall.bin, number: stall.account })),
    ],
  }))
}

/** The address under which the fake bank serves a connection's list. */
export function pullUrlOf(bankSimUrl: string, connectionId: string): string {
  return `${bankSimUrl}/pull/${connectionId}`
}

function newSecret({ provider, scheme }: FeedPlan): string {
  if (provider === 'standard') return `whsec_${randomBytes(32).toString('base64')}`
  const secret = randomBytes(24).toString('hex')
  return scheme === 'token' ? `${provider}:${secret}` : secret
}

/** payOS knows its merchants by an id and a key, which here are written with a colon between them. */
function newPullKey({ provider }: FeedPlan): string {
  const key = randomBytes(24).toString('hex')
  return provider === 'payos' ? `${randomBytes(8).toString('hex')}:${key}` : key
}

/** Writes the connections with their secrets and accounts. */
export async function insertFeeds(
  tx: Tx,
  marketId: string,
  connections: readonly DemoConnection[],
  masterKey: Buffer,
  createdAt: Date,
): Promise<void> {
  for (const one of connections) {
    await tx.insert(connection).values({ marketId, id: one.id, provider: one.provider, createdAt })
    await tx.insert(connectionSecret).values({
      marketId,
      id: one.keyId,
      connectionId: one.id,
      scheme: one.scheme,
      ciphertext: seal(masterKey, one.secret, one.keyId),
    })
    await insertMany(
      tx,
      connectionAccount,
      one.accounts.map((account) => ({ marketId, connectionId: one.id, ...account })),
    )
    await tx.insert(directory).values({ kind: 'connection', key: one.id, marketId, objectId: one.id })
  }
}

/** Has those connections asked, for their lists or their orders, that have a key for it. */
export async function insertPulls(
  tx: Tx,
  marketId: string,
  connections: readonly DemoConnection[],
  masterKey: Buffer,
  { bankSimUrl, from }: DemoPulls,
): Promise<void> {
  for (const { id, provider, pullKey } of connections) {
    if (pullKey === null || feeds[provider].capabilities.pull === 'none') continue
    await tx.insert(connectionPull).values({
      marketId,
      connectionId: id,
      baseUrl: pullUrlOf(bankSimUrl, id),
      ciphertext: seal(masterKey, pullKey, pullContext(id)),
      everySeconds: PULL_EVERY_SECONDS,
      readTo: from,
    })
    await tx.insert(pullQueue).values({ marketId, connectionId: id, dueAt: from })
  }
}
