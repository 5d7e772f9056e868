import { FeedParseError, type FeedEvent } from '@tienve/bank-feeds'
import { z } from 'zod'

/** The provider of connections whose messages are rows of statements, whoever brought them. */
export const STATEMENT = 'statement'

/** Rows that are stored as one message: few enough for the worker to do with others in one go. */
export const ROWS_A_MESSAGE = 200

/** A row of a statement as it goes through the inbox. `line` is where a person finds it in the file. */
const Row = z.strictObject({
  line: z.int().positive(),
  direction: z.enum(['in', 'out']),
  amountVnd: z.string().regex(/^[1-9]\d{0,14}$/),
  occurredAt: z.iso.datetime(),
  precision: z.enum(['second', 'day']),
  reference: z.string().nullable(),
  content: z.string(),
  balanceVnd: z
    .string()
    .regex(/^-?\d{1,15}$/)
    .nullable(),
  reversal: z.boolean(),
})
const Message = z.strictObject({
  statementId: z.string(),
  accountNumber: z.string(),
  rows: z.array(Row).min(1),
})
export type StatementMessage = z.infer<typeof Message>

/** The bytes of a message of some rows. */
export function writeRows(message: StatementMessage): Buffer {
  return Buffer.from(JSON.stringify(message))
}

/** The rows of a message as events, each under its statement's id and its line. Throws `FeedParseError`. */
export function readRows(rawBody: Buffer): FeedEvent[] {
  const read = Message.safeParse(JSON.parse(rawBody.toString('utf8')))
  if (!read.success) throw new FeedParseError('body_unreadable', 'statement')
  const { statementId, accountNumber, rows } = read.data
  return rows.map((row) => ({
    kind: row.direction === 'in' ? 'credit' : row.reversal ? 'reversal' : 'debit',
    providerEventId: `${statementId}:${row.line}`,
    accountNumber,
    virtualAccount: null,
    amount: BigInt(row.amountVnd),
    bankReference: row.reference,
    content: row.content,
    rawDescription: null,
    codeHint: null,
    occurredAt: new Date(row.occurredAt),
    precision: row.precision,
    balanceAfter: row.balanceVnd === null ? null : BigInt(row.balanceVnd),
    counterparty: null,
    orderRef: null,
  }))
}
