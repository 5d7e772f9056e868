import { feeds } from '@tienve/bank-feeds'
import { expect, it } from 'vitest'
import { boardAccountOf, connectionsOf } from './connections.ts'
import { MARKETS } from './demo-markets.ts'
import { stallsOf } from './people.ts'

it.each(MARKETS)('hears each account of $name by one feed, and the board by the first', (plan) => {
  const stalls = stallsOf(plan).filter(({ heard }) => heard)
  const all = connectionsOf(plan, stallsOf(plan))
  const connections = all.filter(({ statementsOnly }) => !statementsOnly)
  const heard = connections.flatMap(({ accounts }) => accounts.map(({ number }) => number))
  expect(heard.toSorted()).toEqual(
    [boardAccountOf(plan).number, ...stalls.map((one) => one.account)].toSorted(),
  )
  expect(connections[0]?.accounts[0]?.number).toBe(boardAccountOf(plan).number)
  expect(all.filter(({ accounts }) => accounts.length === 0)).toEqual([])
})

it('has every account asked for or its statements delivered, so that nothing stays lost', () => {
  for (const plan of MARKETS) {
    const connections = connectionsOf(plan, stallsOf(plan))
    const made = connections.filter(
      ({ provider, pullKey, statementsOnly }) =>
        statementsOnly || (pullKey !== null && feeds[provider].capabilities.pull === 'list'),
    )
    const all = new Set(connections.flatMap(({ accounts }) => accounts.map(({ number }) => number)))
    const sure = made.flatMap(({ accounts }) => accounts.map(({ number }) => number))
    expect(sure.toSorted()).toEqual([...all].toSorted())
  }
})

it('has a market of every provider we can hear, and one of SePay alone', () => {
  const [songDao, cauLim] = MARKETS.map(
    (plan) => new Set(connectionsOf(plan, stallsOf(plan)).map(({ provider }) => provider)),
  )
  expect(songDao).toEqual(new Set(['sepay']))
  expect(cauLim).toEqual(new Set(Object.keys(feeds)))
})
