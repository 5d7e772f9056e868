import { roleCan, type Me, type RoundPreview, type RoundProblem } from '@tienve/contracts'
import { Card, fill, useWords, type Words } from '@tienve/ui'
import { addressOf } from '../../route.ts'
import { SERVICE_WORDS } from '../../services.ts'

const WORDS = {
  title: {
    vi: 'Còn thiếu {count} chỗ, chưa đề xuất được',
    en: '{count} things are missing before it can be proposed',
  },
  more: { vi: 'Xem cả {count}', en: 'All {count}' },
}

const PROBLEM_WORDS: Words<RoundProblem> = {
  reading_missing: { vi: 'Chưa đọc chỉ số', en: 'Not read' },
  reading_unconfirmed: { vi: 'Số lạ chưa xem lại', en: 'Odd and not looked at again' },
  price_missing: { vi: 'Chưa có giá', en: 'No price' },
}

const AT_ONCE = 12

/** What keeps the month from being proposed, each a way to where it is mended. */
export function Problems({
  me,
  period,
  problems,
}: {
  me: Me
  period: string
  problems: RoundPreview['problems']
}) {
  const w = useWords(WORDS)
  const names = useWords(PROBLEM_WORDS)
  if (problems.length === 0) return null
  return (
    <Card title={fill(w.title, { count: problems.length })}>
      {[...Map.groupBy(problems, ({ problem }) => problem)].map(([problem, some]) => (
        <div key={problem}>
          <h3>
            {names[problem]} ({some.length})
          </h3>
          <Ways me={me} period={period} some={some.slice(0, AT_ONCE)} />
          {some.length > AT_ONCE ? (
            <details>
              <summary className="touch-summary">{fill(w.more, { count: some.length })}</summary>
              <Ways me={me} period={period} some={some.slice(AT_ONCE)} />
            </details>
          ) : null}
        </div>
      ))}
    </Card>
  )
}

function Ways({ me, period, some }: { me: Me; period: string; some: RoundPreview['problems'] }) {
  const services = useWords(SERVICE_WORDS)
  const mayRead = roleCan(me.user.role, 'readings.read')
  return (
    <ul className="ways">
      {some.map(({ problem, stallCode, meterId, service }) => {
        const words = service === null ? stallCode : `${stallCode} · ${services[service].toLowerCase()}`
        const way =
          problem === 'price_missing'
            ? addressOf('tariffs')
            : addressOf('readings', { period, meter: meterId ?? undefined })
        return (
          <li key={`${stallCode} ${meterId} ${service}`}>
            {problem === 'price_missing' || mayRead ? (
              <a className="text-link" href={way}>
                {words}
              </a>
            ) : (
              words
            )}
          </li>
        )
      })}
    </ul>
  )
}
