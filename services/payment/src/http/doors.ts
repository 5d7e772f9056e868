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
  return doorOf(request.originalUrl)
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
  return request.cookies[own.cookie] === undefined ? OPEN_DOOR : own
}

/** The cookie that holds a request's session. */
export function sessionOf(request: FastifyRequest): string | undefined {
  return request.cookies[doorOfSession(request).cookie]
}

/** Gives the browser its session, behind the door it came in by. */
export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  { cookie, expiresAt }: { cookie: string; expiresAt: Date },
  { demo }: { demo: boolean },
): void {
  const door = doorOfRequest(request)
  void reply.setCookie(door.cookie, cookie, {
    path: door.cookiePath,
    httpOnly: true,
    sameSite: 'lax',
    // A demo runs on plain http://localhost, where a Secure cookie would be dropped by some browsers.
    secure: !demo,
    expires: expiresAt,
  })
}
