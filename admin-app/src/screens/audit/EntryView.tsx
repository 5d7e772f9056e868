import type { AuditEntry, AuditValue } from '@tienve/contracts'
import { clockOf, fill, useWords, whenOf, type Language } from '@tienve/ui'
import { Table } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { sentenceOf, valueOf, whoOf } from './sentence.ts'
import { FIELD_WORDS } from './words.ts'

const WORDS = {
  changes: { vi: 'Trước và sau', en: 'Before and after' },
  field: { vi: 'Mục', en: 'Field' },
  before: { vi: 'Trước', en: 'Before' },
  after: { vi: 'Sau', en: 'After' },
  who: { vi: 'Ai', en: 'Who' },
  when: { vi: 'Lúc', en: 'When' },
  address: { vi: 'Từ địa chỉ', en: 'From address' },
  session: { vi: 'Phiên', en: 'Session' },
  object: { vi: 'Mã', en: 'Id' },
  route: { vi: 'Yêu cầu', en: 'Request' },
  chain: { vi: 'Dấu vân tay', en: 'Hash' },
  same: { vi: 'Mọi việc với mã này', en: 'Everything about this id' },
  number: { vi: 'Số {seq}', en: 'No. {seq}' },
}

/** What shows nothing of itself may well have changed. */
const isCovered = (value: AuditValue | null): boolean => value !== null && value.as !== 'shown'

/** One entry: the sentence, and behind it what was before and after, from where, and its place in the chain. */
export function EntryView({ entry, language }: { entry: AuditEntry; language: Language }) {
  const w = useWords(WORDS)
  const changes = entry.changes.filter(
    ({ before, after }) =>
      (before?.as ?? after?.as) !== (after?.as ?? before?.as) ||
      (before?.value ?? null) !== (after?.value ?? null) ||
      isCovered(after),
  )
  const facts: [string, string | null][] = [
    [w.who, whoOf(entry, language)],
    [w.when, whenOf(entry.at)],
    [w.object, entry.objectId],
    [w.address, entry.address === null ? null : valueOf('', entry.address, language)],
    [w.session, entry.sessionId],
    [w.route, entry.route === null ? null : `${entry.route} · ${entry.requestId ?? ''}`],
    [w.chain, entry.hash],
  ]
  return (
    <li data-testid="audit-entry">
      <details>
        <summary>
          <time dateTime={entry.at}>{clockOf(entry.at)}</time>
          <span>{sentenceOf(entry, language)}</span>
        </summary>
        <div className="trail-entry">
          {changes.length === 0 ? null : (
            <Table
              caption={w.changes}
              rows={changes}
              keyOf={({ field }) => field}
              columns={[
                {
                  head: w.field,
                  card: 'title',
                  cell: ({ field }) => FIELD_WORDS[field]?.[language] ?? field,
                },
                {
                  head: w.before,
                  card: 'line',
                  cell: ({ field, before }) => valueOf(field, before, language) || '–',
                },
                {
                  head: w.after,
                  card: 'line',
                  cell: ({ field, after }) => valueOf(field, after, language) || '–',
                },
              ]}
            />
          )}
          <dl className="facts">
            {facts.map(([head, text]) =>
              text === null ? null : (
                <div key={head}>
                  <dt>{head}</dt>
                  <dd>{text}</dd>
                </div>
              ),
            )}
          </dl>
          <p>
            <span className="tv-quiet">{fill(w.number, { seq: entry.seq })}</span>{' '}
            <a className="text-link touch-link" href={addressOf('audit', { object: entry.objectId })}>
              {w.same}
            </a>
          </p>
        </div>
      </details>
    </li>
  )
}
