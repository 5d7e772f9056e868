import type { Collection, Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, errorWords, fill, useLanguage, useWords } from '@tienve/ui'
import { useMarkRead } from '../../walk/phone.ts'
import { isOdd, type Entry } from '../../walk/queue.ts'

const WORDS = {
  refused: { vi: 'Máy chủ không nhận', en: 'The service did not take it' },
  changed: { vi: 'Khác lúc thu', en: 'Not as it was' },
  keep: {
    vi: 'Giữ tiền và biên nhận {number}, đưa kế toán xem khi về văn phòng.',
    en: 'Keep the money and the receipt {number}, and show them to the accountant.',
  },
  meanwhile: {
    vi: 'Sạp đã nộp trong lúc đó: {sum} giữ làm tiền nộp trước.',
    en: 'The stall had paid meanwhile: {sum} is kept as paid in advance.',
  },
  more: {
    vi: 'Sạp nợ nhiều hơn lúc thu: còn khoản khác chưa nộp.',
    en: 'The stall owed more by then: something else is still to be paid.',
  },
  read: { vi: 'Đã đọc', en: 'I have read it' },
}

/** What came of a deed that the collector does not expect, in plain words, until it is read. */
export function Odd({ me, entry }: { me: Me; entry: Entry }) {
  const w = useWords(WORDS)
  const said = useSaid(entry)
  const mark = useMarkRead(me)
  if (!isOdd(entry)) return null
  return (
    <Card className="odd no-print" title={entry.state === 'refused' ? w.refused : w.changed}>
      <p>{said}</p>
      {entry.state === 'refused' && 'number' in entry ? (
        <p>{fill(w.keep, { number: entry.number })}</p>
      ) : null}
      {entry.readAt === null ? (
        <Button kind="quiet" disabled={mark.isPending} onClick={() => mark.mutate(entry.key)}>
          {w.read}
        </Button>
      ) : null}
    </Card>
  )
}

function useSaid({ answer, problem }: Entry): string {
  const w = useWords(WORDS)
  const language = useLanguage()
  if (problem !== null) {
    const words = Object.hasOwn(errorWords, problem.code)
      ? errorWords[problem.code as keyof typeof errorWords]
      : errorWords.internal
    return words[language]
  }
  if (!isCollection(answer)) return ''
  return answer.conflict === 'owed_more' ? w.more : fill(w.meanwhile, { sum: formatVnd(answer.creditVnd) })
}

function isCollection(answer: Entry['answer']): answer is Collection {
  return answer !== null && 'conflict' in answer
}
