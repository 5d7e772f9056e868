import {
  AUDIT_ACTIONS,
  AUDIT_ROLES,
  AUDIT_TOPICS,
  ROLES,
  type AuditEntry,
  type AuditPage,
  type AuditQuery,
  type AuditValue,
  type Viewer,
} from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import { readOne } from '../columns.ts'
import { toMoment } from '../days.ts'
import type { Table } from '../documents/table.ts'
import { cutPageBy, readWords, writeWords } from '../http/cursor.ts'
import type { Actor } from '../http/types.ts'
import { shownTo } from '../privacy/rules.ts'
import * as repository from './repository.ts'
import { maskDigits, maySeeValues, OWN_BUSINESS } from './rules.ts'

type Values = ReadonlyMap<string, { value: string | null }>

/** A spreadsheet has no more rows of the trail than this; a shorter span has the rest. */
const MOST_ROWS = 20_000

/** A page of the trail as the actor's role may read it, the newest first. */
export async function getTrail(
  tx: Tx,
  actor: Actor,
  query: AuditQuery & { cursor?: string | undefined; limit: number },
): Promise<AuditPage> {
  const at = readWords(query.cursor, /^(seq) (\d{1,18})$/)?.[1]
  const before = at === undefined ? null : BigInt(at)
  const found = await findEntries(tx, actor, query, { limit: query.limit + 1, before })
  const { rows, nextCursor } = cutPageBy(found, query.limit, ({ seq }) => writeWords('seq', String(seq)))
  const people = await repository.listActors(tx, actor.marketId)
  return {
    items: rows,
    nextCursor,
    people: people.map(({ id, name, role }) => ({ id, name, role: readOne(ROLES, role) })),
  }
}

/** The same as a table for a spreadsheet. */
export async function getTrailTable(tx: Tx, actor: Actor, query: AuditQuery): Promise<Table> {
  const entries = await findEntries(tx, actor, query, { limit: MOST_ROWS, before: null })
  return {
    name: 'Nhật ký',
    columns: [
      { head: 'Số', kind: 'count', width: 8 },
      { head: 'Ngày', kind: 'day', width: 12 },
      { head: 'Giờ', kind: 'text', width: 8 },
      { head: 'Ai', kind: 'text', width: 24 },
      { head: 'Vai trò', kind: 'text', width: 14 },
      { head: 'Việc', kind: 'text', width: 34 },
      { head: 'Với', kind: 'text', width: 26 },
      { head: 'Sạp', kind: 'text', width: 12 },
      { head: 'Trước và sau', kind: 'text', width: 60 },
      { head: 'Mã băm', kind: 'text', width: 66 },
    ],
    rows: entries.map((entry) => [
      entry.seq,
      entry.at.slice(0, 10),
      entry.at.slice(11, 16),
      entry.actorName ?? entry.actorId ?? '',
      entry.actorRole,
      AUDIT_ACTIONS[entry.action]?.vi ?? entry.action,
      entry.objectName ?? entry.objectId,
      entry.stallCode ?? '',
      entry.changes
        .map(({ field, before, after }) => `${field}: ${textOf(before)} → ${textOf(after)}`)
        .join('; '),
      entry.hash,
    ]),
  }
}

async function findEntries(
  tx: Tx,
  actor: Actor,
  { topic, ...query }: AuditQuery,
  page: { limit: number; before: bigint | null },
): Promise<AuditEntry[]> {
  const topics = topic === undefined ? undefined : AUDIT_TOPICS[topic]
  const rows = await repository.searchEntries(
    tx,
    actor.marketId,
    { ...query, topics, own: OWN_BUSINESS },
    page,
  )
  const kept = await repository.listValues(
    tx,
    actor.marketId,
    rows.map(({ seq }) => seq),
  )
  const values = Map.groupBy(kept, ({ seq }) => seq)
  return rows.map((row) =>
    toEntry(row, new Map((values.get(row.seq) ?? []).map((one) => [one.path, one])), actor.role),
  )
}

function toEntry(row: repository.EntryRow, values: Values, viewer: Viewer): AuditEntry {
  const before = fieldsOf(row.before, 'before', values, viewer)
  const after = fieldsOf(row.after, 'after', values, viewer)
  // From where a stall's own people do something is not the board's to know.
  const isOfStall = row.actorRole === 'stallholder' || row.actorRole === 'helper'
  return {
    seq: Number(row.seq),
    at: toMoment(new Date(row.at)),
    actorId: row.actorId,
    actorName: row.actorName,
    actorRole: readOne(AUDIT_ROLES, row.actorRole),
    action: row.action,
    objectKind: row.objectKind,
    objectId: row.objectId,
    objectName: row.objectName,
    stallId: row.stallId,
    stallCode: row.stallCode,
    requestId: row.requestId,
    route: row.route,
    sessionId: isOfStall ? null : row.sessionId,
    address: row.origin === null ? null : personal(values.get('origin'), !isOfStall, (text) => text),
    changes: [...new Set([...before.keys(), ...after.keys()])].map((field) => ({
      field,
      before: before.get(field) ?? null,
      after: after.get(field) ?? null,
    })),
    hash: row.hash.toString('hex'),
  }
}

/** The fields of what was hashed, each by its place, with the values that its digests stand for. */
function fieldsOf(
  json: string | null,
  root: 'before' | 'after',
  values: Values,
  viewer: Viewer,
): Map<string, AuditValue> {
  const fields = new Map<string, AuditValue>()
  const walk = (one: unknown, path: string): void => {
    const field = path.slice(root.length + 1)
    if (typeof one !== 'object' || one === null) {
      const isPlain = typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean'
      fields.set(field, { as: 'shown', value: isPlain ? one : null })
    } else if ('digest' in one) {
      const mask = maskOf(path.slice(path.lastIndexOf('.') + 1), viewer)
      fields.set(field, personal(values.get(path), maySeeValues(viewer), mask))
    } else if ('secret' in one) fields.set(field, { as: 'secret', value: null })
    else if ('sha256' in one) fields.set(field, { as: 'file', value: null })
    else for (const [key, each] of Object.entries(one)) walk(each, `${path}.${key.replaceAll('.', '%2e')}`)
  }
  if (json !== null) walk(JSON.parse(json), root)
  return fields
}

/** A phone or an address for letters shows as much as anywhere else; of any other text the numbers are hidden. */
function maskOf(name: string, viewer: Viewer): (text: string) => string {
  if (name !== 'phone' && name !== 'email') return maskDigits
  return (text) => shownTo(viewer, name, text) ?? '••••'
}

function personal(
  kept: { value: string | null } | undefined,
  isOpen: boolean,
  mask: (text: string) => string,
): AuditValue {
  if (kept === undefined || kept.value === null) return { as: 'erased', value: null }
  return isOpen ? { as: 'shown', value: mask(kept.value) } : { as: 'hidden', value: null }
}

function textOf(value: AuditValue | null): string {
  if (value === null || (value.as === 'shown' && value.value === null)) return '–'
  return value.as === 'shown'
    ? String(value.value)
    : { hidden: '(đã che)', erased: '(đã xoá)', secret: '(bí mật)', file: '(tệp)' }[value.as]
}
