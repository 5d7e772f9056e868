import type { FastifyReply, FastifyRequest } from 'fastify'

/** A way in to the API: what stands before `/v1/…` in the address, and the cookie that holds a session begun there. */
export type Door = { prefix: string; cookie: string; cookiePath: string }

/** Each app's own, so that one browser can hold a stall's session and a board's side by side. */
const APP_DOORS: readonly Door[] = [
  { prefix: '/m', cookie: 'tienve_stall', cookiePath: '/m' },
  { prefix: '/admin', cookie: 'tienve_board', cookiePath: '/admin' },
]

/** `/v1/…` itself, for whoever is neither app. */
const OPEN_DOOR: Door = { prefix: '', cookie: 'tienve_session', cookiePath: '/' }

/** The door that an address came in by. */
function doorOf(url: string): Door {
  return APP_DOORS.find(({ prefix }) => url.startsWith(`${prefix}/v1/`)) ?? OPEN_DOOR
}

/** The door of a request, by the address as the browser sent it. */
export function doorOfRequest(request: FastifyRequest): Door {
  return guarded(doorOf(request.originalUrl), request)
}

/**
 * Where cookies go over https alone, their names say so, and a browser then takes them from nobody else: `__Host-` from no
 * other host either, but that is for `/` alone (RFC 6265bis).
 */
function guarded(door: Door, { server }: FastifyRequest): Door {
  if (!server.hasSecureCookies) return door
  return { ...door, cookie: `${door.cookiePath === '/' ? '__Host-' : '__Secure-'}${door.cookie}` }
}

/** The address that the routes know: `/m/v1/me` and `/admin/v1/me` are `/v1/me`. */
export function withoutDoor(url: string): string {
  return url.slice(doorOf(url).prefix.length)
}

/**
 * The door whose session a request holds: its own, and failing that the open one. A script that has logged in at `/v1` may
 * then look at either app.
 */
export function doorOfSession(request: FastifyRequest): Door {
  const own = doorOfRequest(request)
  return request.cookies[own.cookie] === undefined ? guarded(OPEN_DOOR, request) : own
}

/** The cookie that holds a request's session. */
export function sessionOf(request: FastifyRequest): string | undefined {
  return request.cookies[doorOfSession(request).cookie]
}

/** What a log-in hands to the browser: the session, and the device's own token where the browser was not known. */
export type Opened = { cookie: string; expiresAt: Date; deviceToken: string | null }

/** Chrome keeps a cookie for 400 days at most; each log-in begins them anew. */
const DEVICE_COOKIE_MS = 400 * 86_400_000

/** Several people may share a browser, as at a cash desk: each has a device of their own there, the newest first. */
const DEVICES_A_BROWSER = 8

const deviceCookieOf = (door: Door): string => `${door.cookie}_device`

/** The tokens of the devices that a request's browser is, one for each person who has logged in there. */
export function deviceTokensOf(request: FastifyRequest): string[] {
  const doors = new Set([doorOfRequest(request), OPEN_DOOR])
  return [...doors]
    .flatMap((door) => request.cookies[deviceCookieOf(door)]?.split('~') ?? [])
    .slice(0, DEVICES_A_BROWSER)
}

/** Gives the browser its session, and lets it keep that it is known, which outlives the session. */
export function setSessionCookies(
  request: FastifyRequest,
  reply: FastifyReply,
  { cookie, expiresAt, deviceToken }: Opened,
  { demo, now }: { demo: boolean; now: Date },
): void {
  const door = doorOfRequest(request)
  const kept = {
    path: door.cookiePath,
    httpOnly: true,
    sameSite: 'lax',
    // A demo runs on plain http://localhost, where a Secure cookie would be dropped by some browsers.
    secure: !demo,
  } as const
  const tokens = [...(deviceToken === null ? [] : [deviceToken]), ...deviceTokensOf(request)]
  void reply
    .setCookie(door.cookie, cookie, { ...kept, expires: expiresAt })
    .setCookie(deviceCookieOf(door), tokens.slice(0, DEVICES_A_BROWSER).join('~'), {
      ...kept,
      expires: new Date(now.getTime() + DEVICE_COOKIE_MS),
    })
}
