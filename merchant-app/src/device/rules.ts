/** What a browser may say of the phone's battery; most say nothing. */
export type Battery = { level: number; charging: boolean }

const LOW_LEVEL = 0.15

/** Below this a screen that is kept on would take the phone away from her before evening. */
export function isLow(battery: Battery | null): boolean {
  return battery !== null && !battery.charging && battery.level < LOW_LEVEL
}

/** A phone that goes dark in front of a shopper is of no use; one that is flat is of less. */
export function keepsScreenOn(now: { visible: boolean; battery: Battery | null }): boolean {
  return now.visible && !isLow(now.battery)
}

/** What a browser hands out for keeping the screen on; it takes it back by itself when the page is hidden. */
export type Lock = { readonly released: boolean; release(): Promise<void> }

/**
 * Holds one lock while `isWanted` says so, each time it is asked to look. One look after the other: a second one while the
 * first is still asking would leave a lock that nobody knows of, and that keeps the screen on until the battery is flat.
 */
export function holdLock(
  isWanted: () => boolean,
  request: () => Promise<Lock | undefined>,
): () => Promise<void> {
  let lock: Lock | undefined
  let last = Promise.resolve()
  const look = async (): Promise<void> => {
    const isHeld = lock !== undefined && !lock.released
    if (isWanted() === isHeld) return
    // A browser that will not is asked again at the next change.
    if (isHeld) await lock?.release()
    else lock = await request().catch(() => undefined)
  }
  return () => {
    last = last.then(look)
    return last
  }
}

/** What a browser may say of the network (Network Information API; iPhones say nothing). */
export type Connection = { saveData?: boolean; effectiveType?: string }

/** She pays by the byte, or gets few of them: nothing is asked for again and again. What tells of money stays open. */
export function savesData(connection: Connection | undefined): boolean {
  const { saveData = false, effectiveType = '' } = connection ?? {}
  return saveData || effectiveType === '2g' || effectiveType === 'slow-2g'
}
