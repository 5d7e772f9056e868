import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { timingSafeEqual } from 'node:crypto'
import { providerOf, type Connection } from './delivery.ts'
import {
  cassoPage,
  createLimiter,
  payosOrder,
  sepayV1List,
  sepayV2Page,
  standardPage,
  type Asked,
} from './pulls.ts'
import type { Entry } from './book.ts'
import { refusal } from './orders.ts'
import type { Bank } from './transfers.ts'

/** What SePay allows of each list (developer.sepay.vn, API versions 1 and 2), and of payOS, whose limit is not published, a guess. */
const PER_SECOND = { v1: 2, v2: 3, payos: 3 }

/** Of our own contract we promise one page a second; a bank allows a little more. */
const STANDARD_PER_SECOND = 2

type Params = { connectionId: string }

/**
 * The lists of the providers, each under its connection's own address as under the provider's: what was lost on the way
 * is in them. A connection without a key for them has none.
 */
export function addPulls(app: FastifyInstance, bank: Bank): void {
  const allowV1 = createLimiter(PER_SECOND.v1)
  const allowV2 = createLimiter(PER_SECOND.v2)
  const allowStandard = createLimiter(STANDARD_PER_SECOND)
  const allowPayos = createLimiter(PER_SECOND.payos)
  const find = (id: string): Connection | undefined => bank.connections.list().find((one) => one.id === id)

  app.get<{ Params: Params; Querystring: Asked }>(
    '/pull/:connectionId/v2/transactions',
    async (request, reply) => {
      const connection = find(request.params.connectionId)
      const provider = connection === undefined ? null : providerOf(connection)
      if (connection === undefined || (provider !== 'sepay' && provider !== 'casso'))
        return reply.callNotFound()
      const scheme = provider === 'sepay' ? 'Bearer' : 'Apikey'
      if (!isKey(connection, request.headers.authorization, (key) => `${scheme} ${key}`))
        return refuse(reply, 401)
      if (provider === 'casso') return cassoPage(entriesOf(bank, connection), request.query)
      if (!allowV2(connection.id, bank.now())) return refuse(reply.header('retry-after', '1'), 429)
      return sepayV2Page(entriesOf(bank, connection), request.query)
    },
  )

  app.get<{ Params: Params; Querystring: Asked }>(
    '/pull/:connectionId/userapi/transactions/list',
    async (request, reply) => {
      const connection = find(request.params.connectionId)
      if (connection === undefined || providerOf(connection) !== 'sepay') return reply.callNotFound()
      // A wrong token is answered so: HTTP 200 and nothing.
      if (!isKey(connection, request.headers.authorization, (key) => `Bearer ${key}`)) return reply.send()
      if (!allowV1(connection.id, bank.now()))
        return refuse(reply.header('x-sepay-userapi-retry-after', '1'), 429)
      return sepayV1List(entriesOf(bank, connection), request.query)
    },
  )

  app.get<{ Params: Params; Querystring: Asked }>(
    '/pull/:connectionId/transactions',
    async (request, reply) => {
      const connection = find(request.params.connectionId)
      if (connection === undefined || providerOf(connection) !== 'standard') return reply.callNotFound()
      if (!isKey(connection, request.headers.authorization, (key) => `Bearer ${key}`))
        return refuse(reply, 401)
      if (!allowStandard(connection.id, bank.now())) return refuse(reply.header('retry-after', '1'), 429)
      return standardPage(entriesOf(bank, connection), request.query)
    },
  )

  /** The connection whose orders are asked for; null once the asker was refused. */
  const payosOf = ({ params, headers }: FastifyRequest<{ Params: Params }>, reply: FastifyReply) => {
    const connection = find(params.connectionId)
    if (connection === undefined || providerOf(connection) !== 'payos') {
      reply.callNotFound()
      return null
    }
    const { 'x-client-id': client, 'x-api-key': key } = headers
    const knows = isKey(connection, `${String(client)}:${String(key)}`, (both) => both)
    if (knows && allowPayos(connection.id, bank.now())) return connection
    refuse(knows ? reply.header('retry-after', '1') : reply, knows ? 429 : 401)
    return null
  }

  app.post<{ Params: Params }>('/pull/:connectionId/v2/payment-requests', async (request, reply) => {
    const connection = payosOf(request, reply)
    if (connection === null) return reply
    return bank.orders.create(connection.id, connection.secrets['hmacSecret'] ?? '', request.body)
  })

  app.get<{ Params: Params & { asked: string } }>(
    '/pull/:connectionId/v2/payment-requests/:asked',
    async (request, reply) => {
      const connection = payosOf(request, reply)
      if (connection === null) return reply
      const orders = bank.orders.list(connection.id)
      // What payOS answers to an order that is not there is known from memory alone.
      return payosOrder(entriesOf(bank, connection), orders, request.params.asked) ?? refusal('101')
    },
  )
}

function isKey(
  { secrets }: Connection,
  given: string | undefined,
  written: (key: string) => string,
): boolean {
  const { pullKey } = secrets
  if (pullKey === undefined || given === undefined) return false
  const [expected, actual] = [Buffer.from(written(pullKey)), Buffer.from(given)]
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

/** The movements of all of a connection's accounts, oldest first. */
function entriesOf({ book }: Bank, { accounts }: Connection): Entry[] {
  return accounts
    .flatMap(({ bin, number }) => book.list(bin, number))
    .toSorted((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || a.id - b.id)
}

function refuse(reply: FastifyReply, status: 401 | 429): FastifyReply {
  return reply.code(status).send({ code: String(status), error: status, desc: 'refused' })
}
