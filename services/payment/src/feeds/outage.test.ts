import { inMarket } from '@tienve/db'
import { verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startService, until, type TestService } from '../testing.ts'

/** A wire to the database that can be cut, or left up and silent, and mended. */
const wire = { isCut: false, isSilent: false, sockets: new Set<Socket>() }
let service: TestService

async function through(url: string): Promise<string> {
  const target = new URL(url)
  const { port, hostname } = target
  const proxy = createServer((near) => {
    if (wire.isCut) return void near.destroy()
    const far = connect(Number(port), hostname)
    for (const socket of [near, far]) {
      wire.sockets.add(socket)
      socket.on('error', () => socket.destroy())
      socket.on('close', () => {
        wire.sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
    near.pipe(far).pipe(near)
    if (wire.isSilent) near.pause()
  })
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
  proxy.unref()
  target.port = String((proxy.address() as AddressInfo).port)
  return target.href
}

beforeAll(async () => {
  service = await startService({ through })
})
afterAll(async () => service.stop())

const tell = (id: number) =>
  service.tell({ id, account: '0001000001', amountVnd: BigInt(1_000 + id), memo: 'x' })

describe('a database that goes away', () => {
  it('is told to the provider with a time to come back, and loses nothing that was acknowledged', async () => {
    expect((await tell(1)).status).toBe(200)
    wire.isCut = true
    for (const socket of wire.sockets) socket.destroy()

    const refused = await tell(2)
    expect(refused.status).toBe(503)
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
    const ready = await service.call('/readyz')
    expect([ready.status, ready.body.code]).toEqual([503, 'database_unavailable'])
    expect((await service.call('/healthz')).status).toBe(200)

    wire.isCut = false
    await until(async () => (await service.call('/readyz')).status === 200, 'the service to recover')
    expect((await tell(2)).status).toBe(200)
    const marketId = service.markets[0]?.id ?? ''
    await until(async () => {
      const { rows } = await inMarket(service.workerDb, marketId, (tx) =>
        tx.execute(sql`select amount_vnd from payment order by 1`),
      )
      return rows.length === 2
    }, 'both payments')
    expect(await verifyMarket(service.workerDb, marketId)).toMatchObject({ ok: true })
  })

  it('is not ready either while the database keeps its connections and says nothing', async () => {
    expect((await service.call('/readyz')).status).toBe(200)
    wire.isSilent = true
    for (const socket of wire.sockets) socket.pause()

    const ready = await service.call('/readyz')
    expect([ready.status, ready.body.code]).toEqual([503, 'database_unavailable'])
    expect((await service.call('/healthz')).status).toBe(200)

    wire.isSilent = false
    for (const socket of wire.sockets) socket.resume()
    await until(async () => (await service.call('/readyz')).status === 200, 'the service to recover')
  })

  it('is told to whoever opens a public page in plain words, and to a program as a problem', async () => {
    const code = service.markets[0]?.stalls[0]?.code ?? ''
    expect((await service.call(`/p/${code}`)).status).toBe(200)
    wire.isCut = true
    for (const socket of wire.sockets) socket.destroy()

    for (const [address, next] of [
      [`/p/${code}`, /quét mã in ở sạp/],
      ['/r/a-receipt', /Biên nhận không mất/],
    ] as const) {
      const { status, headers, body } = await service.call(address, { headers: { accept: 'text/html,*/*' } })
      expect([status, headers.get('content-type')]).toEqual([503, 'text/html; charset=utf-8'])
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      expect(body).toContain('Chưa xem được lúc này')
      expect(body).toMatch(next)
      const told = await service.call(address, { headers: { accept: 'application/json' } })
      expect([told.status, told.body.code]).toEqual([503, 'database_unavailable'])
    }

    wire.isCut = false
    await until(async () => (await service.call(`/p/${code}`)).status === 200, 'the page to be back')
  })
})
