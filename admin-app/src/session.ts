import { roleCan, type Me } from '@tienve/contracts'
import { createSession } from '@tienve/ui'
import { api } from './api.ts'
import { forgetMe, keepMe, keptMe } from './walk/device.ts'
import { isSilence } from './walk/queue.ts'

const session = createSession(api, 'tienve.board')
export const { endIfOver } = session

/** Who is logged in; with no network, the collector who was last logged in here and has not logged out. */
export async function readMe(): Promise<Me | null> {
  try {
    const me = await session.readMe()
    if (me !== null) await remember(me)
    return me
  } catch (error) {
    const me = isSilence(error) ? await keptMe() : undefined
    if (me === undefined) throw error
    return me
  }
}

/** Somebody has logged in, or out: see `createSession`. What was kept for the one before is gone before the other's is shown. */
export async function changeSession(
  cache: Parameters<typeof session.changeSession>[0],
  me: Me | null,
): Promise<void> {
  if (me === null) await forgetMe()
  else await remember(me)
  session.changeSession(cache, me)
}

async function remember(me: Me): Promise<void> {
  const before = await keptMe()
  if (before !== undefined && before.user.id !== me.user.id) await forgetMe()
  if (roleCan(me.user.role, 'cash.collect')) await keepMe(me)
}
