import type { FastifyReply } from 'fastify'
import { Readable } from 'node:stream'
import { writeCsv } from './csv.ts'
import { writeXlsx } from './sheet.ts'
import type { Table } from './table.ts'

const TYPES = {
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
  jsonl: 'application/jsonl; charset=utf-8',
  pdf: 'application/pdf',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const

/**
 * Answers with a file to keep. `name` is without its ending, in plain letters. Always as an attachment: Chrome's own
 * viewer of PDFs is an embedded object, which our content policy forbids. What fails once the first bytes are out cuts
 * the connection, so that half a file is never taken for a whole one.
 */
export function sendFile(
  reply: FastifyReply,
  kind: keyof typeof TYPES,
  name: string,
  body: Buffer | AsyncIterable<string | Buffer> | ReadableStream<Uint8Array>,
): FastifyReply {
  return reply
    .type(TYPES[kind])
    .header('content-disposition', `attachment; filename="${name}.${kind}"`)
    .send(Buffer.isBuffer(body) ? body : Readable.from(body))
}

/** Answers with a table as the kind of file that was asked for. `name` as in `sendFile`. */
export function sendTable(
  reply: FastifyReply,
  kind: 'csv' | 'xlsx',
  name: string,
  table: Table,
): FastifyReply {
  return sendFile(reply, kind, name, kind === 'csv' ? writeCsv(table) : writeXlsx(table))
}
