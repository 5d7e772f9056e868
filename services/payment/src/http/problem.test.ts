import { afterAll, beforeAll, expect, it } from 'vitest'
import { startService, type TestService } from '../testing.ts'

let service: TestService
beforeAll(async () => {
  service = await startService()
})
afterAll(async () => service.stop())

it.each(['/v1/stalls/%zz', `/v1/stalls/${'a'.repeat(200)}`, '/m/v1/%zz'])(
  'an address that cannot be read is refused as everything is: %s',
  async (path) => {
    const { status, body, headers } = await service.call(path)
    expect(status).toBe(400)
    expect(headers.get('content-type')).toContain('application/problem+json')
    expect(body).toMatchObject({ code: 'request_invalid', requestId: expect.any(String) })
  },
)
