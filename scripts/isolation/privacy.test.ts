import { ROLES, SHOWN, type Role } from '@tienve/contracts'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { dayOf } from '../../services/payment/src/days.ts'
import { nameOf } from '../../services/payment/src/http/testing.ts'
import type { GuardedRoute } from '../../services/payment/src/http/types.ts'
import { addressesOf, queriesOf, read, routesOf } from '../../services/payment/src/privacy/testing-walk.ts'
import { startService, type Session, type TestService } from '../../services/payment/src/testing.ts'
import { makeObjects, OURS, type Objects } from './objects.ts'

/**
 * Every role asks every address that only reads, in a market where whatever is personal is marked. What the table masks is
 * in no answer, be it a page, a spreadsheet or paper; and whatever shows a named stall's sales is noted as a look at it.
 */
const NOW = new Date('2026-11-24T17:00:00+07:00')
const TODAY = dayOf(NOW)
const PATIENCE_MS = 240_000
const SALE_VND = 1_234_567
const SALE = /1[.,\u00a0 ]?234[.,\u00a0 ]?567/

/** A printed code holds the account's whole number, and hangs at the stall. */
const PRINTED_CODES = [
  'GET /v1/stalls/:id/qr.svg',
  'GET /v1/stalls/:id/qr.png',
  'GET /v1/stalls/:id/card.pdf',
]
let service: TestService
let objects: Objects
let admin: pg.Client
let stallId: string
let seq: string
const sessions = new Map<Role, Session>()

beforeAll(async () => {
  service = await startService({
    worker: false,
    now: NOW,
    push: {
      vapid: { publicKey: '', privateKey: '', subject: 'mailto:x@example.org' },
      hosts: ['push.example'],
    },
  })
  objects = await makeObjects(service, NOW)
  for (const role of ROLES) sessions.set(role, await service.logIn(role, OURS))
  const holder = sessionOf('stallholder')
  stallId = holder.stallId ?? ''
  await service.call(`/v1/stalls/${stallId}/cash-sales`, {
    session: holder,
    body: { amountVnd: SALE_VND },
    headers: { 'idempotency-key': 'marked' },
  })
  admin = new pg.Client({ connectionString: service.database.adminUrl })
  await admin.connect()
  await admin.query(
    `update stallholder set name = 'Chủ Riêng ' || id, email = 'rieng-' || id || '@example.vn'`,
  )
  seq = String(
    (await admin.query(`select ledger_seq as seq from cash_sale where amount_vnd = ${SALE_VND}`)).rows[0].seq,
  )
}, PATIENCE_MS)
afterAll(async () => {
  await admin?.end()
  await service.stop()
})

function sessionOf(role: Role): Session {
  const session = sessions.get(role)
  if (session === undefined) throw new Error(`nobody is logged in as ${role}`)
  return session
}
function addressOf(route: GuardedRoute, own: string): string {
  const values: Record<string, string> = {
    day: TODAY,
    period: TODAY.slice(0, 7),
    seq,
    page: '1',
    report: 'month',
    book: 's1a',
    accountId: `${own}:511`,
  }
  const [address] = addressesOf(route, (kind, name) => {
    const id = values[name] ?? (kind === 'stalls' ? own : objects.ids.get(kind))
    if (id === undefined) throw new Error(`no id of the kind ${kind}: name one in objects.ts`)
    return [id]
  })
  return address ?? ''
}

const ask = (route: GuardedRoute, own: string, query: Record<string, string> | undefined, session: Session) =>
  read(service, `${addressOf(route, own)}?${new URLSearchParams(query)}`, session)

it(
  'no role is shown more of a phone, an address or an account than the table says',
  async () => {
    const stalls = service.markets[OURS]?.stalls ?? []
    const faults: string[] = []
    const seen = new Map<Role, string>()
    for (const role of ROLES) {
      const own = sessionOf(role).stallId
      const theirs = stalls.filter(({ id }) => id !== own)
      for (const route of routesOf(service, role)) {
        if (PRINTED_CODES.includes(nameOf(route))) continue
        const answer = await ask(route, own ?? stallId, queriesOf(route, [TODAY], [])[0], sessionOf(role))
        if (answer === null) continue
        const { text } = answer
        seen.set(role, `${seen.get(role) ?? ''}\n${text}`)
        const isOwn = own !== null
        const shows = (values: readonly string[]) => values.some((value) => text.includes(value))
        const others = isOwn ? theirs : stalls
        if ((isOwn || SHOWN.phone[role] !== 'full') && shows(others.map(({ login }) => login)))
          faults.push(`${role}, ${nameOf(route)}: a phone`)
        if ((isOwn || SHOWN.account[role] !== 'full') && shows(others.map(({ account }) => account)))
          faults.push(`${role}, ${nameOf(route)}: an account`)
        if (
          (isOwn || SHOWN.email[role] !== 'full') &&
          shows(others.map(({ id }) => `rieng-shd_${id.slice(4)}@`))
        )
          faults.push(`${role}, ${nameOf(route)}: an address of letters`)
        if (role === 'ward' && text.includes('Chủ Riêng')) faults.push(`${role}, ${nameOf(route)}: a name`)
      }
    }
    expect(faults).toEqual([])
    // That it could see: who is shown a phone whole saw one, and whoever is shown its end saw that.
    for (const role of ROLES) {
      const phone = stalls[0]?.login ?? ''
      const whole = SHOWN.phone[role] === 'full' && role !== 'technician'
      expect([role, seen.get(role)?.includes(phone) ?? false]).toEqual([role, whole])
    }
    expect(seen.get('cashier')).toContain(`•••• ${stalls[0]?.login.slice(-3)}`)
  },
  PATIENCE_MS,
)

it(
  'whatever shows a named stall’s sales is noted as a look at it, files and paper too',
  async () => {
    const unnoted: string[] = []
    const shown = new Set<string>()
    for (const role of ['accountant', 'ward'] as const) {
      for (const route of routesOf(service, role)) {
        for (const query of queriesOf(route, [TODAY], [stallId])) {
          await admin.query('delete from look')
          const answer = await ask(route, stallId, query, sessionOf(role))
          if (answer === null || !SALE.test(answer.text)) continue
          shown.add(nameOf(route))
          const { rowCount } = await admin.query('select from look where stall_id = $1', [stallId])
          if (rowCount === 0) unnoted.push(`${role}, ${nameOf(route)} ${JSON.stringify(query)}`)
        }
      }
    }
    expect(unnoted).toEqual([])
    // That it could see: the pages, the books and the files that show a named stall's sales.
    expect([...shown]).toEqual(
      expect.arrayContaining(
        [
          'sales',
          'sales.csv',
          'sales.xlsx',
          'ledger/transfers',
          'ledger/roll-up',
          'ledger/export',
          'ledger/txns/:seq',
        ].map((page) => `GET /v1/markets/:id/${page}`),
      ),
    )
  },
  PATIENCE_MS,
)
