import { CONSENT_VERSION, type AuditEntry, type AuditVerify } from '@tienve/contracts'
import { createDb, inMarket } from '@tienve/db'
import { writeStatement } from '@tienve/statements'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, type Session, type TestService } from '../testing.ts'
import { eraseValues } from './repository.ts'

const FORBIDDEN = '42501'

let service: TestService
let head: Session
let accountant: Session
let market: string
beforeAll(async () => {
  service = await startService({ worker: false })
  head = await service.logIn('head')
  accountant = await service.logIn('accountant')
  market = head.marketId
})
afterAll(async () => service.stop())

const read = async (query = '', session = head): Promise<AuditEntry[]> =>
  (await service.call(`/v1/markets/${session.marketId}/audit?${query}`, { session })).body.items
const newest = async (query = '', session = head) => (await read(query, session))[0]
const verify = async (session = head): Promise<AuditVerify> =>
  (await service.call(`/v1/markets/${session.marketId}/audit/verify`, { session })).body
const addZone = (code: string, key = randomUUID(), session = accountant) =>
  service.call(`/v1/markets/${session.marketId}/zones`, {
    session,
    body: { code, name: `Khu ${code}`, position: 1 },
    headers: { 'idempotency-key': key },
  })
const changesOf = (entry: AuditEntry | undefined) =>
  Object.fromEntries(
    (entry?.changes ?? []).map(({ field, before, after }) => [field, [before?.value, after?.value]]),
  )

async function appendSignature(): Promise<string> {
  const { rows } = await service.ctx.db.pool.query(
    `select 'audit_append'::regproc::oid::regprocedure::text as name`,
  )
  return rows[0]?.name
}

/** Runs statements as the superuser, whom no rule binds. */
async function asOwner(...statements: string[]): Promise<void> {
  const admin = createDb(service.database.adminUrl, { max: 1 })
  for (const statement of statements) await admin.pool.query(statement)
  await admin.pool.end()
}

describe('an entry', () => {
  it('says who did what to what, from where, and what was before and after', async () => {
    const { body: zone } = await addZone('DT')
    await service.call(`/v1/zones/${zone.id}`, {
      method: 'PUT',
      session: accountant,
      body: { name: 'Khu sau', position: 1 },
    })
    const entry = await newest(`object=${zone.id}`)
    expect(entry).toMatchObject({
      actorRole: 'accountant',
      action: 'zones.update',
      objectKind: 'zones',
      objectId: zone.id,
      objectName: 'Khu sau',
      route: 'PUT /v1/zones/:id',
      address: { as: 'shown', value: '127.0.0.1' },
    })
    expect(entry?.actorName).toBeTruthy()
    expect(changesOf(entry)).toEqual({ name: ['Khu DT', 'Khu sau'], position: [expect.any(Number), 1] })
  })

  it('is left once by a request that is repeated, and not at all by one that fails', async () => {
    const key = randomUUID()
    const [first, second] = [await addZone('MOT', key), await addZone('MOT', key)]
    expect([first.status, second.body.id]).toEqual([201, first.body.id])
    expect(await read(`object=${first.body.id}`)).toHaveLength(1)
    const before = await verify()
    expect((await addZone('MOT')).status).toBe(409)
    expect((await verify()).entries).toBe(before.entries)
  })

  it('is left, or nothing is done', async () => {
    const append = await appendSignature()
    await asOwner(`revoke execute on function ${append} from tv_api`)
    const refused = await addZone('KHONG')
    await asOwner(`grant execute on function ${append} to tv_api`)
    expect(refused.status).toBe(500)
    const { body } = await service.call(`/v1/markets/${market}/zones`, { session: head })
    expect(JSON.stringify(body)).not.toContain('KHONG')
  })

  it('shows a price with the one that it follows', async () => {
    const session = accountant
    const { body: decision } = await service.call(`/v1/markets/${market}/tariff-decisions`, {
      session,
      body: { number: '12/QĐ', issuedOn: '2026-11-01', issuer: 'UBND', title: 'Giá thuê' },
    })
    const priced = (unitPriceVnd: number, effectiveFrom: string) =>
      service.call(`/v1/markets/${market}/tariffs`, {
        session,
        body: {
          decisionId: decision.id,
          service: 'space',
          name: 'Thuê thử',
          unit: 'stall_month',
          unitPriceVnd,
          ceilingVnd: 90_000,
          vatIncluded: true,
          effectiveFrom,
        },
      })
    expect((await priced(35_000, '2027-01-01')).body).toMatchObject({ unitPriceVnd: 35_000 })
    await priced(40_000, '2027-02-01')
    const entry = await newest('action=tariffs.create')
    expect(changesOf(entry)).toMatchObject({ name: ['Thuê thử', 'Thuê thử'], unitPriceVnd: [35_000, 40_000] })
  })

  it('is left by log-ins, wrong tries and log-outs', async () => {
    const cashier = await service.logIn('cashier')
    const entry = await newest('action=sessions.create')
    expect(entry).toMatchObject({ actorRole: 'cashier' })
    await service.call('/v1/sessions/current', { method: 'DELETE', session: cashier })
    expect(await newest('action=sessions.current')).toMatchObject({
      actorId: entry?.actorId,
      sessionId: entry?.sessionId,
      objectId: entry?.actorId,
    })
    await service.call('/v1/sessions', { body: { login: 'cashier.sd', secret: 'không phải' } })
    const wrong = await newest('action=sessions.refuse')
    expect(wrong).toMatchObject({ actorId: null, actorRole: 'unknown', objectId: entry?.actorId })
    expect(JSON.stringify(wrong)).not.toContain('không phải')
  })

  it('is left by consent, by a look at a stall that agreed and by a file that is taken away', async () => {
    const stall = service.markets[0]?.stalls[0]
    if (stall === undefined) throw new Error('there is no stall')
    const holder = await service.logInAs(stall)
    const consent = (salesConsent: boolean) =>
      service.call(`/v1/stalls/${stall.id}/consent`, {
        method: 'PUT',
        session: holder,
        body: { salesConsent, words: CONSENT_VERSION },
      })
    await consent(false)
    await consent(true)
    expect(changesOf(await newest('action=stalls.consent'))).toMatchObject({ salesConsent: [false, true] })
    await service.call(`/v1/stalls/${stall.id}/payments`, { session: head })
    expect(await newest('action=looks.named')).toMatchObject({ actorRole: 'head', objectId: stall.id })
    await service.call(`/v1/markets/${market}/audit.csv?to=2026-12-01`, { session: head })
    expect(await newest('action=files.download')).toMatchObject({ objectId: 'nhat-ky-2026-11-24.csv' })
  })

  it('is left by a statement that is brought', async () => {
    const entries = await verify()
    const file = await writeStatement(
      {
        accountNumber: '0001999999',
        fromDay: '2026-11-24',
        toDay: '2026-11-24',
        openingVnd: 0n,
        closingVnd: 0n,
        rows: [],
      },
      { bank: 'vietcombank', format: 'mt940' },
    )
    const brought = await service.call('/v1/receiving-accounts/acc_sdboard/statements', {
      session: accountant,
      file,
    })
    expect(brought.body).toMatchObject({ format: 'mt940' })
    expect(await newest('action=receiving-accounts.statements')).toMatchObject({ objectId: brought.body.id })
    expect((await verify()).entries).toBe(entries.entries + 1)
  })
})

describe('what the board may read', () => {
  it('holds no secret, masks numbers, and shows what people wrote to the head alone', async () => {
    const { body: zone } = await addZone('CHE')
    await service.call(`/v1/markets/${market}/stalls`, {
      session: accountant,
      body: {
        code: 'CHE1',
        name: 'Cô Ba 0912345678',
        zoneId: zone.id,
        kind: 'counter',
        areaM2: '3',
        positionGrade: 1,
        rowLabel: null,
        lot: null,
      },
    })
    expect(changesOf(await newest('action=stalls.create')).name).toEqual([undefined, 'Cô Ba •••• 5678'])
    const admin = await service.logIn('admin')
    const [, hidden] = changesOf(await newest('action=stalls.create', admin)).name ?? []
    expect(hidden).toBeNull()
    const { rows } = await inMarket(service.ctx.db, market, (tx) =>
      tx.execute<{ text: string }>(
        `select string_agg(concat(before, after, origin), '') as text from audit_entry`,
      ),
    )
    expect(rows[0]?.text).not.toMatch(/Cô Ba|0912345678|127\.0\.0\.1/)
  })

  it("leaves out when a stall's people log in and what they do in their own trade", async () => {
    const stall = service.markets[0]?.stalls[1]
    if (stall === undefined) throw new Error('there is no stall')
    const holder = await service.logInAs(stall)
    await service.call('/v1/sessions', { body: { login: stall.login, secret: '000000' } })
    expect(await read(`actor=usr_${stall.id}`)).toEqual([])
    expect(
      (await read('action=sessions.create&limit=200')).filter(({ stallId }) => stallId !== null),
    ).toEqual([])
    expect(
      (await read('action=sessions.refuse&limit=200')).filter(({ stallId }) => stallId !== null),
    ).toEqual([])
    expect((await service.call(`/v1/markets/${market}/audit`, { session: holder })).body.code).toBe(
      'role_forbidden',
    )
  })

  it('can be searched by person, day, kind and words, page by page', async () => {
    const all = await read('limit=200')
    const { actorId } = (await newest('action=zones.create')) ?? {}
    const ofOne = await read(`actor=${actorId}&limit=200`)
    expect(ofOne.length).toBeLessThan(all.length)
    expect(new Set(ofOne.map((one) => one.actorId))).toEqual(new Set([actorId]))
    expect(await read('from=2026-11-25')).toEqual([])
    expect(new Set((await read('topic=register&limit=200')).map(({ objectKind }) => objectKind))).toEqual(
      new Set(['zones']),
    )
    expect((await read('q=Khu%20sau')).length).toBeGreaterThan(0)
    expect(await read('q=%25%25')).toEqual([])
    const first = (await service.call(`/v1/markets/${market}/audit?limit=2`, { session: head })).body
    const next = await read(`limit=2&cursor=${first.nextCursor}`)
    expect([...first.items, ...next].map(({ seq }) => seq)).toEqual(all.slice(0, 4).map(({ seq }) => seq))
  })

  it('is of its own market alone', async () => {
    const other = await service.logIn('head', 1)
    const theirs = await read('limit=200', other)
    expect(theirs.length).toBeGreaterThan(0)
    expect((await read('limit=200')).map(({ hash }) => hash)).not.toContain(theirs[0]?.hash)
    const answer = await service.call(`/v1/markets/${market}/audit`, { session: other })
    expect(answer.status).toBe(404)
  })
})

describe('the chain', () => {
  it('has no gap when many do something at once', async () => {
    const before = await verify()
    const answers = await Promise.all(Array.from({ length: 12 }, (_, at) => addZone(`N${at}`)))
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201))
    expect(await verify()).toMatchObject({ ok: true, entries: before.entries + 12 })
  })

  const TABLES = ['audit_head', 'audit_entry', 'audit_value']
  it.each(
    TABLES.flatMap((table) => [
      `update ${table} set market_id = market_id`,
      `delete from ${table}`,
      `truncate ${table} cascade`,
      `insert into ${table} select * from ${table}`,
    ]),
  )('lets neither role of the service do: %s', async (statement) => {
    for (const db of [service.ctx.db, service.workerDb]) {
      const refused = inMarket(db, market, (tx) => tx.execute(statement))
      await expect(refused).rejects.toMatchObject({ cause: { code: FORBIDDEN } })
    }
  })

  it('takes no entry for another market, and no value without its digest', async () => {
    const append = (to: string, values: string) =>
      inMarket(service.ctx.db, market, (tx) =>
        tx.execute(
          `select audit_append('${to}', now(), 'usr_x', 'head', 'a.b', 'a', 'b', null, null, null, null, null, null, null, ${values})`,
        ),
      )
    const none = `'{}', '{}', '{}', '{}'`
    await expect(append(service.markets[1]?.id ?? '', none)).rejects.toMatchObject({
      cause: { code: FORBIDDEN },
    })
    await expect(append(market, `'{after.x}', '{y}', '{aa}', '{z}'`)).rejects.toThrow()
    expect((await verify()).ok).toBe(true)
  })

  it('still holds when values are erased, and says how many', async () => {
    const before = await verify()
    const { body: zone } = await addZone('XOA')
    const now = new Date('2026-12-01T00:00:00Z')
    const erase = () =>
      inMarket(service.workerDb, market, (tx) =>
        eraseValues(tx, market, { about: zone.id, before: now, now }),
      )
    expect([await erase(), await erase()]).toEqual([2, 0])
    const [entry] = await read(`object=${zone.id}`)
    expect(entry?.changes.find(({ field }) => field === 'name')?.after).toEqual({ as: 'erased', value: null })
    expect(await verify()).toMatchObject({ ok: true, erased: before.erased + 2 })
  })

  const attacks: Record<
    string,
    { does: string; undoes: string; seq: (last: number) => number; why: string }
  > = {
    'an action that is renamed': {
      does: `update audit_entry set action = 'zones.delete' where seq = 3`,
      undoes: `update audit_entry set action = (select action from kept where seq = 3) where seq = 3`,
      seq: () => 3,
      why: 'was changed',
    },
    'an entry that is taken out': {
      does: `alter table audit_value drop constraint audit_value_market_id_seq_audit_entry_market_id_seq_fk;
        delete from audit_entry where seq = 4`,
      undoes: `insert into audit_entry select * from kept where seq = 4`,
      seq: () => 4,
      why: 'is missing',
    },
    'a tail that is cut': {
      does: `delete from audit_entry where seq = (select max(seq) from audit_entry)`,
      undoes: `insert into audit_entry select * from kept where seq = (select max(seq) from kept)`,
      seq: (last) => last,
      why: 'is missing, or the head was changed',
    },
    'a value that is changed': {
      does: `update audit_value set value = '10.0.0.1' where seq = 5 and path = 'origin'`,
      undoes: `update audit_value set value = '127.0.0.1' where seq = 5 and path = 'origin'`,
      seq: () => 5,
      why: 'the value origin was changed',
    },
    'a value that is taken away': {
      does: `delete from audit_value where seq = 6 and path = 'origin'`,
      undoes: `insert into audit_value select * from kept_value where seq = 6 and path = 'origin'`,
      seq: () => 6,
      why: 'the value origin was taken away, and not by erasing it',
    },
  }
  it.each(Object.entries(attacks))('names %s by the owner of the tables', async (_, attack) => {
    const enter = `set app.market_id = '${market}'`
    const where = (statement: string) =>
      statement.replaceAll('audit_entry where', `audit_entry where market_id = '${market}' and`)
    await asOwner(
      `drop table if exists kept, kept_value`,
      `create table kept as select * from audit_entry where market_id = '${market}'`,
      `create table kept_value as select * from audit_value where market_id = '${market}'`,
    )
    const { entries } = await verify()
    await asOwner(enter, where(attack.does))
    expect(await verify()).toMatchObject({
      ok: false,
      firstWrong: { seq: attack.seq(entries), why: attack.why },
    })
    await asOwner(enter, where(attack.undoes), 'drop table kept, kept_value')
    expect((await verify()).ok).toBe(true)
  })
})
