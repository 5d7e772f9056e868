import { createClient } from '@tienve/contracts'

/** The one client of the app; it carries the session's token once somebody has logged in. */
export const api = createClient({ baseUrl: '/m', fetch: (input, init) => fetch(input, init) })
