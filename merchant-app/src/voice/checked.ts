import { atMarket } from '../clock.ts'

const KEY = 'tienve.checked'

/** Whether somebody has said today, on this phone, if the sound is heard. */
export function isChecked(now: Date): boolean {
  return localStorage.getItem(KEY) === atMarket(now).day
}

export function keepChecked(now: Date): void {
  localStorage.setItem(KEY, atMarket(now).day)
}
