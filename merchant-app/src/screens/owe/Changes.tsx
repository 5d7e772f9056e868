import { useQuery } from '@tanstack/react-query'
import type { ChangeKind, ChargeDetail } from '@tienve/contracts'
import { ErrorPanel, fullDateOf, Loading, Money, useWords, type Words } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = { title: { vi: 'Đã thay đổi', en: 'What has changed' } }

const KIND_WORDS: Words<ChangeKind> = {
  adjusted: { vi: 'Điều chỉnh', en: 'Adjusted' },
  relieved: { vi: 'Miễn giảm', en: 'Relieved' },
  written_off: { vi: 'Xóa nợ', en: 'Written off' },
}

/** What was changed of a charge since it was issued, with the reason; read when it is opened. */
export function Changes({ chargeId }: { chargeId: string }) {
  const w = useWords(WORDS)
  const kinds = useWords(KIND_WORDS)
  const [isOpen, setOpen] = useState(false)
  const detail = useQuery({
    queryKey: ['charge', chargeId],
    queryFn: () => api.get<ChargeDetail>(`/v1/charges/${chargeId}`),
    enabled: isOpen,
  })
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{w.title}</summary>
      {isOpen && detail.isPending ? <Loading /> : null}
      {detail.isError ? <ErrorPanel error={detail.error} onRetry={() => void detail.refetch()} /> : null}
      {detail.data?.changes.map(({ id, kind, amountVnd, reason, decidedAt }) => (
        <p key={id}>
          <b>
            {kinds[kind]} <Money vnd={amountVnd} />
          </b>{' '}
          {decidedAt === null ? null : fullDateOf(decidedAt)} · {reason}
        </p>
      ))}
    </details>
  )
}
