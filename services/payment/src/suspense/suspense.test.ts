import { inMarket } from '@tienve/db'
import { boardAccounts } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestCharge } from '../testing-charges.ts'
import { startDesk, type TestDesk } from './testing.ts'

let desk: TestDesk
let month = 1
beforeAll(async () => {
  desk = await startDesk()
})
afterAll(() => desk.stop())

const issue = (stall: number, netVnd: bigint): Promise<TestCharge> =>
  desk.charging.issue(desk.stallOf(stall), `2025-${String(month++).padStart(2, '0')}`, [{ netVnd }])
const chargeOf = async ({ id }: TestCharge) =>
  (await desk.service.call(`/v1/charges/${id}`, { session: desk.head })).body
const attempt = (statement: ReturnType<typeof sql>) =>
  inMarket(desk.service.ctx.db, desk.head.marketId, (tx) => tx.execute(statement))

describe('money in suspense', () => {
  it('is split over a charge, a whole debt, the general books and money that goes back; each has its posting', async () => {
    const charge = await issue(0, 300_000n)
    await issue(1, 200_000n)
    const id = await desk.arrive(1_000_000n)
    const parts = [
      { as: 'charge', chargeId: charge.id, amountVnd: 300_000 },
      { as: 'debt', stallId: desk.stallOf(1), amountVnd: 200_000 },
      { as: 'not_ours', amountVnd: 400_000 },
      { as: 'return', toWhom: 'anh Tư, VCB', amountVnd: 100_000 },
    ]
    const short = await desk.resolve(id, { as: 'split', parts: parts.slice(0, 3) })
    expect([short.status, short.body.code]).toEqual([422, 'suspense_parts_wrong'])
    await desk.balanced()
    const general = await desk.balanceOf(boardAccounts.general)
    const { status, body } = await desk.resolve(id, { as: 'split', parts })
    expect(status).toBe(200)
    expect(body).toMatchObject({ status: 'resolved', resolution: 'split', refundStatus: 'due' })
    expect(body.history[0].parts).toMatchObject(parts)
    expect(await chargeOf(charge)).toMatchObject({ status: 'paid', outstandingVnd: 0 })
    expect(await desk.balanceOf(boardAccounts.general)).toBe(general + 400_000n)
    expect(await desk.balanceOf(boardAccounts.suspense)).toBe(100_000n)
    await desk.balanced()
    const undone = await desk.act(id, 'undo', { reason: 'nhầm sạp' })
    expect(undone.body).toMatchObject({ status: 'open', resolution: null, refundStatus: null })
    expect(undone.body.history[0]).toMatchObject({ status: 'undone', undoneReason: 'nhầm sạp' })
    const { receipts, ...owed } = await chargeOf(charge)
    expect(owed).toMatchObject({ status: 'issued', outstandingVnd: 300_000, paidVnd: 0 })
    expect(receipts.map(({ voidReason }: { voidReason: string }) => voidReason)).toEqual(['nhầm sạp'])
    expect(await desk.balanceOf(boardAccounts.suspense)).toBe(1_000_000n)
    await desk.balanced()
    expect((await desk.act(id, 'undo', { reason: 'lần nữa' })).body.code).toBe('suspense_not_resolved')
    expect((await desk.resolve(id, { as: 'not_ours' })).body.status).toBe('resolved')
    await desk.balanced()
  })

  it('answers a request that is sent again with its first answer, and once', async () => {
    const id = await desk.arrive(50_000n)
    const key = { 'idempotency-key': 'desk-1' }
    const first = await desk.resolve(id, { as: 'not_ours' }, key)
    expect((await desk.resolve(id, { as: 'not_ours' }, key)).body).toEqual(first.body)
    expect((await desk.resolve(id, { as: 'not_ours' })).body.code).toBe('suspense_already_resolved')
    await desk.balanced()
  })

  it('is resolved by one of two people who do it at once', async () => {
    const charge = await issue(2, 70_000n)
    const id = await desk.arrive(70_000n)
    const answers = await Promise.all([
      desk.resolve(id, { as: 'charge', chargeId: charge.id }),
      desk.resolve(id, { as: 'not_ours' }),
      desk.resolve(id, { as: 'return', toWhom: 'người gửi' }),
    ])
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 409, 409])
    await desk.balanced()
  })

  it('cannot be undone once a charge has used what was too much', async () => {
    const id = await desk.arrive(90_000n)
    expect((await desk.resolve(id, { as: 'debt', stallId: desk.stallOf(3) })).status).toBe(200)
    await desk.rows(sql`update stall_credit set used_vnd = 1 where amount_vnd = 90000`)
    expect((await desk.act(id, 'undo', { reason: 'nhầm' })).body.code).toBe('resolution_used')
    await desk.rows(sql`update stall_credit set used_vnd = 0 where amount_vnd = 90000`)
    await desk.balanced()
    expect((await desk.act(id, 'undo', { reason: 'nhầm' })).body.status).toBe('open')
    await desk.balanced()
  })

  it('cannot be undone when the round of what it paid is closed', async () => {
    const charge = await issue(3, 60_000n)
    const id = await desk.arrive(60_000n)
    await desk.resolve(id, { as: 'charge', chargeId: charge.id })
    const round = sql`(select round_id from charge where id = ${charge.id})`
    await desk.rows(sql`update billing_round set status = 'closed', closed_at = now(), close_approval_id = approval_id,
      closed_by = approved_by where id = ${round}`)
    expect((await desk.act(id, 'undo', { reason: 'nhầm' })).body.code).toBe('resolution_closed')
    await desk.balanced()
  })
})

describe('money that left, and nobody knows why', () => {
  it('becomes the general books’ by a person’s word, and waits again when that is undone', async () => {
    await desk.leave(33_000n, 'tra tien rac')
    const [item] = await desk.rows(
      sql`select id from suspense where direction = 'out' and amount_vnd = 33000`,
    )
    const id = String(item?.['id'])
    expect(await desk.balanceOf(boardAccounts.outgoing)).toBe(33_000n)
    const back = await desk.resolve(id, { as: 'return', toWhom: 'người gửi' })
    expect([back.status, back.body.code]).toEqual([422, 'resolution_invalid'])
    const general = await desk.balanceOf(boardAccounts.general)
    expect((await desk.resolve(id, { as: 'not_ours' })).body).toMatchObject({ status: 'resolved' })
    expect(await desk.balanceOf(boardAccounts.general)).toBe(general - 33_000n)
    expect(await desk.balanceOf(boardAccounts.outgoing)).toBe(0n)
    expect((await desk.act(id, 'undo', { reason: 'nhầm' })).body.status).toBe('open')
    expect(await desk.balanceOf(boardAccounts.outgoing)).toBe(33_000n)
    await desk.resolve(id, { as: 'not_ours' })
    await desk.balanced()
  })
})

describe('a large sum', () => {
  it('waits for another person, who approves or refuses with a reason; nothing moves before', async () => {
    const charge = await issue(4, 6_000_000n)
    const id = await desk.arrive(6_000_000n)
    const body = { as: 'charge', chargeId: charge.id }
    const proposed = await desk.resolve(id, body)
    expect(proposed.body).toMatchObject({ status: 'open', isProposed: true })
    expect((await desk.resolve(id, body)).body.code).toBe('suspense_already_proposed')
    expect((await chargeOf(charge)).outstandingVnd).toBe(6_000_000)
    await desk.balanced()
    expect((await desk.act(id, 'approve', {}, desk.accountant)).body.code).toBe('role_forbidden')
    const refused = await desk.act(id, 'refuse', { reason: 'hỏi lại sạp' })
    expect(refused.body).toMatchObject({ status: 'open', isProposed: false })
    expect(refused.body.history[0]).toMatchObject({ status: 'refused', refusedReason: 'hỏi lại sạp' })
    expect((await desk.act(id, 'approve')).body.code).toBe('suspense_not_proposed')
    await desk.resolve(id, body)
    const approved = await desk.act(id, 'approve')
    expect(approved.body).toMatchObject({ status: 'resolved', isProposed: false })
    expect((await chargeOf(charge)).status).toBe('paid')
    await desk.balanced()
  })

  it('is not approved by who proposed it, whatever the code does', async () => {
    const id = await desk.arrive(5_000_000n)
    await desk.resolve(id, { as: 'not_ours' })
    const by = sql`update approval set approved_by = proposed_by, approved_at = now()
      where object_id = (select id from suspense_resolution where suspense_id = ${id})`
    await expect(attempt(by)).rejects.toThrow()
    await desk.balanced()
  })

  it('is what the market decided it to be from a day on', async () => {
    const decide = (day: string, vnd: bigint) =>
      desk.rows(sql`insert into suspense_policy (market_id, valid_from, two_people_from_vnd)
        values (${desk.head.marketId}, ${day}, ${vnd})`)
    await decide('2026-11-24', 40_000n)
    await decide('2026-11-25', 10n)
    const [small, large] = [await desk.arrive(39_000n), await desk.arrive(40_000n)]
    expect((await desk.resolve(small, { as: 'not_ours' })).body.isProposed).toBe(false)
    expect((await desk.resolve(large, { as: 'not_ours' })).body).toMatchObject({
      isProposed: true,
      twoPeopleFromVnd: 40_000,
    })
    await desk.rows(sql`delete from suspense_policy`)
  })
})

describe('the database', () => {
  it('lets nothing leave suspense without a posting, whatever the code does', async () => {
    const id = await desk.arrive(80_000n)
    const { marketId } = desk.head
    const resolution = sql`insert into suspense_resolution (market_id, id, suspense_id, parts, reason, status, resolved_by, resolved_at)
      values (${marketId}, 'rsl_x', ${id}, '[]', 'x', 'done', 'usr_x', now()) on conflict do nothing`
    const part = (line: number, before: bigint, amount: bigint, seq: bigint | null | undefined) =>
      sql`insert into suspense_part (market_id, suspense_id, resolution_id, line, previous_line, before_vnd, amount_vnd,
          after_vnd, becomes, posted, ledger_seq)
        values (${marketId}, ${id}, 'rsl_x', ${line}, ${line === 1 ? null : line - 1}, ${before}, ${amount}, ${before + amount},
          'not_ours', true, ${seq})`
    const close = (line: number) => sql`update suspense set status = 'resolved', resolution = 'not_ours',
      resolution_id = 'rsl_x', last_line = ${line} where id = ${id}`
    const all = (...steps: ReturnType<typeof sql>[]) =>
      inMarket(desk.service.ctx.db, marketId, async (tx) => {
        await tx.execute(resolution)
        for (const step of steps) await tx.execute(step)
      })
    const spare = await desk.rows(
      sql`select seq from ledger_txn where seq not in (select ledger_seq from suspense_part where ledger_seq is not null) limit 2`,
    )
    const [seq, other] = spare.map((row) => BigInt(String(row['seq'])))
    const refusals = [
      ['suspense_resolved', []],
      ['suspense_parts_fk', [close(1)]],
      ['suspense_part_posted', [part(1, 0n, 80_000n, null), close(1)]],
      ['suspense_part_txn_fk', [part(1, 0n, 80_000n, 999_999n), close(1)]],
      // Parts that do not come to the sum, and parts that come to it from nowhere.
      ['suspense_parts_fk', [part(1, 0n, 79_000n, seq), close(1)]],
      ['suspense_part_chain_fk', [part(1, 0n, 40_000n, seq), part(2, 50_000n, 30_000n, other)]],
      ['suspense_part_chain_fk', [part(2, 50_000n, 30_000n, seq), close(2)]],
      ['suspense_part_first', [part(1, 50_000n, 30_000n, seq), close(1)]],
    ] as const
    const bare = sql`update suspense set status = 'resolved', resolution = 'not_ours' where id = ${id}`
    for (const [constraint, steps] of refusals)
      await expect(steps.length === 0 ? all(bare) : all(...steps)).rejects.toMatchObject({
        cause: { constraint },
      })
    await desk.balanced()
  })
})

describe('what is certain', () => {
  it('is shown first and resolved at once, item by item; what has changed since is left', async () => {
    const [one, two] = [await issue(5, 310_000n), await issue(6, 320_000n)]
    const spoil = (code: string) => `${code.slice(0, 5)}${code[5] === '7' ? '8' : '7'}${code.slice(6)}`
    const items = [
      await desk.arrive(310_000n, `nop ${spoil(one.code)}`),
      await desk.arrive(310_000n, `nop ${spoil(one.code)}`),
      await desk.arrive(320_000n, `nop ${spoil(two.code)}`),
      await desk.arrive(321_000n, 'khong ro'),
    ]
    const base = `/v1/markets/${desk.head.marketId}/suspense`
    const { body: shown } = await desk.service.call(`${base}/certain`, { session: desk.accountant })
    expect(shown.items.map(({ id }: { id: string }) => id).toSorted()).toEqual(items.slice(0, 3).toSorted())
    const body = {
      items: [one, one, two, two].map(({ id: chargeId }, at) => ({ id: items[at], chargeId })),
      reason: 'mã sai một chữ',
    }
    const done = await desk.service.call(`${base}/bulk-resolve`, { body, session: desk.accountant })
    expect(
      done.body.items.map(({ outcome, code }: { outcome: string; code: string }) => [outcome, code]),
    ).toEqual([
      ['resolved', null],
      ['left', 'suggestion_changed'],
      ['resolved', null],
      ['left', 'suggestion_changed'],
    ])
    await desk.balanced()
    const { body: trail } = await desk.service.call(
      `/v1/markets/${desk.head.marketId}/audit?action=suspense.bulk-resolve`,
      { session: desk.head },
    )
    expect(trail.items.map(({ objectId }: { objectId: string }) => objectId)).toEqual([items[2], items[0]])
    const again = await desk.service.call(`${base}/bulk-resolve`, { body, session: desk.accountant })
    expect(again.body.items[0]).toMatchObject({ outcome: 'left', code: 'suspense_already_resolved' })
    const { suggestions } = await desk.read(items[1] ?? '')
    expect(suggestions[0]).toMatchObject({ certain: false, chargeId: null })
    await desk.balanced()
  })

  it('knows who paid before by the words of the memo, on the board’s account alone', async () => {
    const [before, now] = [await issue(7, 210_000n), await issue(7, 220_000n)]
    await desk.hear({
      id: 600_005,
      account: '0001999999',
      amountVnd: 210_000n,
      memo: `Tran Van Khoai ${before.code}`,
    })
    const stall = desk.service.markets[0]?.stalls[8]
    await desk.hear({
      id: 600_006,
      account: stall?.account ?? '',
      amountVnd: 1_000n,
      memo: 'Do Thi Muoi mua ca',
    })
    const paid = await desk.arrive(220_000n, 'FT123 TRAN VAN KHOAI tien cho T11')
    const { suggestions } = await desk.read(paid)
    expect(suggestions).toMatchObject([
      {
        chargeId: now.id,
        certain: true,
        reasons: expect.arrayContaining([{ why: 'same_payer', code: null }]),
      },
    ])
    const shopper = await desk.arrive(1_000n, 'Do Thi Muoi tien cho')
    expect((await desk.read(shopper)).suggestions).toEqual([])
  })
})

describe('the list', () => {
  it('is filtered by reason and by what becomes of it, and says what is open and what goes back', async () => {
    const base = `/v1/markets/${desk.head.marketId}/suspense`
    const list = async (query: string) =>
      (await desk.service.call(`${base}?${query}`, { session: desk.head })).body
    const id = await desk.arrive(45_000n)
    await desk.resolve(id, { as: 'return', toWhom: 'người gửi nhầm' })
    const returning = await list('status=returning')
    expect(returning.items[0]).toMatchObject({ id, refundStatus: 'due', resolution: 'return' })
    expect(returning.returningVnd).toBe(
      returning.items.reduce((sum: number, { amountVnd }: { amountVnd: number }) => sum + amountVnd, 0),
    )
    const open = await list('status=open&reason=no_code&limit=200')
    expect(new Set(open.items.map(({ reason }: { reason: string }) => reason))).toEqual(new Set(['no_code']))
    const ofReason = open.reasons.find(({ reason }: { reason: string }) => reason === 'no_code')
    expect(ofReason.count).toBe(open.items.length)
    const cashier = await desk.service.logIn('cashier')
    const refused = await desk.service.call(`/v1/suspense/${id}/undo`, {
      body: { reason: 'thử' },
      session: cashier,
    })
    expect(refused.body.code).toBe('role_forbidden')
  })
})
