import { createClient } from '@tienve/contracts'

/** Recomputing a ledger of a million txns takes a minute; a network that is gone is noticed at once all the same. */
const TIMEOUT_MS = 120_000

/** The one client of the app; it carries the session's token once somebody has logged in. */
export const api = createClient({
  baseUrl: '/admin',
  fetch: (input, init) => fetch(input, init),
  timeoutMs: TIMEOUT_MS,
})
