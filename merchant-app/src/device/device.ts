import { useEffect, useState } from 'react'
import { holdLock, isLow, keepsScreenOn, savesData, type Battery, type Connection } from './rules.ts'

/** What some browsers have beyond what is standard, and the types do not know. */
type Extras = {
  connection?: Connection
  getBattery?: () => Promise<Battery & EventTarget>
}
const extras = (): Extras => navigator as Extras

/** Whether this phone is to be spared what is only asked for early or again and again. */
export const isSavingData = (): boolean => savesData(extras().connection)

/**
 * Keeps the screen on while the app is open, on whichever tab; a browser that cannot is left alone. Answers whether the battery
 * is too low for that.
 */
export function useKeepAwake(): boolean {
  const [low, setLow] = useState(false)
  useEffect(() => {
    let battery: (Battery & EventTarget) | null = null
    let isOver = false
    const look = holdLock(
      () => !isOver && keepsScreenOn({ visible: document.visibilityState === 'visible', battery }),
      async () => navigator.wakeLock?.request('screen'),
    )
    const onChange = (): void => {
      setLow(isLow(battery))
      void look()
    }
    document.addEventListener('visibilitychange', onChange)
    onChange()
    extras()
      .getBattery?.()
      .then((found) => {
        battery = found
        for (const change of ['levelchange', 'chargingchange']) found.addEventListener(change, onChange)
        onChange()
      })
      .catch(() => {})
    return () => {
      isOver = true
      document.removeEventListener('visibilitychange', onChange)
      for (const change of ['levelchange', 'chargingchange']) battery?.removeEventListener(change, onChange)
      onChange()
    }
  }, [])
  return low
}
