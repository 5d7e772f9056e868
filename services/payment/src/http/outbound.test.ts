import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createOutbound, isInside, type Asked } from './outbound.ts'

let server: Server
let origin: string
let answer: RequestListener
let connections = 0
beforeAll(async () => {
  server = createServer((request, response) => answer(request, response)).on(
    'connection',
    () => connections++,
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => server.close())
beforeEach(() => {
  connections = 0
})

const asked = (timeoutMs = 2_000): Asked => ({
  method: 'GET',
  headers: { authorization: 'Bearer secret' },
  redirect: 'error',
  signal: AbortSignal.timeout(timeoutMs),
})

async function codeOf(work: Promise<Response>): Promise<unknown> {
  return work.then(
    ({ status }) => status,
    (error: NodeJS.ErrnoException) => error.code,
  )
}

/** A name server that gives these answers, one after the other, and counts how often it was asked. */
function nameServer(...answers: string[][]) {
  let times = 0
  const find = ((_name: string, _options: unknown, done: (error: null, found: object[]) => void) => {
    const found = answers[Math.min(times++, answers.length - 1)] ?? []
    done(
      null,
      found.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }) as unknown as NonNullable<Parameters<typeof createOutbound>[1]>
  return { find, times: () => times }
}

describe('an address that a person gave', () => {
  it('is not asked when it is one of ours, however it is written', async () => {
    const port = new URL(origin).port
    const ask = createOutbound(null)
    for (const host of [
      '127.0.0.1',
      '127.1',
      '2130706433',
      '0x7f000001',
      '0177.0.0.1',
      '0',
      '[::1]',
      '[::]',
      '[::ffff:127.0.0.1]',
      '[::127.0.0.1]',
      '[64:ff9b::7f00:1]',
      '[2002:7f00:1::]',
      '10.0.0.8',
      '172.16.3.4',
      '192.168.1.1',
      '169.254.169.254',
      '100.64.0.1',
      '[fd00::1]',
      '[fe80::1]',
    ])
      expect([host, await codeOf(ask(`https://${host}:${port}/`, asked()))]).toEqual([host, 'ERR_INSIDE'])
    expect(connections).toBe(0)
  })

  it('is not asked when its name leads inside, be it among other answers', async () => {
    const inside = [
      ['127.0.0.1'],
      ['::1'],
      ['203.0.113.7'],
      ['1.1.1.1', '10.1.2.3'],
      ['2606:4700::1', 'fd00::1'],
      [],
    ]
    for (const found of inside) {
      const ask = createOutbound(null, nameServer(found).find)
      expect(await codeOf(ask('https://bank.example/x', asked()))).toBe('ERR_INSIDE')
    }
    expect(await codeOf(createOutbound(null)('https://localhost/x', asked()))).toBe('ERR_INSIDE')
    expect(connections).toBe(0)
  })

  it('is looked up once, so that it cannot lead inside the second time', async () => {
    const names = nameServer(['1.0.0.1'], ['127.0.0.1'])
    const ask = createOutbound(null, names.find)
    expect(await codeOf(ask('https://bank.example:9/x', asked(300)))).not.toBe('ERR_INSIDE')
    expect(names.times()).toBe(1)
    expect(await codeOf(ask('https://bank.example:9/x', asked(300)))).toBe('ERR_INSIDE')
    expect(connections).toBe(0)
  })

  it('is asked by https alone, and in a demo the fake bank beside it', async () => {
    answer = (_request, response) => response.end('{}')
    for (const address of [
      origin,
      `${origin}@evil.example/`,
      'http://bank.example/',
      'file:///etc/passwd',
      'data:,x',
    ])
      expect([address, await codeOf(createOutbound(null)(address, asked()))]).toEqual([
        address,
        'ERR_NOT_HTTPS',
      ])
    expect(await codeOf(createOutbound('http://localhost:1')(origin, asked()))).toBe('ERR_NOT_HTTPS')
    expect(connections).toBe(0)
    expect(await codeOf(createOutbound(origin)(`${origin}/pull`, asked()))).toBe(200)
  })
})

describe('an answer', () => {
  const ask = (timeoutMs?: number) => codeOf(createOutbound(origin)(`${origin}/list`, asked(timeoutMs)))

  it('that leads elsewhere is not followed, so that no key goes with it', async () => {
    const paths: (string | undefined)[] = []
    answer = ({ url }, response) => {
      paths.push(url)
      response.writeHead(302, { location: '/elsewhere' }).end()
    }
    expect(await ask()).toBe('ERR_REDIRECTED')
    expect(paths).toEqual(['/list'])
  })

  it('that has no end is read to eight megabytes', async () => {
    let sent = 0
    answer = (_request, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536))) sent += 65_536
      }
      response.on('drain', more)
      more()
    }
    expect(await ask()).toBe('ERR_TOO_LARGE')
    expect(sent).toBeLessThan(24 * 1024 * 1024)
  })

  it('that does not come, or stops in the middle, is waited for no longer than was said', async () => {
    answer = () => {}
    expect(await ask(200)).toBe('ABORT_ERR')
    answer = (_request, response) => void response.write('half')
    expect(await ask(200)).toBe('ECONNRESET')
  })

  it('is given as it came', async () => {
    answer = (_request, response) => void response.writeHead(207, { 'x-one': 'a' }).end('{"a":1}')
    const given = await createOutbound(origin)(`${origin}/list`, asked())
    expect([given.status, given.headers.get('x-one'), await given.json()]).toEqual([207, 'a', { a: 1 }])
    answer = (_request, response) => void response.writeHead(204).end()
    expect((await createOutbound(origin)(`${origin}/list`, asked())).status).toBe(204)
  })
})

it('an address is inside unless it is given out to somebody', () => {
  const outside = [
    '1.1.1.1',
    '8.8.8.8',
    '113.160.0.1',
    '171.244.1.1',
    '2001:4860:4860::8888',
    '2402:800::1',
    '2606:4700::1111',
  ]
  expect(outside.filter(isInside)).toEqual([])
  expect(
    ['', 'localhost', '1.2.3', '255.255.255.255', 'ff02::1', '::ffff:8.8.8.8', '3fff::1'].filter(
      (one) => !isInside(one),
    ),
  ).toEqual([])
})
