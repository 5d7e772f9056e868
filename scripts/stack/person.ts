import type { Me } from '@tienve/contracts'
import { randomUUID } from 'node:crypto'
import type { Stack } from './stack.ts'

/** A person of the board, by their session. What is refused is thrown, with what was answered. */
export type Person = {
  get<T>(path: string): Promise<T>
  post<T>(path: string, body: unknown): Promise<T>
  /** Sends a file as its bytes. */
  bring<T>(path: string, file: Buffer): Promise<T>
}

/** Logs in as the demo's first person of this role, in its first market unless said. */
export async function logIn({ demo }: Stack, role: string, marketId = demo.markets[0]?.id): Promise<Person> {
  const user = demo.users.find((one) => one.role === role && one.marketId === marketId)
  const response = await fetch(`${demo.baseUrl}/v1/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ login: user?.login, secret: user?.secret }),
  })
  const cookie = response.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { csrfToken } = (await response.json()) as Me
  const call = async <T>(path: string, body?: unknown): Promise<T> => {
    const answer = await fetch(`${demo.baseUrl}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        cookie,
        ...(body === undefined
          ? {}
          : {
              'content-type': Buffer.isBuffer(body) ? 'application/octet-stream' : 'application/json',
              'x-csrf-token': csrfToken,
              'idempotency-key': randomUUID(),
            }),
      },
      ...(body === undefined
        ? {}
        : { body: Buffer.isBuffer(body) ? new Uint8Array(body) : JSON.stringify(body) }),
    })
    if (!answer.ok) throw new Error(`${path} was refused: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  return {
    get: (path) => call(path),
    post: (path, body) => call(path, body),
    bring: (path, file) => call(path, file),
  }
}
