import type { TestService } from '../testing.ts'

/** A PIN that nobody would guess first. */
export const PIN = '907156'

/** A phone of somebody's: it keeps its cookies, and sends the token of its session with every change. */
export function openPhone(service: TestService, userAgent = 'Mozilla/5.0 (Linux; Android 15) Chrome/140') {
  const jar = new Map<string, string>()
  let csrfToken = ''
  const cookie = (): string => [...jar].map(([name, value]) => `${name}=${value}`).join('; ')
  const headers = () => ({ cookie: cookie(), 'x-csrf-token': csrfToken, 'user-agent': userAgent })
  return {
    headers,
    ask: async (path: string, body?: unknown, method?: string) => {
      const answer = await service.call(path, {
        ...(body === undefined ? {} : { body }),
        ...(method === undefined ? {} : { method }),
        headers: headers(),
      })
      for (const line of answer.headers.getSetCookie()) {
        const [pair = ''] = line.split(';')
        jar.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
      }
      csrfToken = answer.body?.csrfToken ?? csrfToken
      return answer
    },
  }
}
export type Phone = ReturnType<typeof openPhone>
