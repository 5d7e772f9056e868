import { useQuery } from '@tanstack/react-query'
import type { Me, ReportCatalogue, ReportInfo } from '@tienve/contracts'
import { Empty, useLanguage, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { addressOf, useRoute } from '../../route.ts'
import { ReportView } from './ReportView.tsx'

const WORDS = {
  title: { vi: 'Báo cáo', en: 'Reports' },
  about: {
    vi: 'Chọn báo cáo cần xem. Bấm vào một con số để mở các dòng của nó.',
    en: 'Choose a report. Press a figure to open its rows.',
  },
  nothing: { vi: 'Vai trò này chưa có báo cáo nào.', en: 'There is no report for this role.' },
}

export function ReportsScreen({ me }: { me: Me }) {
  const { path, query } = useRoute()
  const [, id = ''] = path.split('/')
  const catalogue = useQuery({
    queryKey: ['reports', me.market.id],
    queryFn: () => api.get<ReportCatalogue>(`/v1/markets/${me.market.id}/reports`),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <div className="stack">
      <Answer of={catalogue}>
        {({ items }) => {
          const info = items.find((one) => one.id === id)
          return info === undefined ? (
            <ReportList items={items} />
          ) : (
            <ReportView key={id} me={me} info={info} query={query} />
          )
        }}
      </Answer>
    </div>
  )
}

/** Every report that this role may read, with the question that it answers. */
function ReportList({ items }: { items: readonly ReportInfo[] }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  return (
    <>
      <h1>{w.title}</h1>
      {items.length === 0 ? <Empty>{w.nothing}</Empty> : null}
      <p className="tv-quiet">{w.about}</p>
      <div className="cards">
        {items.map(({ id, title, about }) => (
          <a key={id} className="tile opens" href={addressOf(`reports/${id}`)}>
            <span className="tile-title">{title[language]}</span>
            <span className="tile-more">{about[language]}</span>
          </a>
        ))}
      </div>
    </>
  )
}
