import { useMutation, useQueryClient } from '@tanstack/react-query'
import { roleCan, type Connection, type DeadLetters, type Me } from '@tienve/contracts'
import { Button, Empty, ErrorPanel, fill, Mark, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { nameOf } from './words.ts'

const WORDS = {
  what: {
    vi: 'Tin đã chứng thực, đã cất nguyên văn, nhưng đọc hoặc xử lý không được. Tiền trong đó chưa vào sổ cho đến khi xử lý lại.',
    en: 'Messages that were proved and kept as they came, but could not be read or processed. Their money is in no book until they are.',
  },
  none: { vi: 'Không có tin nào hỏng.', en: 'Every message was read.' },
  replay: { vi: 'Xử lý lại', en: 'Process again' },
  sent: { vi: 'Đang xử lý lại', en: 'Being processed again' },
  of: {
    vi: '{provider} · {bytes} byte · thử {attempts} lần',
    en: '{provider} · {bytes} bytes · tried {attempts} times',
  },
  malformed: { vi: 'Đọc không được', en: 'Cannot be read' },
  dead: { vi: 'Xử lý không được', en: 'Cannot be processed' },
}

/** What a reading stumbled over, by the code that stands first in a problem. */
const PROBLEMS = {
  content_type_unsupported: { vi: 'Sai kiểu nội dung', en: 'A content type that is not taken' },
  body_not_utf8: { vi: 'Sai bảng mã chữ', en: 'The bytes are no UTF-8' },
  body_unreadable: { vi: 'Nội dung vỡ hoặc cụt', en: 'The content is broken or cut' },
  field_repeated: { vi: 'Một ô bị ghi hai lần', en: 'A field stands there twice' },
  field_missing: { vi: 'Thiếu một ô', en: 'A field is missing' },
  event_id_invalid: { vi: 'Mã giao dịch không dùng được', en: 'The movement’s id cannot be one' },
  amount_unreadable: { vi: 'Số tiền đọc không được', en: 'The amount cannot be read' },
  amount_fractional: { vi: 'Số tiền có phần lẻ của đồng', en: 'The amount has a fraction of a đồng' },
  amount_not_positive: { vi: 'Số tiền bằng không hoặc âm', en: 'The amount is zero or less' },
  time_unreadable: { vi: 'Giờ giao dịch đọc không được', en: 'The time cannot be read' },
}

export function LettersView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const market = me.market.id
  const pages = usePages<DeadLetters>(
    ['letters', market],
    `/v1/markets/${market}/feeds/dead-letters`,
    { limit: 50 },
    { lookAgainMs: () => 10_000 },
  )
  return (
    <>
      <p>{w.what}</p>
      <Answer of={pages}>
        {({ pages: shown }) => {
          const letters = shown.flatMap(({ items }) => items)
          if (letters.length === 0) return <Empty>{w.none}</Empty>
          return (
            <Letters
              canReplay={roleCan(me.user.role, 'connections.write')}
              letters={letters.map((one) => ({
                ...one,
                more: fill(w.of, {
                  provider: nameOf({ name: one.connectionName, provider: one.provider }),
                  bytes: one.bytes ?? 0,
                  attempts: one.attempts,
                }),
              }))}
            />
          )
        }}
      </Answer>
      <More of={pages} />
    </>
  )
}

type Letter = Connection['letters'][number] & { more?: string }

/** Messages that came to nothing, each with why and the way to try it again. */
export function Letters({ letters, canReplay }: { letters: readonly Letter[]; canReplay: boolean }) {
  return (
    <ul className="letters">
      {letters.map((letter) => (
        <LetterRow key={letter.id} letter={letter} canReplay={canReplay} />
      ))}
    </ul>
  )
}

function LetterRow({ letter, canReplay }: { letter: Letter; canReplay: boolean }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const problems = useWords(PROBLEMS)
  const replay = useMutation({
    mutationFn: () => api.post(`/v1/feeds/dead-letters/${letter.id}/replay`),
    onSuccess: () => queries.invalidateQueries({ predicate: ({ queryKey }) => isAboutLetters(queryKey[0]) }),
  })
  const [code = '', field] = letter.problem?.split(': ') ?? []
  const known = (Object.keys(PROBLEMS) as (keyof typeof PROBLEMS)[]).find((one) => one === code)
  return (
    <li>
      <Mark kind="bad">{`${w[letter.state]} · ${whenOf(letter.receivedAt)}`}</Mark>
      <span>
        {known === undefined ? (letter.problem ?? '') : problems[known]}
        {known === undefined || field === undefined ? null : <code> {field}</code>}
      </span>
      {letter.more === undefined ? null : <span className="tile-more">{letter.more}</span>}
      {replay.isError ? <ErrorPanel error={replay.error} /> : null}
      {canReplay ? (
        <Button
          kind="quiet"
          className="small"
          disabled={replay.isPending || replay.isSuccess}
          onClick={() => replay.mutate()}
        >
          {replay.isSuccess ? w.sent : w.replay}
        </Button>
      ) : null}
    </li>
  )
}

function isAboutLetters(name: unknown): boolean {
  return name === 'letters' || name === 'health' || name === 'connection'
}
