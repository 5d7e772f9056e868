import { banks } from '@tienve/vietqr'
import { spawn } from 'node:child_process'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { ROOT } from '../stack/stack.ts'

let server: Server
afterEach(() => server.close())

/** Runs the script against a list of banks served on this machine. */
async function check(data: unknown): Promise<{ code: number | null; said: string }> {
  server = createServer((_request, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify({ code: '00', data }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const child = spawn(process.execPath, [join(ROOT, 'scripts/banks-check.ts')], {
    // A proxy set for this machine would be asked for 127.0.0.1 as well.
    env: { ...process.env, BANKS_URL: url, NO_PROXY: '*', no_proxy: '*' },
  })
  let said = ''
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString()
  })
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve))
  return { code, said }
}

const same = banks.map(({ bin, shortName, transferSupported }) => ({
  bin,
  shortName,
  transferSupported: transferSupported ? 1 : 0,
}))

describe('the comparison with VietQR.io', () => {
  it('finds nothing where the two agree', async () => {
    expect(await check(same)).toEqual({ code: 0, said: 'The two directories agree.\n' })
  })

  it('names each bank that one of the two lacks, or that pays at one only', async () => {
    const [first, second, ...rest] = same
    const { code, said } = await check([
      { ...second, transferSupported: second?.transferSupported === 1 ? 0 : 1 },
      { bin: '123456', shortName: 'Mới', transferSupported: 1 },
      ...rest,
    ])
    expect(code).toBe(1)
    expect(said).toContain('only theirs: 123456 Mới')
    expect(said).toContain(`only ours: ${first?.bin}`)
    expect(said).toContain(`pays by code: ${second?.bin}`)
  })

  it.each([[null], [[]], [[{ shortName: 'no number' }]]])('takes %j for no list at all', async (data) => {
    const { code, said } = await check(data)
    expect({ code, said }).toEqual({ code: 2, said: '' })
  })
})
