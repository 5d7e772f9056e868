import { AppError } from '@tienve/contracts'
import { findBank } from '@tienve/vietqr'
import type { FastifyInstance } from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { readConnection } from './connections.ts'
import { FORMS, tellTest, type Connection } from './delivery.ts'
import { transactionIdOf } from './book.ts'
import type { Bank } from './transfers.ts'

const NewConnection = z.object({
  provider: z.string(),
  url: z.url().max(500),
  scheme: z.enum(['hmac', 'api-key', 'token', 'none']),
  secret: z.string().max(500).default(''),
  pullKey: z.string().min(1).max(500).optional(),
  form: z.enum(FORMS).optional(),
  accounts: z
    .array(z.object({ bin: z.string(), number: z.string() }))
    .min(1)
    .max(2_000),
})

const Id = z.object({ id: z.string() })

/** The consoles of the providers: what a person pastes there, tries there, and breaks. */
export function addConnections(server: FastifyInstance, bank: Bank): void {
  const app = server.withTypeProvider<ZodTypeProvider>()
  const require = (id: string): Connection => {
    const found = bank.connections.list().find((one) => one.id === id)
    if (found === undefined) throw new AppError('not_found')
    return found
  }
  const isOfDemo = (id: string): boolean => bank.demo.connections.some((one) => one.id === id)
  const toItem = ({ id, provider, marketId, accounts }: Connection) => ({
    id,
    provider,
    market: bank.demo.markets.find((one) => one.id === marketId)?.name ?? '',
    bank: findBank(accounts[0]?.bin ?? '')?.shortName ?? '',
    accountCount: accounts.length,
    isSilent: bank.connections.isSilent(id),
    isOfDemo: isOfDemo(id),
  })

  app.get('/connections', async () => ({ items: bank.connections.list().map(toItem) }))

  app.post('/connections', { schema: { body: NewConnection } }, async (request, reply) => {
    const added = readConnection(bank.demo, bank.connections, request.body)
    bank.connections.put(added)
    return reply.code(201).send({ ...toItem(added), pullKey: added.secrets['pullKey'] ?? null })
  })

  app.post('/connections/:id/test', { schema: { params: Id } }, async (request) => {
    const connection = require(request.params.id)
    const id = bank.nextId()
    return {
      transactionId: transactionIdOf({ id }),
      deliveries: await tellTest(bank, connection, id),
    }
  })

  app.put(
    '/connections/:id/silent',
    { schema: { params: Id, body: z.object({ isSilent: z.boolean() }) } },
    async (request) => {
      const connection = require(request.params.id)
      bank.connections.setSilent(connection.id, request.body.isSilent)
      return toItem(connection)
    },
  )
}
