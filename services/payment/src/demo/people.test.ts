import { expect, it } from 'vitest'
import { MARKETS } from './demo-markets.ts'
import { stallsOf, usersOf } from './people.ts'

it('has nobody twice among those whom a visitor can be: a name is of one market and one role', () => {
  const names = MARKETS.flatMap((market) => {
    const stalls = stallsOf(market)
    return usersOf(market, stalls)
      .filter(({ stallId }) => stallId === undefined || stallId === stalls[0]?.id)
      .map(({ name }) => name)
  })
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})
