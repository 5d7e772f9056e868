import { describe, expect, it } from 'vitest'
import { holdLock, isLow, keepsScreenOn, savesData, type Lock } from './rules.ts'

describe('the screen', () => {
  it('is kept on while the app is seen, and given back when it is not', () => {
    expect(keepsScreenOn({ visible: true, battery: null })).toBe(true)
    expect(keepsScreenOn({ visible: false, battery: null })).toBe(false)
  })

  it('may go dark below 15 % unless the phone is charging', () => {
    const at = (level: number, charging = false) => ({ visible: true, battery: { level, charging } })
    expect(keepsScreenOn(at(0.15))).toBe(true)
    expect(keepsScreenOn(at(0.14))).toBe(false)
    expect(keepsScreenOn(at(0.14, true))).toBe(true)
    expect(isLow(null)).toBe(false)
  })
})

describe('the lock that keeps it on', () => {
  /** A browser that takes a while to answer, and all the locks that it has handed out. */
  function openBrowser() {
    const locks: { released: boolean; release: () => Promise<void> }[] = []
    const answers: (() => void)[] = []
    const request = (): Promise<Lock> =>
      new Promise((resolve) => {
        const lock = {
          released: false,
          release: async () => {
            lock.released = true
          },
        }
        locks.push(lock)
        answers.push(() => resolve(lock))
      })
    const answer = (): void => {
      for (const one of answers.splice(0)) one()
    }
    return { locks, request, answer, held: () => locks.filter(({ released }) => !released).length }
  }

  it('is one, and let go, though the battery is asked while the first is still under way', async () => {
    const browser = openBrowser()
    let isWanted = true
    const look = holdLock(() => isWanted, browser.request)
    const first = look()
    const second = look()
    await Promise.resolve()
    browser.answer()
    await first
    isWanted = false
    browser.answer()
    await second
    await look()
    expect([browser.locks.length, browser.held()]).toEqual([1, 0])
  })

  it('is asked for again when the browser took it back or would not give it', async () => {
    const browser = openBrowser()
    let refuses = true
    const look = holdLock(
      () => true,
      () => (refuses ? Promise.reject(new Error('not allowed')) : browser.request()),
    )
    await look()
    refuses = false
    for (const times of [1, 2]) {
      const looking = look()
      await Promise.resolve()
      browser.answer()
      await looking
      expect([times, browser.locks.length, browser.held()]).toEqual([times, times, 1])
      await browser.locks.at(-1)?.release()
    }
  })
})

describe('data', () => {
  it('is saved where she asked for it or gets little, and nowhere else', () => {
    expect(
      [{ saveData: true }, { effectiveType: '2g' }, { effectiveType: 'slow-2g' }].map(savesData),
    ).toEqual([true, true, true])
    expect([undefined, {}, { effectiveType: '3g' }, { saveData: false }].map(savesData)).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})
