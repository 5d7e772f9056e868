import { inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { createECDH, randomBytes } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SMTPServer } from 'smtp-server'
import webPush from 'web-push'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { chargesOf, type Charging } from '../testing-charges.ts'
import { startService, type Session, type TestService } from '../testing.ts'
import { channelsOf } from './channels.ts'
import { queueReminders, sendNotices } from './jobs.ts'
import { decrypt } from './testing.ts'

type Pushed = { headers: IncomingHttpHeaders; body: Buffer }

let service: TestService
let charging: Charging
let accountant: Session
let stall: Session
let pushServer: Server
let pushStatus = 201
const pushed: Pushed[] = []
let mailServer: SMTPServer
let mailRefuses = false
const mails: { to: string[]; text: string }[] = []

/** A browser's side of web push: its keys, and how it reads what came (RFC 8291). */
const browser = { keys: createECDH('prime256v1'), auth: randomBytes(16) }
browser.keys.generateKeys()

beforeAll(async () => {
  pushServer = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      pushed.push({ headers: request.headers, body: Buffer.concat(parts) })
      response.statusCode = pushStatus
      response.end()
    })
  }).listen(0, '127.0.0.1')
  mailServer = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: (_address, _session, done) =>
      done(mailRefuses ? Object.assign(new Error('later'), { responseCode: 451 }) : null),
    onData: (stream, { envelope }, done) => {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        mails.push({
          to: envelope.rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString(),
        })
        done()
      })
    },
  })
  await new Promise<void>((done) => mailServer.listen(0, '127.0.0.1', done))
  const mailPort = (mailServer.server.address() as AddressInfo).port
  service = await startService({
    push: {
      vapid: { ...webPush.generateVAPIDKeys(), subject: 'mailto:board@example.org' },
      hosts: ['127.0.0.1'],
    },
    smtp: { url: `smtp://127.0.0.1:${mailPort}`, from: 'cho@example.org' },
  })
  accountant = await service.logIn('accountant')
  stall = await service.logIn('stallholder')
  charging = chargesOf(service, stall.marketId)
})
afterAll(async () => {
  await charging.stop()
  await service.stop()
  pushServer.close()
  await new Promise<void>((done) => mailServer.close(done))
})

let month = 0
/** A charge, due on the 15th and issued well before: of a month of its own, or of the last one's. */
async function issue(
  stallId = stall.stallId ?? '',
  next = 1,
): Promise<{ id: string; code: string; dueOn: string }> {
  month += next
  const period = `2027-${String(month).padStart(2, '0')}`
  const charge = await charging.issue(stallId, period, [{ netVnd: 270_000n }])
  await inMarket(charging.owner, stall.marketId, (tx) =>
    tx.execute(sql`update charge set issued_at = ${`${period}-01T02:00:00Z`} where id = ${charge.id}`),
  )
  return { ...charge, dueOn: `${period}-15` }
}
const at = (day: string, hour = 9): void =>
  service.setNow(new Date(`${day}T${String(hour).padStart(2, '0')}:00:00+07:00`))
const sender = () => ({
  db: service.workerDb,
  now: service.ctx.now,
  channels: channelsOf(service.ctx.config, fetch),
  publicUrl: service.ctx.config.publicUrl,
})
const send = () => sendNotices(sender(), stall.marketId)
const remind = () => queueReminders(sender(), stall.marketId)
const outbox = async (): Promise<Record<string, unknown>[]> =>
  inMarket(charging.owner, stall.marketId, async (tx) => {
    const { rows } = await tx.execute(
      sql`select kind, channel, dedupe_key, words, due_at, sent_at, drop_reason, attempts, last_error from notice
          order by created_at, channel, dedupe_key`,
    )
    return rows
  })
/** Another's bill must not be in the way: each test begins with nothing owed and nothing told. */
beforeEach(async () => {
  await inMarket(charging.owner, stall.marketId, async (tx) => {
    await tx.execute(sql`delete from notice`)
    await tx.execute(sql`delete from dispute`)
    // The tests go through months; nobody logs in again.
    await tx.execute(sql`update session set expires_at = '2040-01-01'`)
    await tx.execute(sql`delete from push_subscription`)
    await tx.execute(
      sql`update charge set paid_vnd = total_vnd + adjusted_vnd - relieved_vnd - written_off_vnd`,
    )
  })
  pushed.length = 0
  mails.length = 0
  pushStatus = 201
  mailRefuses = false
})
const subscribe = async (): Promise<void> => {
  const { port } = pushServer.address() as AddressInfo
  const { status } = await service.call('/v1/push-subscriptions', {
    session: stall,
    body: {
      endpoint: `http://127.0.0.1:${port}/wake/1`,
      keys: {
        p256dh: browser.keys.getPublicKey('base64url'),
        auth: browser.auth.toString('base64url'),
      },
    },
  })
  expect(status).toBe(201)
}
const giveEmail = () =>
  inMarket(charging.owner, stall.marketId, (tx) =>
    tx.execute(sql`update stallholder set email = 'sap@example.org' where id in (
      select stallholder_id from contract where stall_id = ${stall.stallId})`),
  )

describe('a reminder', () => {
  it('is written 3 days before a charge is due, and 1, 15, 30 and 60 days after, once each', async () => {
    const { id, dueOn } = await issue()
    const told: number[] = []
    for (let day = -6; day <= 61; day++) {
      at(new Date(new Date(dueOn).getTime() + day * 86_400_000).toISOString().slice(0, 10))
      if ((await remind()) > 0) told.push(day)
      expect(await remind()).toBe(0)
    }
    expect(told).toEqual([-3, 1, 15, 30, 60])
    expect((await outbox()).map(({ dedupe_key }) => dedupe_key)).toContain(`reminder:${id}:15`)
  })

  it('waits until the quiet hours are over, and no browser is woken in them', async () => {
    await subscribe()
    const { dueOn } = await issue()
    const day = dueOn.replace(/15$/, '16')
    at(day, 21)
    expect(await remind()).toBe(1)
    expect(await send()).toBe(0)
    at(day.replace(/16$/, '17'), 6)
    expect(await send()).toBe(0)
    at(day.replace(/16$/, '17'), 7)
    expect(await send()).toBe(2)
    expect(pushed).toHaveLength(1)
  })

  it('is never of a disputed charge, not even one that was disputed after it was written', async () => {
    const { id, dueOn } = await issue()
    at(dueOn.replace(/15$/, '16'))
    expect(await remind()).toBe(1)
    const dispute = { body: { reason: 'Diện tích ghi sai' }, session: stall }
    expect((await service.call(`/v1/charges/${id}/disputes`, dispute)).status).toBe(201)
    await send()
    expect(await outbox()).toMatchObject([{ drop_reason: 'disputed', sent_at: null }])
    at(dueOn.replace(/15$/, '30'))
    expect(await remind()).toBe(0)
    const plan = await service.call(`/v1/markets/${stall.marketId}/reminders`, { session: accountant })
    expect(plan.body).toMatchObject({ stalls: [], disputed: 1 })
    const byHand = await service.call(`/v1/markets/${stall.marketId}/reminders`, {
      session: accountant,
      body: {},
    })
    expect(byHand.body).toMatchObject({ stalls: 0, charges: 0 })
  })

  it('is dropped with its reason when the charge was paid meanwhile, and says what is owed by then', async () => {
    const [paid, part] = [await issue(), await issue(service.markets[0]?.stalls[1]?.id, 0)]
    at(paid.dueOn.replace(/15$/, '16'))
    expect(await remind()).toBe(2)
    await inMarket(charging.owner, stall.marketId, async (tx) => {
      await tx.execute(sql`update charge set paid_vnd = total_vnd where id = ${paid.id}`)
      await tx.execute(sql`update charge set paid_vnd = 70000 where id = ${part.id}`)
    })
    await send()
    const of = new Map((await outbox()).map((row) => [row['dedupe_key'], row]))
    expect(of.get(`reminder:${paid.id}:1`)).toMatchObject({ drop_reason: 'paid', sent_at: null })
    expect(of.get(`reminder:${part.id}:1`)).toMatchObject({
      drop_reason: null,
      words: { outstandingVnd: 200_000 },
    })
  })

  it('is never for a day before the charge was issued', async () => {
    const { id, dueOn } = await issue()
    await inMarket(charging.owner, stall.marketId, (tx) =>
      tx.execute(
        sql`update charge set issued_at = ${`${dueOn.replace(/15$/, '13')}T02:00:00Z`} where id = ${id}`,
      ),
    )
    at(dueOn.replace(/15$/, '13'))
    expect(await remind()).toBe(0)
  })

  it('by hand goes to those past due, at the end of the quiet hours, and once a day', async () => {
    const { dueOn } = await issue()
    at(dueOn.replace(/15$/, '20'), 22)
    const reminders = `/v1/markets/${stall.marketId}/reminders`
    const plan = await service.call(reminders, { session: accountant })
    expect(plan.body).toMatchObject({
      at: `${dueOn.replace(/15$/, '21')}T07:00:00.000+07:00`,
      isQuiet: true,
      stalls: [{ stallId: stall.stallId, charges: 1, overdueVnd: 270_000 }],
      channels: ['app', 'push', 'email'],
    })
    const body = { stallIds: [stall.stallId] }
    expect((await service.call(reminders, { session: accountant, body })).body).toMatchObject({ charges: 1 })
    expect((await service.call(reminders, { session: accountant, body })).body).toMatchObject({ charges: 0 })
    expect((await service.call(reminders, { session: stall, body })).body.code).toBe('role_forbidden')
  })
})

describe('a notice', () => {
  it('is shown in the app with an unread mark, and reaches the browser encrypted for it alone', async () => {
    await subscribe()
    const { id, dueOn } = await issue()
    at(dueOn.replace(/15$/, '16'))
    await remind()
    await send()
    const notices = `/v1/stalls/${stall.stallId}/notices`
    const { body } = await service.call(notices, { session: stall })
    expect(body).toMatchObject({ unread: 1, items: [{ kind: 'overdue', chargeId: id, readAt: null }] })
    expect(body.items[0].body.vi).toMatch(/còn 270\.000\sđ/)
    await service.call(`${notices}/read`, {
      method: 'PUT',
      session: stall,
      body: { until: body.items[0].sentAt },
    })
    expect((await service.call(notices, { session: stall })).body.unread).toBe(0)
    const [one] = pushed
    expect(one?.headers.authorization).toMatch(/^vapid t=/)
    expect(one?.body.toString('latin1')).not.toContain('270.000')
    const payload = JSON.parse(decrypt(one?.body ?? Buffer.alloc(0), browser.keys, browser.auth))
    expect(payload).toMatchObject({ title: 'Tiền chợ đã quá hạn', body: body.items[0].body.vi })
  })

  it('goes by e-mail to who rents the stall, through a real server', async () => {
    await giveEmail()
    const { dueOn } = await issue()
    at(dueOn.replace(/15$/, '16'))
    await remind()
    await send()
    expect(mails).toHaveLength(1)
    expect(mails[0]?.to).toEqual(['sap@example.org'])
    expect(mails[0]?.text).toMatch(/^From: cho@example\.org/m)
  })

  it('that a server refuses is tried again, later each time, and fails with a reason and no address', async () => {
    await giveEmail()
    mailRefuses = true
    const { dueOn } = await issue()
    const day = dueOn.replace(/15$/, '16')
    at(day, 9)
    await remind()
    const tries: number[] = []
    for (let minute = 0; minute < 240; minute++) {
      service.setNow(new Date(new Date(`${day}T09:00:00+07:00`).getTime() + minute * 60_000))
      const before = (await outbox()).find(({ channel }) => channel === 'email')?.['attempts'] ?? 0
      await send()
      const after = (await outbox()).find(({ channel }) => channel === 'email')?.['attempts'] ?? 0
      if (after !== before) tries.push(minute)
    }
    expect(tries).toEqual([0, 1, 3, 7, 15, 31, 63, 127])
    const email = (await outbox()).find(({ channel }) => channel === 'email')
    expect(email).toMatchObject({ drop_reason: 'failed', last_error: 'smtp_451', sent_at: null })
    expect(JSON.stringify(await outbox())).not.toContain('sap@example.org')
    const { body } = await service.call(`/v1/markets/${stall.marketId}/notices?state=failed`, {
      session: accountant,
    })
    expect(body).toMatchObject({
      items: [{ channel: 'email', state: 'failed' }],
      counts: { failed: 1, sent: 1 },
    })
  })

  it('to a browser that is gone is dropped, and the browser forgotten', async () => {
    await subscribe()
    pushStatus = 410
    const { dueOn } = await issue()
    at(dueOn.replace(/15$/, '16'))
    await remind()
    await send()
    const push = (await outbox()).find(({ channel }) => channel === 'push')
    expect(push).toMatchObject({ drop_reason: 'no_address', sent_at: null })
    const { rows } = await inMarket(charging.owner, stall.marketId, (tx) =>
      tx.execute(sql`select 1 from push_subscription`),
    )
    expect(rows).toEqual([])
  })

  it('is sent once by two workers at once', async () => {
    await subscribe()
    const { dueOn } = await issue()
    at(dueOn.replace(/15$/, '16'))
    await remind()
    await Promise.all([send(), send(), send()])
    await send()
    expect(pushed).toHaveLength(1)
  })

  it('goes to no address but a push service’s, and only its ciphertext is kept', async () => {
    for (const endpoint of ['http://10.0.0.1/x', 'https://example.org/x', 'http://127.0.0.1.example.org/x']) {
      const { body } = await service.call('/v1/push-subscriptions', {
        session: stall,
        body: { endpoint, keys: { p256dh: 'A'.repeat(87), auth: 'A'.repeat(22) } },
      })
      expect(body.code).toBe('push_not_possible')
    }
    await subscribe()
    const { rows } = await inMarket(charging.owner, stall.marketId, (tx) =>
      tx.execute<{ ciphertext: Buffer }>(sql`select ciphertext from push_subscription`),
    )
    expect(rows[0]?.ciphertext.toString('latin1')).not.toContain('127.0.0.1')
  })
})
