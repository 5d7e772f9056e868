import { useQuery } from '@tanstack/react-query'
import {
  AUDIT_TOPIC_NAMES,
  type AuditEntry,
  type AuditPage,
  type AuditVerify,
  type Me,
} from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import {
  Banner,
  Button,
  Empty,
  ErrorPanel,
  Field,
  fill,
  fullDateOf,
  Mark,
  Select,
  useLanguage,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { goTo, queryText, useRoute } from '../../route.ts'
import { EntryView } from './EntryView.tsx'
import { TOPIC_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Nhật ký', en: 'Trail' },
  what: {
    vi: 'Ai đã làm gì, lúc nào, trước và sau ra sao. Chỉ ghi thêm, không ai sửa hay xoá được.',
    en: 'Who did what and when, before and after. It is only ever added to.',
  },
  verify: { vi: 'Kiểm tra chuỗi nhật ký', en: 'Verify the chain' },
  checking: { vi: 'Đang tính lại chuỗi …', en: 'Recomputing the chain …' },
  right: {
    vi: 'Chuỗi nhật ký còn nguyên: {entries} việc, {erased} giá trị đã xoá theo yêu cầu.',
    en: 'The chain is whole: {entries} entries, {erased} values erased.',
  },
  wrong: {
    vi: 'Chuỗi nhật ký bị sửa ở số {seq}. Báo ngay cho trưởng ban và người phụ trách kỹ thuật.',
    en: 'The chain was tampered with at no. {seq}. Tell the head of the board and whoever runs the service.',
  },
  search: { vi: 'Tìm trong nhật ký', en: 'Search the trail' },
  words: { vi: 'Có chữ', en: 'Words' },
  person: { vi: 'Người', en: 'Person' },
  everybody: { vi: 'Mọi người', en: 'Everybody' },
  topic: { vi: 'Việc', en: 'About' },
  anything: { vi: 'Mọi việc', en: 'Anything' },
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  go: { vi: 'Tìm', en: 'Search' },
  clear: { vi: 'Bỏ tìm', en: 'Show everything' },
  none: { vi: 'Không có việc nào như vậy.', en: 'Nothing of that kind.' },
  file: { vi: 'Tải về (Excel)', en: 'Download (Excel)' },
}

const FIELDS = ['q', 'actor', 'topic', 'from', 'to', 'object'] as const
type Search = Partial<Record<(typeof FIELDS)[number], string>>

/** Who did what, to be searched; what is searched stands in the address, so that it can be kept or sent to somebody. */
export function AuditScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const search: Search = Object.fromEntries(
    FIELDS.flatMap((field) => {
      const value = query.get(field)
      return value === null || value === '' ? [] : [[field, value]]
    }),
  )
  const base = `/v1/markets/${me.market.id}/audit`
  const pages = usePages<AuditPage>(['audit', me.market.id, search], base, { ...search, limit: 50 })
  const people = pages.data?.pages[0]?.people ?? []
  const { object: _, ...ofFile } = search
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      <Verify base={base} market={me.market.id} />
      <SearchBar key={JSON.stringify([search, people.length])} search={search} people={people} />
      <Answer of={pages}>{({ pages: read }) => <Days entries={read.flatMap(({ items }) => items)} />}</Answer>
      <More of={pages} />
      <div className="filters">
        <a className="tv-button quiet" href={api.address(`${base}.xlsx${queryText(ofFile)}`)} download>
          {w.file}
        </a>
      </div>
    </div>
  )
}

function Verify({ base, market }: { base: string; market: string }) {
  const w = useWords(WORDS)
  const [isAsked, setAsked] = useState(false)
  const verify = useQuery({
    queryKey: ['audit-verify', market],
    queryFn: () => api.get<AuditVerify>(`${base}/verify`),
    enabled: isAsked,
    // It reads the whole trail: only when somebody asks.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  const { data } = verify
  const ask = (): void => {
    if (isAsked) void verify.refetch()
    else setAsked(true)
  }
  return (
    <>
      <div className="filters">
        <Button kind="quiet" disabled={verify.isFetching} onClick={ask}>
          {w.verify}
        </Button>
      </div>
      {verify.isFetching ? <Banner kind="info">{w.checking}</Banner> : null}
      {verify.isError && !verify.isFetching ? (
        <ErrorPanel error={verify.error} onRetry={() => void verify.refetch()} />
      ) : null}
      {data === undefined || verify.isFetching ? null : (
        <section className={`notice ${data.ok ? 'good' : 'bad'}`} role="status" data-testid="audit-verified">
          <Mark kind={data.ok ? 'good' : 'bad'}>
            {data.firstWrong === undefined
              ? fill(w.right, { entries: formatNumber(data.entries), erased: formatNumber(data.erased) })
              : fill(w.wrong, { seq: formatNumber(data.firstWrong.seq) })}
          </Mark>
          {data.firstWrong === undefined ? null : <small className="hash">{data.firstWrong.why}</small>}
        </section>
      )}
    </>
  )
}

function SearchBar({ search, people }: { search: Search; people: AuditPage['people'] }) {
  const w = useWords(WORDS)
  const topics = useWords(TOPIC_WORDS)
  const send = (form: HTMLFormElement): void => {
    const typed = new FormData(form)
    goTo(
      'audit',
      Object.fromEntries(
        FIELDS.map((field) => {
          const value = typed.get(field)
          return [field, typeof value === 'string' ? value.trim() : undefined]
        }),
      ),
    )
  }
  return (
    <form
      className="search-bar"
      aria-label={w.search}
      onSubmit={(event) => {
        event.preventDefault()
        send(event.currentTarget)
      }}
    >
      <div className="filters">
        <Field id="audit-q" name="q" type="search" label={w.words} maxLength={80} defaultValue={search.q} />
        <Select id="audit-actor" name="actor" label={w.person} defaultValue={search.actor ?? ''}>
          <option value="">{w.everybody}</option>
          {people.map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
        <Select id="audit-topic" name="topic" label={w.topic} defaultValue={search.topic ?? ''}>
          <option value="">{w.anything}</option>
          {AUDIT_TOPIC_NAMES.map((topic) => (
            <option key={topic} value={topic}>
              {topics[topic]}
            </option>
          ))}
        </Select>
        <Field id="audit-from" name="from" type="date" label={w.from} defaultValue={search.from} />
        <Field id="audit-to" name="to" type="date" label={w.to} defaultValue={search.to} />
        <Button type="submit">{w.go}</Button>
        {Object.keys(search).length === 0 ? null : (
          <a className="tv-button quiet" href="#/audit">
            {w.clear}
          </a>
        )}
      </div>
    </form>
  )
}

/** The entries under the days they are of, the newest first. */
function Days({ entries }: { entries: readonly AuditEntry[] }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  if (entries.length === 0) return <Empty>{w.none}</Empty>
  return [...Map.groupBy(entries, ({ at }) => at.slice(0, 10))].map(([day, of]) => (
    <section key={day} className="trail-day">
      <h2>{fullDateOf(day)}</h2>
      <ol className="trail">
        {of.map((entry) => (
          <EntryView key={entry.seq} entry={entry} language={language} />
        ))}
      </ol>
    </section>
  ))
}
