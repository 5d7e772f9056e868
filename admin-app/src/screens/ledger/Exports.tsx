import { useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { queryText } from '../../route.ts'

const WORDS = {
  title: { vi: 'Tải sổ về', en: 'Download the books' },
  xlsx: { vi: 'Sổ nhật ký chung (Excel)', en: 'General journal (Excel)' },
  csv: { vi: 'Sổ nhật ký chung (CSV)', en: 'General journal (CSV)' },
  days: {
    vi: 'Sổ nhật ký chung theo ngày đang chọn ở ô tìm.',
    en: 'The general journal follows the days chosen in the search.',
  },
  whole: { vi: 'Toàn bộ sổ, kiểm chứng được (JSONL)', en: 'Everything, to be verified (JSONL)' },
  why: {
    vi: 'Tệp JSONL tự kiểm tra được, không cần máy chủ: giữ một bản ở nơi khác.',
    en: 'The JSONL file can be verified without this service: keep a copy elsewhere.',
  },
}

/** What the books can be taken away as. Plain links: the browser carries the session and saves the file. */
export function Exports({
  base,
  from,
  to,
}: {
  base: string
  from?: string | undefined
  to?: string | undefined
}) {
  const w = useWords(WORDS)
  const address = (format: string) => api.address(`${base}/export${queryText({ format, from, to })}`)
  return (
    <details className="exports">
      <summary>{w.title}</summary>
      <p className="tv-quiet">{w.days}</p>
      <div className="filters">
        <a className="tv-button quiet" href={address('xlsx')} download>
          {w.xlsx}
        </a>
        <a className="tv-button quiet" href={address('csv')} download>
          {w.csv}
        </a>
      </div>
      <p className="tv-quiet">{w.why}</p>
      <div className="filters">
        <a className="tv-button quiet" href={api.address(`${base}/export?format=jsonl`)} download>
          {w.whole}
        </a>
      </div>
    </details>
  )
}
