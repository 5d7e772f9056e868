import { AUDIT_ACTIONS } from '@tienve/contracts'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isChange, nameOf, ownRoutes } from '../http/testing.ts'
import { startService, type TestService } from '../testing.ts'
import { actionOf, NOT_IN_TRAIL } from './rules.ts'

let service: TestService
beforeAll(async () => {
  service = await startService({ worker: false })
})
afterAll(async () => service.stop())

describe('every guarded route that changes something', () => {
  /** Where the transaction is not the route's own, but its service's; each is seen to leave its entry below. */
  const IN_SERVICE: Readonly<Record<string, string>> = {
    'DELETE /v1/sessions/current': 'logOut',
    'DELETE /v1/sessions/:id': 'endSession',
    'POST /v1/sessions/current/market': 'switchMarket',
    'POST /v1/me/invitations': 'answerInvitation',
    'POST /v1/me/totp': 'beginTotp',
    'POST /v1/me/totp/confirm': 'confirmTotp',
    'POST /v1/me/recovery-codes': 'renewRecoveryCodes',
    'PUT /v1/me/password': 'changePassword',
    'POST /v1/stalls/:id/enrolments': 'enrolHolder',
    'POST /v1/stalls/:id/helpers': 'inviteHelper',
    'DELETE /v1/stalls/:id/helpers/:helperId': 'removeHelper',
    'PUT /v1/stalls/:id/consent': 'changeConsent',
    'POST /v1/billing-rounds/:id/approve': 'approveRound',
    'POST /v1/markets/:id/suspense/bulk-resolve': 'resolveCertain',
    'POST /v1/receiving-accounts/:id/statements': 'importStatement',
  }
  const changes = () =>
    ownRoutes(service.app.guarded).filter((route) => isChange(route) && route.access !== 'public')

  it('leaves an entry in the transaction of its effect, or is named with the reason why not', () => {
    const silent = changes()
      .filter((route) => NOT_IN_TRAIL[nameOf(route)] === undefined)
      .filter((route) => {
        const text = route.handler.toString()
        // The runner writes a call of what is imported as `(0, module.name)(`.
        const calls = new RegExp(
          String.raw`\b(createOnce|inChange|${IN_SERVICE[nameOf(route)] ?? 'inChange'})\)?\(`,
        )
        return !calls.test(text)
      })
    expect(silent.map(nameOf)).toEqual([])
    expect(changes().length).toBeGreaterThan(70)
    const known = new Set(changes().map(nameOf))
    expect(
      [...Object.keys(NOT_IN_TRAIL), ...Object.keys(IN_SERVICE)].filter((name) => !known.has(name)),
    ).toEqual([])
  })

  it('has words for what it does', () => {
    const actions = changes()
      .filter((route) => NOT_IN_TRAIL[nameOf(route)] === undefined)
      .map(({ method, url }) => actionOf(method, url).action)
    expect(actions.filter((action) => AUDIT_ACTIONS[action] === undefined)).toEqual([])
    expect(new Set(actions).size).toBe(actions.length)
  })
})
