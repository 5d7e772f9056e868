import { createDb, inMarket } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { unseal } from '../services/payment/src/feeds/secrets.ts'
import { startService, type TestService } from '../services/payment/src/testing.ts'
import { ROOT } from './stack/stack.ts'

const next = randomBytes(32)
let service: TestService
beforeAll(async () => {
  service = await startService({ worker: false })
})
afterAll(() => service.stop())

async function reseal(from: Buffer): Promise<{ code: number | null; said: string }> {
  const child = spawn(process.execPath, [join(ROOT, 'scripts/reseal.ts')], {
    env: {
      ...process.env,
      OWNER_DATABASE_URL: service.database.ownerUrl,
      OLD_MASTER_KEY: from.toString('base64'),
      MASTER_KEY: next.toString('base64'),
    },
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
    })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

const sealed = async () => {
  const owner = createDb(service.database.ownerUrl, { max: 1 })
  const { rows } = await inMarket(owner, 'mkt_songdao', (tx) =>
    tx.execute<{ id: string; ciphertext: Buffer }>(
      sql`select id, ciphertext from connection_secret order by id`,
    ),
  )
  await owner.pool.end()
  return rows
}

it('changes nothing with a key that does not open, and names no secret', async () => {
  const before = await sealed()
  const { code, said } = await reseal(randomBytes(32))
  expect([code, said]).toEqual([1, expect.stringMatching(/connection_secret key_\w+ opens with neither key/)])
  expect(await sealed()).toEqual(before)
})

it('seals every secret anew, once', async () => {
  const { masterKey } = service.ctx.config
  expect((await reseal(masterKey)).code).toBe(0)
  const secrets = service.markets[0]?.connections ?? []
  for (const { id, ciphertext } of await sealed()) {
    const secret = secrets.find(({ keyId }) => keyId === id)?.secret
    expect(unseal(next, ciphertext, id)).toBe(secret)
    expect(() => unseal(masterKey, ciphertext, id)).toThrow()
  }
  expect((await reseal(masterKey)).said).toContain('mkt_songdao: 0 secrets sealed anew.')
})
