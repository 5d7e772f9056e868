import { inMarket, createDb } from '@tienve/db'
import { writeStatement } from '@tienve/statements'
import { encodeVietQr } from '@tienve/vietqr'
import { sql } from 'drizzle-orm'
import { openBook } from '../../services/bank-sim/src/book-file.ts'
import { dayOf } from '../../services/payment/src/days.ts'
import { MARKETS } from '../../services/payment/src/demo/demo-markets.ts'
import type { DemoStall } from '../../services/payment/src/demo/people.ts'
import { processDue } from '../../services/payment/src/feeds/worker.ts'
import { nameOf, sampleFor } from '../../services/payment/src/http/testing.ts'
import type { GuardedRoute } from '../../services/payment/src/http/types.ts'
import type { CallOptions, Session, TestService } from '../../services/payment/src/testing.ts'
import { createWatch } from '../seed/failure.ts'
import { seedRounds } from '../seed/rounds.ts'

/** The market whose objects others ask for: the small one, which is soon filled. */
export const OURS = 1

/** A day that is signed off by one and waits for the other. */
export const DAY = '2026-11-23'

export type Objects = {
  /** An id of every kind, all of one market and, where a stall has such things, of one stall. */
  ids: ReadonlyMap<string, string>
  /** The one at that stall. */
  holder: Session
}

/** What a kind of id is, in SQL, in the market and with the stall as `$stall`. Kinds are called as they stand in addresses. */
const IN_SQL: Readonly<Record<string, string>> = {
  zones: 'select zone_id as id from stall where id = $stall',
  'cash-sales': 'select id from cash_sale where stall_id = $stall',
  handovers: 'select id from handover',
  'day-tickets': 'select id from day_ticket',
  books: 'select id from book',
  collections: 'select id from collection',
  charges: 'select id from charge where stall_id = $stall order by outstanding_vnd desc, id',
  'charge-changes': 'select id from charge_change',
  'billing-rounds': 'select id from billing_round',
  disputes: 'select id from dispute where stall_id = $stall',
  meters: 'select id from meter where stall_id = $stall',
  payments: `select id from payment where stall_id = $stall and verdict = 'over'`,
  shifts: 'select id from shift where stall_id = $stall and ended_at is null',
  'credit-customers': 'select id from credit_customer where stall_id = $stall',
  'credit-entries':
    'select e.id from credit_entry e join credit_customer c on c.id = e.customer_id where c.stall_id = $stall',
  'sale-refunds': 'select id from sale_refund where stall_id = $stall',
  'payment-requests': 'select id from payment_request where stall_id = $stall',
  connections: 'select id from connection where stall_id = $stall',
  secrets:
    'select s.id from connection_secret s join connection c on c.id = s.connection_id where c.stall_id = $stall',
  feeds: `select connection_id as id from connection_account b join receiving_account a on a.bin = b.bin and a.number = b.number
    join connection c on c.id = b.connection_id where a.stall_id = $stall and c.stall_id is null`,
  accounts: 'select id from receiving_account where stall_id = $stall',
  'receiving-accounts': 'select id from receiving_account where stall_id = $stall',
  'ledger/accounts': `select id from ledger_account where id = 'board:131.' || $stall`,
  'dead-letters': 'select id from feed_inbox',
  statements: 'select id from statement',
  refunds: 'select id from refund',
  receipts: 'select id from receipt where stall_id = $stall',
  tariffs: 'select id from tariff',
  decisions: 'select id from tariff_decision',
  staff: `select id from app_user where login like 'accountant2.%'`,
  delegations: 'select id from delegation',
  users: `select id from app_user where role = 'collector'`,
  helpers: `select id from app_user where stall_id = $stall and role = 'helper' and removed_at is null`,
  // The later one: the first is what the holder asks by.
  sessions: `select d.id from device d join app_user u on u.id = d.user_id
    where u.stall_id = $stall and u.role = 'stallholder' order by d.id desc`,
  contracts: 'select id from contract where stall_id = $stall',
  suspense: `select id from suspense where status = 'open'`,
  'api-keys': 'select id from api_key',
  memberships: 'select id from membership',
  'code-alerts': 'select id from code_alert where stall_id = $stall',
  'push-subscriptions': 'select id from push_subscription',
  'data-requests': 'select id from data_request',
}

/** Fills the small market with some months and with what a demo leaves out, so that there is something of every kind. */
export async function makeObjects(service: TestService, now: Date): Promise<Objects> {
  const market = service.markets[OURS]
  if (market === undefined) throw new Error('there is no such market')
  await fill(service, market, now)
  const first = market.stalls[0]?.id ?? ''
  const read = async (text: string): Promise<string | undefined> => {
    const { rows } = await inMarket(service.ctx.db, market.id, (tx) =>
      tx.execute<{ id: string }>(sql.raw(`select id from (${text}) found limit 1`)),
    )
    return rows[0]?.id
  }
  // Not the first one's, whose people will ask for what is of another stall.
  const stallId = await read(`select r.stall_id as id from receipt r join meter m on m.stall_id = r.stall_id
    where r.stall_id <> '${first}' order by 1`)
  const stall = market.stalls.find(({ id }) => id === stallId)
  if (stall === undefined) throw new Error('no stall has a receipt and a meter')
  const holder = await service.logInAs(stall)
  const of = (kind: string) => read((IN_SQL[kind] ?? '').replaceAll('$stall', `'${stall.id}'`))
  await doTheRest(service, { stall, holder, now, of })
  const ids = new Map([
    ['markets', market.id],
    ['stalls', stall.id],
  ])
  for (const kind of Object.keys(IN_SQL)) {
    const id = await of(kind)
    if (id === undefined) throw new Error(`the market has nothing of the kind ${kind}`)
    ids.set(kind, id)
  }
  return { ids, holder }
}

/** The last four months of the demo: billed, paid, walked for and argued about. */
async function fill(service: TestService, market: TestService['markets'][number], now: Date): Promise<void> {
  const owner = createDb(service.database.ownerUrl, { max: 2 })
  const { book, close } = openBook(undefined)
  const watch = createWatch()
  const db = { owner, api: service.ctx.db, worker: service.workerDb, watch }
  const seeded = { plan: MARKETS[OURS], ...market, book }
  await seedRounds(db, seeded, { today: dayOf(now), now, publicUrl: 'http://localhost' })
  close()
  await owner.pool.end()
  if (watch.failures[0] !== undefined) throw watch.failures[0]
}

/** What a demo leaves out. */
async function doTheRest(
  service: TestService,
  {
    stall,
    holder,
    now,
    of,
  }: { stall: DemoStall; holder: Session; now: Date; of: (kind: string) => Promise<string | undefined> },
): Promise<void> {
  const accountant = await service.logIn('accountant', OURS)
  const done = async (path: string, options: CallOptions): Promise<void> => {
    const { status, body } = await service.call(path, {
      ...options,
      headers: { 'idempotency-key': path, ...options.headers },
    })
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(body)}`)
  }
  const session = holder
  await done(`/v1/stalls/${stall.id}/cash-sales`, { session, body: { amountVnd: 20_000 } })
  await done(`/v1/stalls/${stall.id}/payment-requests`, { session, body: { amountVnd: 30_000 } })
  await done(`/v1/stalls/${stall.id}/shifts`, { session, body: {} })
  await done(`/v1/stalls/${stall.id}/credit-sales`, {
    session,
    body: { name: 'Cô Bảy', phone: '0900 000 777', amountVnd: 50_000 },
  })
  await done(`/v1/charges/${await of('charges')}/disputes`, {
    session,
    body: { reason: 'Sạp nghỉ mười ngày' },
  })
  await done(`/v1/charges/${await of('charges')}/changes`, {
    session: accountant,
    body: { kind: 'relieved', by: { percent: 50 }, reason: 'Sạp nghỉ nửa tháng' },
  })
  await done(`/v1/stalls/${stall.id}/connections`, {
    session,
    body: { provider: 'sepay', scheme: 'hmac', accountIds: [stall.accountId] },
  })
  await service.logInAs(stall)
  const { body: invitation } = await service.call(`/v1/stalls/${stall.id}/helpers`, {
    method: 'POST',
    session,
  })
  await done('/v1/enrolments', { body: { code: invitation.code, pin: '907156', name: 'Linh' } })
  await done(`/v1/stalls/${stall.id}/code-checks`, {
    session,
    body: { payload: encodeVietQr({ bin: '970418', account: '8861234567', memo: 'X' }), by: 'photo' },
  })
  await done('/v1/push-subscriptions', {
    session,
    body: { endpoint: 'https://push.example/x', keys: { p256dh: 'k'.repeat(87), auth: 'k'.repeat(22) } },
  })
  await done('/v1/data-requests', { session, body: { kind: 'erasure' } })
  const { body: asked } = await service.call(`/v1/stalls/${stall.id}/payment-requests`, {
    session,
    body: { amountVnd: 12_000 },
  })
  await done(`/v1/receiving-accounts/${stall.accountId}/statements`, {
    session,
    file: await statementOf(stall, now, asked.code),
  })
  await done(`/v1/markets/${holder.marketId}/api-keys`, {
    session: await service.logIn('admin', OURS),
    body: {
      name: 'Phần mềm kế toán',
      permissions: ['charges.read'],
      expiresAt: new Date(now.getTime() + 86_400_000).toISOString(),
    },
  })
  while ((await processDue(service.ctx, service.workerDb)) > 0);
  await done(`/v1/stalls/${stall.id}/sale-refunds`, {
    session,
    body: { paymentId: await of('payments'), amountVnd: 3_000, toWhom: 'chị Hà' },
  })
  const reconciliation = `/v1/markets/${holder.marketId}/reconciliation`
  const { body: shown } = await service.call(`${reconciliation}?day=${DAY}`, { session: accountant })
  await done(`${reconciliation}/sign-offs`, { session: accountant, body: { day: DAY, seen: shown.seen } })
  await done(`/v1/markets/${holder.marketId}/delegations`, {
    session: await service.logIn('head', OURS),
    body: { toUserId: await of('staff'), permission: 'charges.approve', until: dayOf(now) },
  })
  await done(`/v1/suspense/${await of('suspense')}/resolve`, {
    session: accountant,
    body: { as: 'return', toWhom: 'người chuyển', reason: 'chuyển nhầm' },
  })
}

/** A statement of a stall's account with one row, which pays more than was asked for. */
function statementOf({ account }: DemoStall, now: Date, code: string): Promise<Buffer> {
  return writeStatement(
    {
      accountNumber: account,
      fromDay: dayOf(now),
      toDay: dayOf(now),
      openingVnd: 0n,
      closingVnd: 15_000n,
      rows: [
        {
          direction: 'in',
          amountVnd: 15_000n,
          occurredAt: new Date(now.getTime() - 3_600_000),
          precision: 'second',
          reference: 'FT1',
          content: `mua hang ${code}`,
          balanceVnd: 15_000n,
          reversal: false,
        },
      ],
    },
    { bank: 'vietcombank', format: 'csv' },
  )
}

/** What a request carries: a file where one is asked for, and else the smallest body that its schema takes. */
export function bodyFor(route: GuardedRoute, ids: Objects['ids']): Pick<CallOptions, 'body' | 'file'> {
  if (/\/receiving-accounts\/:id\/statements/.test(route.url) && route.method === 'POST')
    return { file: Buffer.from('a;b\n1;2\n') }
  const body = BODIES[nameOf(route)]?.(ids) ?? sampleFor(route, 'body')
  return body === undefined ? {} : { body }
}

/** Bodies that name something more than the address does, which is there. */
const BODIES: Readonly<Record<string, (ids: Objects['ids']) => unknown>> = {
  'POST /v1/suspense/:id/resolve': (ids) => ({
    as: 'charge',
    chargeId: ids.get('charges'),
    reason: 'đúng khoản này',
  }),
  'POST /v1/markets/:id/delegations': (ids) => ({
    toUserId: ids.get('staff'),
    permission: 'charges.approve',
    until: DAY,
  }),
  'POST /v1/stalls/:id/sale-refunds': (ids) => ({
    paymentId: ids.get('payments'),
    amountVnd: 1_000,
    toWhom: 'chị Hà',
  }),
  'POST /v1/stalls/:id/credit-sales': (ids) => ({
    customerId: ids.get('credit-customers'),
    amountVnd: 1_000,
  }),
  'POST /v1/markets/:id/contracts': (ids) => ({
    stallId: ids.get('stalls'),
    kind: 'use',
    startsOn: DAY,
    number: 'HĐ 1',
    holder: { name: 'Nguyễn Thị Mẫu' },
  }),
  'POST /v1/markets/:id/readings': (ids) => ({
    meterId: ids.get('meters'),
    period: DAY.slice(0, 7),
    newValue: '1',
    readOn: DAY,
  }),
  'POST /v1/markets/:id/readings/confirm': (ids) => ({
    meterId: ids.get('meters'),
    period: DAY.slice(0, 7),
    note: 'đúng số',
  }),
}

/** What kind of id a field of a body holds; null for what is nobody's. */
const FIELDS: Readonly<Record<string, string | null>> = {
  id: 'suspense',
  marketId: 'markets',
  invitationId: 'memberships',
  stallId: 'stalls',
  zoneId: 'zones',
  toUserId: 'staff',
  meterId: 'meters',
  bookId: 'books',
  chargeId: 'charges',
  paymentId: 'payments',
  customerId: 'credit-customers',
  accountIds: 'accounts',
  decisionId: 'decisions',
  collectorId: 'users',
  deviceId: null,
}

/** A body with these ids in every field that holds one. Throws for a field whose kind it does not know. */
export function withIds<T>(body: T, ids: Objects['ids']): T
export function withIds(body: unknown, ids: Objects['ids']): unknown {
  if (Array.isArray(body)) return body.map((one) => withIds(one, ids))
  if (body === null || typeof body !== 'object' || Buffer.isBuffer(body)) return body
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => {
      if (!/^id$|Ids?$/.test(name)) return [name, withIds(value, ids)]
      const kind = FIELDS[name]
      if (kind === undefined) throw new Error(`no kind of the field ${name}: name it in objects.ts`)
      const id = kind === null ? value : ids.get(kind)
      return [name, Array.isArray(value) ? [id] : id]
    }),
  )
}
