import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { chargesOf, type Charging, type TestCharge } from '../testing-charges.ts'
import { startService, type Session, type TestService } from '../testing.ts'

let service: TestService
let charging: Charging
let accountant: Session
let stall: Session
let charge: TestCharge
let foreign: TestCharge
beforeAll(async () => {
  service = await startService()
  accountant = await service.logIn('accountant')
  stall = await service.logIn('stallholder')
  charging = chargesOf(service, stall.marketId)
  charge = await charging.issue(stall.stallId ?? '', '2026-10', [{ netVnd: 270_000n }])
  foreign = await charging.issue(service.markets[0]?.stalls[1]?.id ?? '', '2026-10', [{ netVnd: 1_000n }])
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
})

const open = (id: string, session = stall, reason = 'Diện tích sai') =>
  service.call(`/v1/charges/${id}/disputes`, { body: { reason }, session })
const answer = (id: string, session = accountant, outcome = 'upheld') =>
  service.call(`/v1/disputes/${id}/answer`, { body: { outcome, answer: 'Sẽ sửa trong tuần' }, session })

it('is opened by the stall on its own charge, once at a time', async () => {
  expect((await open(foreign.id)).body.code).toBe('not_found')
  expect((await open(charge.id, accountant)).body.code).toBe('role_forbidden')
  expect((await open(charge.id, stall, ' a ')).body.code).toBe('request_invalid')
  const { status, body } = await open(charge.id)
  expect([status, body.status, body.outstandingVnd]).toEqual([201, 'open', 270_000])
  expect((await open(charge.id)).body.code).toBe('dispute_already_open')
  const { body: list } = await service.call(`/v1/markets/${stall.marketId}/disputes?status=open`, {
    session: accountant,
  })
  expect(list.items).toMatchObject([{ id: body.id, reason: 'Diện tích sai' }])
})

it('is answered by the board once, and the stall is told', async () => {
  const { body: list } = await service.call(`/v1/stalls/${stall.stallId}/disputes`, { session: stall })
  const [{ id }] = list.items
  expect((await answer(id, stall)).body.code).toBe('role_forbidden')
  expect((await answer(id)).body).toMatchObject({ status: 'upheld', answer: 'Sẽ sửa trong tuần' })
  expect((await answer(id)).body.code).toBe('dispute_already_answered')
  const { rows } = await inMarket(charging.owner, stall.marketId, (tx) =>
    tx.execute(sql`select kind, channel, words from notice where stall_id = ${stall.stallId}`),
  )
  expect(rows).toMatchObject([{ kind: 'dispute_answered', channel: 'app', words: { outcome: 'upheld' } }])
})

it('may be opened again, and withdrawn by the stall alone', async () => {
  const { body } = await open(charge.id)
  const withdraw = (session: Session) =>
    service.call(`/v1/disputes/${body.id}/withdraw`, { method: 'POST', session })
  expect((await withdraw(accountant)).body.code).toBe('role_forbidden')
  expect((await withdraw(stall)).body).toMatchObject({ status: 'withdrawn', answer: null })
  expect((await withdraw(stall)).body.code).toBe('dispute_already_answered')
})

it('of another stall is not found, and shows in nobody else’s list', async () => {
  await inMarket(charging.owner, stall.marketId, (tx) =>
    tx.execute(sql`insert into dispute (market_id, id, charge_id, stall_id, reason, opened_by, opened_at)
      select ${stall.marketId}, 'dsp_other', ${foreign.id}, stall_id, 'khác', 'usr_x', now() from charge where id = ${foreign.id}`),
  )
  const other = await service.call('/v1/disputes/dsp_other/withdraw', { method: 'POST', session: stall })
  expect(other.body.code).toBe('not_found')
  const { body } = await service.call(`/v1/markets/${stall.marketId}/disputes`, { session: stall })
  expect(body.items.map(({ id }: { id: string }) => id)).not.toContain('dsp_other')
  const foreigner = await service.call(`/v1/stalls/${service.markets[0]?.stalls[1]?.id}/disputes`, {
    session: stall,
  })
  expect(foreigner.body.code).toBe('not_found')
})
