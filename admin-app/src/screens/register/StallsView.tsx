import { useQuery } from '@tanstack/react-query'
import {
  STALL_STATES,
  roleCan,
  type Me,
  type RegisterPage,
  type RegisterStall,
  type Zones,
} from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Empty, Field, fullDateOf, Select, useWords } from '@tienve/ui'
import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More, Table, type Column } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { State } from './State.tsx'
import { KIND_WORDS, STATE_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Sổ sạp', en: 'The register' },
  find: { vi: 'Tìm sạp', en: 'Find a stall' },
  hint: { vi: 'Mã, tên, người thuê', en: 'Code, name, tenant' },
  zone: { vi: 'Khu', en: 'Zone' },
  allZones: { vi: 'Mọi khu', en: 'All zones' },
  state: { vi: 'Tình trạng', en: 'State' },
  allStates: { vi: 'Mọi tình trạng', en: 'All states' },
  add: { vi: 'Thêm sạp', en: 'Add a stall' },
  import: { vi: 'Nhập từ Excel', en: 'Import from Excel' },
  nothing: { vi: 'Không có sạp nào như vậy.', en: 'There is no such stall.' },
  code: { vi: 'Mã', en: 'Code' },
  stall: { vi: 'Sạp', en: 'Stall' },
  place: { vi: 'Dãy, lô', en: 'Row, lot' },
  kind: { vi: 'Loại', en: 'Kind' },
  area: { vi: 'Diện tích', en: 'Area' },
  holder: { vi: 'Người thuê', en: 'Tenant' },
  until: { vi: 'Hợp đồng đến', en: 'Contract until' },
  open: { vi: 'không thời hạn', en: 'open-ended' },
}

/** Every stall with who has it, found by what somebody remembers of it. */
export function StallsView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const asked = {
    q: query.get('q') ?? '',
    zoneId: query.get('zoneId') ?? '',
    state: query.get('state') ?? '',
  }
  const pages = usePages<RegisterPage>(
    ['register', me.market.id, asked],
    `/v1/markets/${me.market.id}/register`,
    {
      q: asked.q === '' ? undefined : asked.q,
      zoneId: asked.zoneId === '' ? undefined : asked.zoneId,
      state: asked.state === '' ? undefined : asked.state,
      limit: 100,
    },
  )
  const columns = useColumns()
  return (
    <>
      <Filters me={me} asked={asked} counts={pages.data?.pages[0]?.counts} />
      {roleCan(me.user.role, 'register.write') ? (
        <div className="filters">
          <a className="tv-button" href={addressOf('register/new')}>
            {w.add}
          </a>
          <a className="tv-button quiet" href={addressOf('register/import')}>
            {w.import}
          </a>
        </div>
      ) : null}
      <Answer of={pages}>
        {({ pages: all }) => {
          const rows = all.flatMap(({ items }) => items)
          if (rows.length === 0) return <Empty>{w.nothing}</Empty>
          return <Table caption={w.title} rows={rows} keyOf={({ id }) => id} columns={columns} />
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

type Asked = { q: string; zoneId: string; state: string }

function Filters({
  me,
  asked,
  counts,
}: {
  me: Me
  asked: Asked
  counts: RegisterPage['counts'] | undefined
}) {
  const w = useWords(WORDS)
  const states = useWords(STATE_WORDS)
  const [text, setText] = useState(asked.q)
  const zones = useQuery({
    queryKey: ['zones', me.market.id],
    queryFn: () => api.get<Zones>(`/v1/markets/${me.market.id}/zones`),
  })
  useEffect(() => {
    if (text === asked.q) return
    const wait = setTimeout(() => goTo('register', { ...asked, q: text }), 300)
    return () => clearTimeout(wait)
  })
  return (
    <div className="filters">
      <Field
        id="find"
        type="search"
        label={w.find}
        placeholder={w.hint}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <Select
        id="zone"
        label={w.zone}
        value={asked.zoneId}
        onChange={(event) => goTo('register', { ...asked, zoneId: event.target.value })}
      >
        <option value="">{w.allZones}</option>
        {(zones.data?.items ?? []).map(({ id, code, name }) => (
          <option key={id} value={id}>
            {code} · {name}
          </option>
        ))}
      </Select>
      <Select
        id="state"
        label={w.state}
        value={asked.state}
        onChange={(event) => goTo('register', { ...asked, state: event.target.value })}
      >
        <option value="">{w.allStates}</option>
        {STALL_STATES.map((state) => (
          <option key={state} value={state}>
            {states[state]}
            {counts === undefined ? '' : ` (${formatNumber(counts[state])})`}
          </option>
        ))}
      </Select>
    </div>
  )
}

function useColumns(): Column<RegisterStall>[] {
  const w = useWords(WORDS)
  const kinds = useWords(KIND_WORDS)
  return [
    { head: w.code, card: 'line', cell: ({ code }) => <span className="unbroken">{code}</span> },
    {
      head: w.stall,
      card: 'title',
      cell: ({ id, name }) => (
        <a className="cell-link" href={addressOf('register/stall', { id })}>
          {name}
        </a>
      ),
    },
    { head: w.state, card: 'figure', cell: ({ state }) => <State of={state} /> },
    {
      head: w.place,
      card: 'line',
      cell: (row) => (row.rowLabel === null ? '–' : `${row.rowLabel} · ${row.lot}`),
    },
    { head: w.kind, card: 'line', cell: (row) => kinds[row.kind] },
    { head: w.area, number: true, card: 'line', cell: (row) => areaOf(row.areaM2) },
    { head: w.holder, card: 'line', cell: (row) => row.contract?.holderName ?? '–' },
    {
      head: w.until,
      card: 'line',
      cell: ({ contract }) =>
        contract === null ? '–' : contract.endsOn === null ? w.open : fullDateOf(contract.endsOn),
    },
  ]
}

/** `4.50` as `4,5 m²`. */
export function areaOf(areaM2: string): string {
  return `${areaM2.replace(/\.?0+$/, '').replace('.', ',')}\u00a0m²`
}
