import { useWords } from '@tienve/ui'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Tải về máy', en: 'Take it away' },
}
const KINDS = [
  ['pdf', 'PDF'],
  ['xlsx', 'Excel'],
  ['csv', 'CSV'],
] as const

/** One sheet as each kind of file. `path` is without the ending. */
export function Downloads({ path, query }: { path: string; query: string }) {
  const w = useWords(WORDS)
  return (
    <div className="downloads" role="group" aria-label={w.title}>
      <b>{w.title}</b>
      {KINDS.map(([kind, name]) => (
        <a
          key={kind}
          className="tv-button quiet"
          download
          href={`${api.address(`${path}.${kind}`)}?${query}`}
        >
          {name}
        </a>
      ))}
    </div>
  )
}
