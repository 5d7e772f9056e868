import { ApiError, type CreatePushSubscription } from '@tienve/contracts'
import { api } from './api.ts'

/** Where this browser remembers under what id it is woken. */
const STORAGE_KEY = 'tienve.push'

/** True when this browser can be woken at all: an iPhone can only from its home screen. */
export const canBeWoken = (): boolean =>
  'serviceWorker' in navigator && 'PushManager' in window && 'Notification' in window

export const isWoken = (): boolean => localStorage.getItem(STORAGE_KEY) !== null

/** Asks whoever holds the phone, and tells the service where to wake it. False when she said no. */
export async function wake(pushKey: string): Promise<boolean> {
  if ((await Notification.requestPermission()) !== 'granted') return false
  const worker = await navigator.serviceWorker.ready
  const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: pushKey })
  // The browser's own form of it, which is what the service asks for.
  const { endpoint, keys } = made.toJSON() as CreatePushSubscription
  const { id } = await api.post<{ id: string }>('/v1/push-subscriptions', { endpoint, keys })
  localStorage.setItem(STORAGE_KEY, id)
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
}
