import { createClient } from '@tienve/contracts'
import { learnClock } from './offline/clock.ts'

/** The one client of the app; it carries the session's token once somebody has logged in. */
export const api = createClient({
  baseUrl: '/m',
  fetch: async (input, init) => {
    const response = await fetch(input, init)
    learnClock(response.headers.get('date'))
    return response
  },
})
