import { expect, it } from 'vitest'
import { onNoticeTapped } from './notice-tapped.ts'

const OWED = 'https://cho.example/m/?owe'

/** What the worker says to an app that stands open, and how often that opened what is owed. */
function listen() {
  const worker = new EventTarget()
  let opened = 0
  const stop = onNoticeTapped(worker, () => (opened += 1))
  const say = (data: unknown): void => void worker.dispatchEvent(new MessageEvent('message', { data }))
  return { say, stop, opened: () => opened }
}

it('opens what is owed when its notice is tapped, until nobody may look there', () => {
  const app = listen()
  app.say({ tapped: OWED })
  expect(app.opened()).toBe(1)
  app.stop()
  app.say({ tapped: OWED })
  expect(app.opened()).toBe(1)
})

it('stays where it is for a notice of money that came, and for whatever else a worker says', () => {
  const app = listen()
  for (const data of [
    { tapped: 'https://cho.example/m/' },
    null,
    'owe',
    { type: 'CACHE_UPDATED' },
    { tapped: 1 },
  ])
    app.say(data)
  expect(app.opened()).toBe(0)
})
