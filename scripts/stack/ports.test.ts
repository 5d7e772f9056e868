import { freePort } from '@tienve/db/embedded'
import { createServer } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, it } from 'vitest'
import { requireFreePorts } from './stack.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((own) =>
  own?.some(({ address }) => address === '::1'),
)
const HOSTS = ['127.0.0.1', '0.0.0.0', ...(hasIpv6 ? ['::1', '::'] : [])]

it.each(HOSTS)('refuses a port on which somebody listens at %s', async (host) => {
  const [service, bankSim, metrics] = [await freePort(), await freePort(), await freePort()]
  await requireFreePorts({ service, bankSim, metrics })
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(bankSim, host, resolve))
  await expect(requireFreePorts({ service, bankSim, metrics })).rejects.toThrow(
    `Port ${bankSim} is in use: stop whatever holds it, or choose another with BANK_SIM_PORT=…`,
  )
  await new Promise((resolve) => holder.close(resolve))
})
