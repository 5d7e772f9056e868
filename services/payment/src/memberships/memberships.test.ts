import { inMarket } from '@tienve/db'
import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cookiesOf, startService, tokenOf, type Answer, type Session, type TestService } from '../testing.ts'

const HERE = 'mkt_songdao'
const THERE = 'mkt_caulim'

let service: TestService
let hereAdmin: Session
let thereAdmin: Session
beforeAll(async () => {
  service = await startService({ worker: false })
  hereAdmin = await service.logIn('admin', 0)
  thereAdmin = await service.logIn('admin', 1)
})
afterAll(async () => service.stop())

const invite = (login: string, role: string): Promise<Answer> =>
  service.call(`/v1/markets/${THERE}/memberships`, {
    session: thereAdmin,
    body: { login, name: 'Người của hai chợ', role },
  })
const answer = (session: Session, invitationId: string, accepted = true): Promise<Answer> =>
  service.call('/v1/me/invitations', { session, body: { invitationId, accepted } })
const meOf = async (session: Session) => (await service.call('/v1/me', { session })).body
const endIt = (id: string): Promise<Answer> =>
  service.call(`/v1/memberships/${id}/end`, { method: 'POST', session: thereAdmin })

async function goTo(session: Session, marketId: string): Promise<{ answer: Answer; next: Session }> {
  const said = await service.call('/v1/sessions/current/market', { session, body: { marketId } })
  const cookie = cookiesOf(said)
  const next = { cookie, csrfToken: said.body.csrfToken, stallId: said.body.user?.stallId ?? null, marketId }
  return { answer: said, next }
}

/** The collector here, who works there as the accountant. */
async function member(): Promise<{ session: Session; membershipId: string }> {
  const session = await service.logIn('collector', 0)
  const { body } = await invite('collector.sd', 'accountant')
  await answer(session, body.id)
  return { session, membershipId: body.id }
}

describe('a person of two markets', () => {
  it('is asked by the other one, and works there once she has accepted and not before', async () => {
    const session = await service.logIn('cashier', 0)
    const { status, body } = await invite('cashier.sd', 'cashier')
    expect([status, body.state]).toEqual([201, 'invited'])
    expect((await goTo(session, THERE)).answer.status).toBe(404)
    const asked = await meOf(session)
    expect(asked.markets.map(({ id }: { id: string }) => id)).toEqual([HERE])
    expect(asked.invitations).toEqual([
      { id: body.id, marketName: expect.stringContaining('Cầu Lim'), role: 'cashier' },
    ])
    expect((await answer(session, body.id)).status).toBe(204)
    const now = await meOf(session)
    expect(now.invitations).toEqual([])
    expect(now.markets).toMatchObject([
      { id: THERE, role: 'cashier' },
      { id: HERE, role: 'cashier' },
    ])
  })

  it('goes on in the other with what she is there, a session and a token of their own, and the one before ends', async () => {
    const { session, membershipId } = await member()
    const { answer: said, next } = await goTo(session, THERE)
    expect([said.status, said.body.user.role, said.body.market.id]).toEqual([201, 'accountant', THERE])
    expect(next.csrfToken).not.toBe(session.csrfToken)
    expect((await service.call('/v1/me', { session })).status).toBe(401)
    // Of either market she reaches what the session is of, and of the other nothing.
    expect((await service.call(`/v1/markets/${THERE}/suspense`, { session: next })).status).toBe(200)
    expect((await service.call(`/v1/markets/${HERE}/charges`, { session: next })).status).toBe(404)
    expect((await service.call(`/v1/markets/${THERE}/walk`, { session: next })).body.code).toBe(
      'role_forbidden',
    )
    const back = await goTo(next, HERE)
    expect([back.answer.status, back.answer.body.user.role]).toEqual([201, 'collector'])
    expect(new Date(back.answer.body.expiresAt).getTime()).toBeLessThanOrEqual(
      new Date(said.body.expiresAt).getTime(),
    )
    await endIt(membershipId)
  })

  it('logs in by one login, at home', async () => {
    const { membershipId } = await member()
    const again = await service.logIn('collector', 0)
    expect(again.marketId).toBe(HERE)
    await endIt(membershipId)
  })

  it('has no session there from the moment that it ends, and may be asked again as something else', async () => {
    const { session, membershipId } = await member()
    const { next } = await goTo(session, THERE)
    expect((await service.call('/v1/me', { session: next })).status).toBe(200)
    expect((await endIt(membershipId)).body.state).toBe('ended')
    expect((await service.call('/v1/me', { session: next })).status).toBe(401)
    const home = await service.logIn('collector', 0)
    expect((await goTo(home, THERE)).answer.status).toBe(404)
    const { body } = await invite('collector.sd', 'technician')
    await answer(home, body.id)
    expect((await goTo(home, THERE)).answer.body.user.role).toBe('technician')
    await endIt(body.id)
  })

  it('may say no, which the market sees', async () => {
    const session = await service.logIn('collector', 0)
    const { body } = await invite('collector.sd', 'collector')
    expect((await answer(session, body.id, false)).status).toBe(204)
    expect((await meOf(session)).invitations).toEqual([])
    const list = await service.call(`/v1/markets/${THERE}/memberships`, { session: thereAdmin })
    expect(list.body.items.find(({ id }: { id: string }) => id === body.id).state).toBe('ended')
    expect((await answer(session, body.id)).status).toBe(404)
  })

  it('does not come home from elsewhere on a phone that home has thrown out since', async () => {
    const { session, membershipId } = await member()
    const { next } = await goTo(session, THERE)
    const elsewhere = await service.logIn('collector', 0)
    const { items } = (await service.call('/v1/sessions', { session: elsewhere })).body
    for (const { id, current } of items)
      if (!current) await service.call(`/v1/sessions/${id}`, { method: 'DELETE', session: elsewhere })
    const back = await goTo(next, HERE)
    expect([back.answer.status, back.answer.body.code]).toEqual([401, 'session_required'])
    // What could not be entered has not cost the session that she has.
    expect((await service.call('/v1/me', { session: next })).status).toBe(200)
    await endIt(membershipId)
  })

  it('is of a board: a stall’s PIN opens none', async () => {
    const [mine] = service.markets[0]?.stalls ?? []
    if (mine === undefined) throw new Error('there is no stall')
    const holder = await service.logInAs(mine)
    const { body } = await invite(mine.login, 'accountant')
    expect((await answer(holder, body.id)).body.code).toBe('role_forbidden')
    expect((await goTo(holder, THERE)).answer.status).toBe(404)
    await endIt(body.id)
    for (const role of ['stallholder', 'helper', 'leader'])
      expect((await invite('head.sd', role)).status).toBe(400)
  })

  it('is somebody new where she comes again, and is ended as one of the staff too', async () => {
    const first = await member()
    const { next } = await goTo(first.session, THERE)
    const { id: before } = (await meOf(next)).user
    expect(
      (await service.call(`/v1/staff/${before}/end`, { method: 'POST', session: thereAdmin })).status,
    ).toBe(200)
    expect((await service.call('/v1/me', { session: next })).status).toBe(401)
    const second = await member()
    const again = await goTo(second.session, THERE)
    expect(again.answer.status).toBe(201)
    expect((await meOf(again.next)).user.id).not.toBe(before)
    await endIt(second.membershipId)
  })
})

describe('an invitation', () => {
  it('tells a market nothing about logins of others', async () => {
    const [real, none] = [await invite('head.sd', 'ward'), await invite('nobody.anywhere', 'ward')]
    const shape = ({ status, body }: Answer) => [status, Object.keys(body), body.state]
    expect(shape(real)).toEqual(shape(none))
    for (const { body } of [real, none]) await endIt(body.id)
    expect((await invite('head.cl', 'ward')).body.code).toBe('already_works_here')
  })

  it('is answered by the one who was asked and by nobody else', async () => {
    const { body } = await invite('head.sd', 'ward')
    for (const session of [hereAdmin, thereAdmin]) expect((await answer(session, body.id)).status).toBe(404)
    await endIt(body.id)
    expect((await answer(await service.logIn('head', 0), body.id)).status).toBe(404)
  })

  it('stands once', async () => {
    const { body } = await invite('head.sd', 'ward')
    expect((await invite('head.sd', 'admin')).body.code).toBe('already_works_here')
    await endIt(body.id)
  })
})

describe('the list of a person’s markets', () => {
  const hashOf = (session: Session): Buffer => createHash('sha256').update(tokenOf(session)).digest()
  const listed = (marketId: string, claimed: string, hash: Buffer) =>
    inMarket(service.ctx.db, marketId, async (tx) => {
      const { rows } = await tx.$client.query('select market_id from person_markets($1, $2) order by 1', [
        claimed,
        hash,
      ])
      return rows.map((row: { market_id: string }) => row.market_id)
    })

  it('answers for the person of the session that is named, and only inside the market that it is of', async () => {
    const ward = await service.logIn('ward', 0)
    expect(await listed(HERE, HERE, hashOf(ward))).toEqual([THERE, HERE])
    expect(await listed(HERE, HERE, hashOf(hereAdmin))).toEqual([HERE])
    expect(await listed(THERE, THERE, hashOf(ward))).toEqual([])
    expect(await listed(HERE, HERE, Buffer.alloc(32))).toEqual([])
    await expect(listed(THERE, HERE, hashOf(ward))).rejects.toThrow(/not inside the market/)
  })

  it('can be read and written in no other way', async () => {
    for (const db of [service.ctx.db, service.workerDb]) {
      for (const text of [
        'select from person_market',
        'delete from person_market',
        `insert into person_market values ('a', 'b', 'c', 'd')`,
      ])
        await expect(db.pool.query(text)).rejects.toThrow(/permission denied/)
    }
    await expect(service.workerDb.pool.query(`select person_markets('x', '')`)).rejects.toThrow(
      /permission denied/,
    )
  })

  it('says yes for nobody but the one who was asked', async () => {
    const { body } = await invite('head.sd', 'admin')
    const accept = (marketId: string, session: Session) =>
      inMarket(service.ctx.db, marketId, async (tx) => {
        const { rows } = await tx.$client.query('select person_answer($1, $2, $3, true) as done', [
          marketId,
          hashOf(session),
          body.id,
        ])
        return rows[0].done
      })
    expect(await accept(HERE, hereAdmin)).toBe(false)
    expect(await accept(THERE, thereAdmin)).toBe(false)
    await endIt(body.id)
  })
})
