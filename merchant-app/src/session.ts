import type { Me } from '@tienve/contracts'
import { createSession } from '@tienve/ui'
import { api } from './api.ts'
import { keepMe, readKeptMe } from './offline/kept.ts'

const session = createSession(api, 'tienve.stall')

/** Whose phone this is. The cookie that the service knows it by is out of our reach, and a PIN is all that is left to type. */
export type Person = { login: string; name: string }
const PERSON = 'tienve.person'

/** Who logged in here last, if it was anybody. */
export function readPerson(): Person | null {
  const kept = localStorage.getItem(PERSON)
  // Written below, by this app alone.
  return kept === null ? null : (JSON.parse(kept) as Person)
}

/** Somebody else is to log in here. */
export function forgetPerson(): void {
  localStorage.removeItem(PERSON)
}

export async function readMe(): Promise<Me | null> {
  return remember(await session.readMe())
}

/** Who was logged in here when the app was last open, until the service has said who it is now. */
export function readLastMe(): Me | undefined {
  const me = readKeptMe()
  // The token is of that session alone: with another one's cookie the service refuses it.
  if (me !== undefined) api.setCsrfToken(me.csrfToken)
  return me
}

type Cache = Parameters<typeof session.changeSession>[0]

/** Somebody has logged in, or out: see `createSession`. */
export function changeSession(cache: Cache, me: Me | null): void {
  session.changeSession(cache, remember(me))
}

/** Ends the session here when an answer says that it has ended: see `createSession`. */
export function endIfOver(cache: Cache, error: Error): void {
  if (session.endIfOver(cache, error)) keepMe(null)
}

function remember(me: Me | null): Me | null {
  keepMe(me)
  if (me !== null && me.user.stallId !== null) {
    const person: Person = { login: me.user.login, name: me.user.name }
    localStorage.setItem(PERSON, JSON.stringify(person))
  }
  return me
}
