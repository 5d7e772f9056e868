import { useMutation, useQueryClient } from '@tanstack/react-query'
import { formatVnd } from '@tienve/money'
import { Banner, Button, ErrorPanel, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { letSleep } from '../push.ts'
import { changeSession } from '../session.ts'
import { strandedBy, type UnsentSale } from './unsent.ts'

const WORDS = {
  leave: { vi: 'Ra khỏi sạp', en: 'Log out' },
  stranded: {
    vi: '{count} lần tiền mặt chưa gửi xong ({sum}). Ra rồi máy không gửi nữa. Phải vào lại trên máy này trong 7 ngày từ lúc bán, quá hạn sổ không nhận.',
    en: '{count} cash sales are not sent yet ({sum}). Once you log out they stay here. Log in again on this phone within 7 days of the sale: after that the books refuse them.',
  },
  stay: { vi: 'Ở lại', en: 'Stay' },
  all: { vi: 'Vẫn ra khỏi sạp', en: 'Log out all the same' },
}

/** The way out. It asks once more where cash would be left on this phone: nobody else can send it, and the books wait a week. */
export function LeaveBox({ unsent }: { unsent: readonly UnsentSale[] }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isAsked, setAsked] = useState(false)
  const leave = useMutation({
    mutationFn: async () => {
      // Without a network the browser stays as it is, and leaving must not wait for that.
      await letSleep().catch(() => {})
      await api.delete('/v1/sessions/current')
    },
    onSuccess: () => changeSession(queries, null),
  })
  const stranded = strandedBy(unsent)
  const isAsking = isAsked && stranded !== null
  return (
    <>
      {leave.isError ? <ErrorPanel error={leave.error} /> : null}
      {isAsking ? (
        <>
          <Banner kind="warn" testId="stranded">
            {fill(w.stranded, { count: stranded.count, sum: formatVnd(stranded.sumVnd) })}
          </Banner>
          <Button onClick={() => setAsked(false)}>{w.stay}</Button>
        </>
      ) : null}
      <Button
        kind="danger"
        disabled={leave.isPending}
        onClick={() => (stranded === null || isAsking ? leave.mutate() : setAsked(true))}
      >
        {isAsking ? w.all : w.leave}
      </Button>
    </>
  )
}
