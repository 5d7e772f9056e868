import { lookup } from 'node:dns'
import * as http from 'node:http'
import * as https from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** What we ask of another server. `signal` bounds the time. */
export type Asked = {
  method: string
  headers: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
  redirect: 'error'
  signal: AbortSignal
}
export type Ask = (url: string, asked: Asked) => Promise<Response>

const MAX_ANSWER_BYTES = 8 * 1024 * 1024

/** Addresses that are ours, our neighbours' or nobody's (IANA's special-purpose registries, RFC 6890). */
const INSIDE = { 4: new BlockList(), 6: new BlockList() }
for (const [address, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  INSIDE[4].addSubnet(address, bits, 'ipv4')
// Only 2000::/3 is given out to anybody, and of it these lead to an IPv4 address inside, or nowhere.
for (const [address, bits] of [
  ['::', 3],
  ['4000::', 2],
  ['8000::', 1],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  INSIDE[6].addSubnet(address, bits, 'ipv6')

/** Whether an address may be a machine behind our own walls. What is no address is taken for one. */
export function isInside(address: string): boolean {
  const family = isIP(address)
  if (family === 4) return INSIDE[4].check(address, 'ipv4')
  return family !== 6 || INSIDE[6].check(address, 'ipv6')
}

/**
 * Asks servers whose address a person gave: by https, without following a redirect, and never behind our own walls. The
 * name is looked up once and the connection goes to that very answer, so that it cannot mean something else the second time.
 * `trusted` is the origin of a fake bank, which a demo asks in plain http. Throws for all else, with nothing of the answer.
 */
export function createOutbound(trusted: string | null, find: typeof lookup = lookup): Ask {
  const trustedOrigin = trusted === null ? null : new URL(trusted).origin
  return async (address, asked) => {
    const url = new URL(address)
    if (url.origin === trustedOrigin) return send(url, asked, find)
    if (url.protocol !== 'https:') throw refusal('ERR_NOT_HTTPS')
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // Node looks no address up that is one already.
    if (isIP(host) !== 0 && isInside(host)) throw refusal('ERR_INSIDE')
    return send(url, asked, guarded(find))
  }
}

/** A look-up that fails where any of the answers is inside. */
function guarded(find: typeof lookup): LookupFunction {
  return (hostname, { all, ...options }, callback) =>
    find(hostname, { ...options, all: true }, (error, found) => {
      const [first] = found ?? []
      if (error !== null) callback(error, [])
      else if (first === undefined || found.some(({ address }) => isInside(address)))
        callback(refusal('ERR_INSIDE'), [])
      else if (all === true) callback(null, found)
      else callback(null, first.address, first.family)
    })
}

async function send(
  url: URL,
  { method, headers, body, signal }: Asked,
  find: LookupFunction,
): Promise<Response> {
  const { request } = url.protocol === 'https:' ? https : http
  // A connection that was kept would be one to an address that nobody has looked at this time.
  const sent = request(url, { method, headers, signal, lookup: find, agent: false })
  const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
    sent.on('response', resolve).on('error', reject).end(body)
  })
  const parts: Buffer[] = []
  let size = 0
  for await (const part of answer) {
    size += part.length
    if (size > MAX_ANSWER_BYTES) throw refusal('ERR_TOO_LARGE')
    parts.push(part)
  }
  const { statusCode: status = 0 } = answer
  if (status >= 300 && status < 400) throw refusal('ERR_REDIRECTED')
  const given = Object.entries(answer.headers).map(([name, value]) => [name, String(value)])
  return new Response(status === 204 || status === 205 ? null : Buffer.concat(parts), {
    status,
    headers: Object.fromEntries(given),
  })
}

function refusal(code: string): NodeJS.ErrnoException {
  return Object.assign(new Error('another server was not asked'), { code })
}
