import type { Me } from '@tienve/contracts'
import { browserStore } from '@tienve/ui'

/** Everything that the collector's phone keeps. */
export const kept = browserStore('tienve.walk')

/** Whose it is: another person on the same phone, or the same one in another market, neither sees nor sends it. */
export const ownerOf = ({ market, user }: Me): string => `${market.id} ${user.id}`

/** Letters and digits that nobody mistakes for another when they are read out over the noise of a market. */
const LETTERS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** This phone's own name, `K7M2-9QXF`, made once: the office writes it on the books that it issues to it. */
export async function deviceId(): Promise<string> {
  const made = await kept.change<string>('device', (id) => id ?? newDeviceId())
  if (made === undefined) throw new Error('the phone has not kept its name')
  return made
}

function newDeviceId(): string {
  const letters = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => LETTERS[byte % LETTERS.length])
  return `${letters.slice(0, 4).join('')}-${letters.slice(4).join('')}`
}

/** Who was last logged in here to collect: with no network the app goes on as that person. */
export async function keepMe(me: Me): Promise<void> {
  // Asks the browser not to make room by throwing this away.
  void navigator.storage.persist()
  await kept.change<Me>('me', () => me)
  await kept.change<Last>('last', () => ({ owner: ownerOf(me), name: me.user.name }))
}

/** The last collector of this phone, logged in or not: whose deeds may still wait here. */
export type Last = { owner: string; name: string }

export async function keptMe(): Promise<Me | undefined> {
  return kept.read<Me>('me')
}

/** Logged out: what others' debts are goes; what is not sent yet stays, for when its owner is back. */
export async function forgetMe(): Promise<void> {
  const me = await keptMe()
  if (me === undefined) return
  const owner = ownerOf(me)
  for (const key of ['me', `walk ${owner}`, `books ${owner}`]) await kept.change(key, () => undefined)
}
