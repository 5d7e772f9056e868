import type { NoticeChannel } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { createTransport } from 'nodemailer'
import webPush from 'web-push'
import type { Config } from '../config.ts'
import { dayOf } from '../days.ts'
import type { Ask } from '../http/outbound.ts'
import { unseal } from '../feeds/secrets.ts'
import { listEmails, listSubscriptions } from './repository.ts'
import { isPushService } from './rules.ts'
import type { textOf } from './words.ts'

/** Where a stall is told: `to` is what the channel sends to, and never goes into a log. */
export type Address = { stallId: string; id: string | null; to: string }
/** `urgent`: worth waking a phone that saves its battery, and worth nothing an hour later. */
export type Message = ReturnType<typeof textOf> & { url: string; tag: string; urgent?: boolean }
/** `gone`: nobody is at this address for good. `error` is a code that a log may have. */
export type Sent = { state: 'sent' } | { state: 'gone' } | { state: 'failed'; error: string }

/**
 * A way to tell stalls of something outside the app. What Zalo or SMS would need is another of these, and its name among
 * the channels (`notice_channel` in the database, `NOTICE_CHANNELS` in the contracts).
 */
export type Channel = {
  channel: Exclude<NoticeChannel, 'app'>
  addressesOf(tx: Tx, marketId: string, stallIds: readonly string[], now: Date): Promise<Address[]>
  send(address: Address, message: Message): Promise<Sent>
}

const TIMEOUT_MS = 10_000
/** A push service keeps what it cannot deliver for a day. */
const KEEP_S = 86_400
const KEEP_URGENT_S = 3_600

/** The channels that are set up; the app itself is always one and needs no adapter. */
export function channelsOf(config: Pick<Config, 'push' | 'smtp' | 'masterKey'>, ask: Ask): Channel[] {
  return [
    ...(config.push === null ? [] : [pushChannel(config.push, config.masterKey, ask)]),
    ...(config.smtp === null ? [] : [emailChannel(config.smtp)]),
  ]
}

/** What binds a sealed address to its row. */
export const pushContext = (marketId: string, id: string): string => `push_subscription:${marketId}:${id}`

/** Wakes browsers (RFC 8030, 8291, 8292): encrypted for each, so that the push service reads nothing. */
function pushChannel(push: NonNullable<Config['push']>, masterKey: Buffer, ask: Ask): Channel {
  return {
    channel: 'push',
    addressesOf: async (tx, marketId, stallIds) => {
      const rows = await listSubscriptions(tx, marketId, stallIds)
      return rows.map(({ id, stallId, ciphertext }) => ({
        stallId,
        id,
        to: unseal(masterKey, ciphertext, pushContext(marketId, id)),
      }))
    },
    send: async ({ to }, { title, body, url, tag, urgent = false }) =>
      // Keys that are no keys are found when they are used, and must not keep other browsers from being woken.
      attempt(async () => {
        const subscription = JSON.parse(to) as Parameters<typeof webPush.generateRequestDetails>[0]
        // Asked again, since the list of services may have become shorter.
        if (!isPushService(subscription.endpoint, push.hosts)) return { state: 'gone' }
        const payload = JSON.stringify({ title: title.vi, body: body.vi, url, tag })
        const {
          endpoint,
          method,
          headers,
          body: encrypted,
        } = webPush.generateRequestDetails(subscription, payload, {
          TTL: urgent ? KEEP_URGENT_S : KEEP_S,
          urgency: urgent ? 'high' : 'normal',
          vapidDetails: push.vapid,
        })
        const response = await ask(endpoint, {
          method,
          headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)])),
          body: new Uint8Array(encrypted),
          redirect: 'error',
          signal: AbortSignal.timeout(TIMEOUT_MS),
        })
        await response.arrayBuffer()
        if (response.ok) return { state: 'sent' }
        if (response.status === 404 || response.status === 410) return { state: 'gone' }
        return { state: 'failed', error: `http_${response.status}` }
      }),
  }
}

/** Plain text by SMTP: encrypted on the way unless the server is on this very machine. */
function emailChannel({ url, from }: NonNullable<Config['smtp']>): Channel {
  const { protocol, hostname, port, username, password } = new URL(url)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname,
    port: port === '' ? (secure ? 465 : 587) : Number(port),
    secure,
    requireTLS: !secure && !['127.0.0.1', 'localhost'].includes(hostname),
    ...(username === ''
      ? {}
      : { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  })
  return {
    channel: 'email',
    addressesOf: async (tx, marketId, stallIds, now) => {
      const rows = await listEmails(tx, marketId, stallIds, dayOf(now))
      return rows.map(({ stallId, email }) => ({ stallId, id: null, to: email }))
    },
    send: async ({ to }, { title, body, url: link }) =>
      attempt(async () => {
        const text = [body.vi, link, `${title.en}\n${body.en}`].join('\n\n')
        await transport.sendMail({ from, to: { name: '', address: to }, subject: title.vi, text })
        return { state: 'sent' }
      }),
  }
}

/** Any failure as a code: the message of an error quotes addresses. */
async function attempt(work: () => Promise<Sent>): Promise<Sent> {
  try {
    return await work()
  } catch (error) {
    return { state: 'failed', error: codeOf(error) }
  }
}

function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('responseCode' in at && typeof at.responseCode === 'number') return `smtp_${at.responseCode}`
    if ('code' in at && typeof at.code === 'string') return at.code
    if (at.name === 'TimeoutError') return 'timeout'
  }
  return 'unknown'
}
