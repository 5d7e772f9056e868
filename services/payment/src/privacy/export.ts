import { AppError } from '@tienve/contracts'
import { inMarket, type Tx } from '@tienve/db'
import { sql } from 'drizzle-orm'
import { PassThrough, Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Content } from 'pdfmake/interfaces.js'
import type { Context } from '../context.ts'
import { toMoment } from '../days.ts'
import { inChunks } from '../documents/chunks.ts'
import { reportPdf, tableOf } from '../documents/report.ts'
import type { Cell } from '../documents/table.ts'
import type { Actor } from '../http/types.ts'
import { sectionsOf, type Section, type Subject } from './own.ts'
import { findOwnHolders, findSubject } from './repository.ts'

/** Said in every export, because it is what somebody misses first. */
const ABOUT = [
  'Đây là mọi thứ Tiền Về đang giữ về bạn ở chợ này. Xin lại lúc nào cũng được, kết quả như nhau.',
  'Nội dung chuyển khoản là chữ của khách, nên chỉ có phần cuối như trong app; cả câu thì ngân hàng của bạn có.',
  'Mã PIN, khóa của phiên đăng nhập và địa chỉ báo lên máy không ghi ra đây: ai cầm tệp này cũng dùng được.',
]

const ROWS_A_READ = 500
/** More than this is for the file and not for paper. */
const ROWS_ON_PAPER = 200

type Row = Record<string, unknown>

/** Everything that is kept of whoever asks, as one JSON document, read in one transaction while it goes out. */
export function streamData(ctx: Pick<Context, 'db' | 'now'>, actor: Actor): Readable {
  const out = new PassThrough()
  const madeAt = toMoment(ctx.now())
  const written = inMarket(ctx.db, actor.marketId, async (tx) => {
    const subject = await subjectOf(tx, actor)
    await pipeline(Readable.from(inChunks(document(tx, subject, madeAt))), out)
  })
  // What fails once bytes are out cuts the connection; the reader of the stream is told, and nobody else waits for it.
  written.catch((error: unknown) => out.destroy(error instanceof Error ? error : new Error(String(error))))
  return out
}

async function* document(tx: Tx, subject: Subject, madeAt: string): AsyncGenerator<string> {
  const head = {
    about: ABOUT,
    madeAt,
    market: subject.marketName,
    since: subject.since,
    until: subject.until,
  }
  yield `${JSON.stringify(head).slice(0, -1)},"data":{`
  for (const [at, section] of sectionsOf(subject).entries()) {
    yield `${at === 0 ? '' : ','}\n${JSON.stringify(section.name)}:[`
    let first = true
    for await (const row of rowsOf(tx, section)) {
      yield `${first ? '' : ','}\n${JSON.stringify(row)}`
      first = false
    }
    yield ']'
  }
  yield '}}\n'
}

/** The same on A4, of each list the newest, and how many more there are. */
export async function dataPdf(ctx: Pick<Context, 'db' | 'now'>, actor: Actor): Promise<Buffer> {
  const { subject, content } = await inMarket(ctx.db, actor.marketId, async (tx) => {
    const found = await subjectOf(tx, actor)
    const parts: Content[] = ABOUT.map((text) => ({ text, margin: [0, 0, 0, 4] }))
    for (const section of sectionsOf(found)) parts.push(...(await paperOf(tx, section)))
    return { subject: found, content: parts }
  })
  return reportPdf({
    title: 'Dữ liệu của tôi',
    subtitle: subject.name,
    marketName: subject.marketName,
    demo: subject.demo,
    madeAt: ctx.now(),
    wide: true,
    content,
  })
}

async function paperOf(tx: Tx, section: Section): Promise<Content[]> {
  const title: Content = { text: section.title, bold: true, fontSize: 12, margin: [0, 8, 0, 4] }
  const rows: Row[] = []
  let count = 0
  for await (const row of rowsOf(tx, section)) {
    count += 1
    if (rows.length < ROWS_ON_PAPER) rows.push(row)
  }
  if (count === 0) return [title, { text: 'Không có.', italics: true, margin: [0, 0, 0, 8] }]
  const more = count - rows.length
  const rest: Content = {
    text: `Còn ${more} dòng cũ hơn, xem trong tệp JSON.`,
    italics: true,
    margin: [0, -6, 0, 8],
  }
  return [
    title,
    tableOf(
      section.columns.map(([, head, kind]) => ({ head, kind, ...(kind === 'day' ? { width: 12 } : {}) })),
      rows.map((row) => section.columns.map(([key]): Cell => toCell(row[key]))),
    ),
    ...(more > 0 ? [rest] : []),
  ]
}

function toCell(value: unknown): Cell {
  if (value === null || value === undefined) return null
  if (typeof value === 'boolean') return value ? 'có' : 'không'
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value
  return JSON.stringify(value)
}

/** Row by row through a cursor of the database, so that a stall of many years takes no more memory than one of a day. */
async function* rowsOf(tx: Tx, { name, query }: Section): AsyncGenerator<Row> {
  const cursor = sql.identifier(`own_${name}`)
  await tx.execute(sql`declare ${cursor} no scroll cursor for ${query}`)
  for (;;) {
    const { rows } = await tx.execute<Row>(sql`fetch ${sql.raw(String(ROWS_A_READ))} from ${cursor}`)
    for (const row of rows)
      yield Object.fromEntries(Object.entries(row).map(([key, value]) => [key, told(value)]))
    if (rows.length < ROWS_A_READ) break
  }
  await tx.execute(sql`close ${cursor}`)
}

function told(value: unknown): unknown {
  if (value instanceof Date) return toMoment(value)
  return typeof value === 'bigint' ? Number(value) : value
}

async function subjectOf(tx: Tx, actor: Actor): Promise<Subject> {
  const holders = await findOwnHolders(tx, actor.marketId, actor.userId)
  const found = await findSubject(tx, actor.marketId, actor.userId, holders)
  if (found === null) throw new AppError('not_found')
  return { ...actor, ...found, holders }
}
