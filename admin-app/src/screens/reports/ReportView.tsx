import { useQuery } from '@tanstack/react-query'
import {
  REPORT_PARAMETERS,
  type Me,
  type Report,
  type ReportCell,
  type ReportInfo,
  type ReportParameter,
  type ReportRow,
  type ReportTable,
} from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Card, Field, fill, fullDateOf, Money, useLanguage, useWords, whenOf } from '@tienve/ui'
import type { ReactNode } from 'react'
import { api } from '../../api.ts'
import { Answer, Table, type Column } from '../../parts.tsx'
import { addressOf, goTo, queryText } from '../../route.ts'

const WORDS = {
  back: { vi: '← Mọi báo cáo', en: '← All reports' },
  day: { vi: 'Ngày', en: 'Day' },
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  asOf: { vi: 'Tính đến ngày', en: 'As of' },
  period: { vi: 'Tháng', en: 'Month' },
  withinDays: { vi: 'Trong mấy ngày tới', en: 'Within days' },
  xlsx: { vi: 'Tải Excel', en: 'Download Excel' },
  pdf: { vi: 'Tải PDF', en: 'Download PDF' },
  made: { vi: 'Lập lúc {at}', en: 'Made at {at}' },
  cut: {
    vi: 'Hiện {shown} dòng đầu trong {all} dòng. Tải Excel để xem đủ; dòng cộng là của tất cả.',
    en: 'The first {shown} of {all} rows. Download Excel for all of them; the total is of all.',
  },
}

const FIELD_TYPES = {
  day: 'date',
  from: 'date',
  to: 'date',
  asOf: 'date',
  period: 'month',
  withinDays: 'number',
} as const satisfies Record<ReportParameter, string>

type Query = Partial<Record<ReportParameter, string>>

/** One report: what it is made for, its tables with the way from each figure to its rows, and the two files. */
export function ReportView({ me, info, query }: { me: Me; info: ReportInfo; query: URLSearchParams }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const asked = queryOf(query)
  const base = `/v1/markets/${me.market.id}/reports/${info.id}`
  const report = useQuery({
    queryKey: ['report', me.market.id, info.id, asked],
    queryFn: () => api.get<Report>(base, asked),
  })
  return (
    <>
      <a className="text-link back" href={addressOf('reports')}>
        {w.back}
      </a>
      <h1>{info.title[language]}</h1>
      <div className="filters">
        <Parameters info={info} asked={asked} made={report.data?.asked ?? {}} />
        {(['xlsx', 'pdf'] as const).map((kind) => (
          <a
            key={kind}
            className="tv-button quiet"
            href={api.address(`${base}.${kind}${queryText(asked)}`)}
            download
          >
            {w[kind]}
          </a>
        ))}
      </div>
      <Answer of={report}>
        {({ tables, madeAt }) => (
          <>
            {tables.map((table) => (
              <ReportTableCard key={table.id} of={table} />
            ))}
            <p className="tv-quiet">{fill(w.made, { at: whenOf(madeAt) })}</p>
          </>
        )}
      </Answer>
    </>
  )
}

function queryOf(query: URLSearchParams): Query {
  return Object.fromEntries(
    REPORT_PARAMETERS.flatMap((name) => {
      const value = query.get(name)
      return value === null || value === '' ? [] : [[name, value]]
    }),
  )
}

/** What the report is asked for; what was not said shows as the service understood it. */
function Parameters({ info, asked, made }: { info: ReportInfo; asked: Query; made: Report['asked'] }) {
  const w = useWords(WORDS)
  return info.parameters.map((name) => (
    <Field
      key={name}
      id={name}
      type={FIELD_TYPES[name]}
      label={w[name]}
      value={asked[name] ?? made[name] ?? ''}
      {...(name === 'withinDays' ? { min: 0, max: 3_650, inputMode: 'numeric' as const } : {})}
      onChange={(event) => goTo(`reports/${info.id}`, { ...asked, [name]: event.target.value })}
    />
  ))
}

function ReportTableCard({ of }: { of: ReportTable }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const show = useCells()
  const columns = of.columns.map(({ head, kind, main }, at): Column<ReportRow> => ({
    head: head[language].replace(' (đ)', ''),
    number: kind === 'money' || kind === 'count',
    card: at === 0 ? 'title' : main ? 'figure' : 'line',
    cell: (row) => show(row, at, kind),
  }))
  const { total } = of
  return (
    <Card title={of.title[language]} className="report">
      <Table
        caption={of.title[language]}
        rows={of.rows}
        keyOf={(row) => String(of.rows.indexOf(row))}
        columns={columns}
        {...(total === null ? {} : { foot: of.columns.map(({ kind }, at) => show(total, at, kind)) })}
      />
      {of.rowCount > of.rows.length ? (
        <p>{fill(w.cut, { shown: formatNumber(of.rows.length), all: formatNumber(of.rowCount) })}</p>
      ) : null}
      {of.note === null ? null : <p className="tv-quiet">{of.note[language]}</p>}
    </Card>
  )
}

/** A cell as its column says, and as a link where it opens to its rows. */
function useCells(): (row: ReportRow, at: number, kind: ReportTable['columns'][number]['kind']) => ReactNode {
  const language = useLanguage()
  const textOf = (cell: ReportCell): string =>
    typeof cell === 'object' && cell !== null ? cell[language] : String(cell ?? '')
  return (row, at, kind) => {
    const cell = row.cells[at] ?? null
    if (cell === null || cell === '') return ''
    const shown =
      kind === 'money' && typeof cell === 'number' ? (
        <Money vnd={cell} />
      ) : kind === 'count' && typeof cell === 'number' ? (
        formatNumber(cell)
      ) : kind === 'day' ? (
        fullDateOf(textOf(cell))
      ) : (
        textOf(cell)
      )
    const way = row.ways[at]
    // Nothing has no rows.
    if (way === null || way === undefined || cell === 0) return shown
    return (
      <a className="cell-link" href={addressOf(way.page, way.query)}>
        {shown}
      </a>
    )
  }
}
