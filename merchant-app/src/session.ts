import type { Me } from '@tienve/contracts'
import { createSession } from '@tienve/ui'
import { api } from './api.ts'

const session = createSession(api, 'tienve.stall')
export const { endIfOver } = session

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

/** Somebody has logged in, or out: see `createSession`. */
export function changeSession(cache: Parameters<typeof session.changeSession>[0], me: Me | null): void {
  session.changeSession(cache, remember(me))
}

function remember(me: Me | null): Me | null {
  if (me !== null && me.user.stallId !== null) {
    const person: Person = { login: me.user.login, name: me.user.name }
    localStorage.setItem(PERSON, JSON.stringify(person))
  }
  return me
}
