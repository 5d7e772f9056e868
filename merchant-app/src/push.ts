import { ApiError, type CreatePushSubscription } from '@tienve/contracts'
import { api } from './api.ts'

/** Where this browser remembers under what id it is woken. */
const STORAGE_KEY = 'tienve.push'
const ABOUT_KEY = 'tienve.push.about'

/** True when this browser can be woken at all: an iPhone can only from its home screen. */
export const canBeWoken = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

/** What this browser is woken for. */
export type About = NonNullable<CreatePushSubscription['about']>
const ASLEEP: About = { notices: false, arrivals: false, restsAtNight: false }

export function wokenFor(): About {
  if (localStorage.getItem(STORAGE_KEY) === null) return ASLEEP
  const kept = localStorage.getItem(ABOUT_KEY)
  // Written below, by this app alone; one that was woken before money could wake it is woken by the board.
  return kept === null ? { ...ASLEEP, notices: true } : (JSON.parse(kept) as About)
}

/** Asks whoever holds the phone, and tells the service where to wake it and what for. False when she said no. */
export async function wake(pushKey: string, about: About): Promise<boolean> {
  if (!about.notices && !about.arrivals) {
    await letSleep()
    return true
  }
  if ((await Notification.requestPermission()) !== 'granted') return false
  const worker = await navigator.serviceWorker.ready
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: pushKey })
  // The browser's own form of it, which is what the service asks for.
  const { endpoint, keys } = made.toJSON() as CreatePushSubscription
  const { id } = await api.post<{ id: string }>('/v1/push-subscriptions', { endpoint, keys, about })
  localStorage.setItem(STORAGE_KEY, id)
  localStorage.setItem(ABOUT_KEY, JSON.stringify(about))
  return true
}

/** Nobody wakes this browser any more. For whoever leaves too: what is owed is no business of who comes next. */
export async function letSleep(): Promise<void> {
  const id = localStorage.getItem(STORAGE_KEY)
  if (id === null) return
  const worker = await navigator.serviceWorker.ready
  await (await worker.pushManager.getSubscription())?.unsubscribe()
  await api.delete(`/v1/push-subscriptions/${id}`).catch((error: unknown) => {
    // Forgotten already: the browser had moved, or is another person's by now.
    if (!(error instanceof ApiError && error.problem.code === 'not_found')) throw error
  })
  localStorage.removeItem(STORAGE_KEY)
  localStorage.removeItem(ABOUT_KEY)
}
