import { useQuery } from '@tanstack/react-query'
import type { CreditAccount, PaymentRequest, Stall } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Loading, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { reminderOf } from './reminder.ts'

const WORDS = {
  title: { vi: 'Nhắc khách', en: 'Remind' },
  how: {
    vi: 'Máy không gửi giúp. Bấm Gửi rồi chọn Zalo hay tin nhắn của mình. Khách ghi đúng nội dung thì tiền về máy tự trừ nợ.',
    en: 'We send nothing. Tap Send and choose your own app. With that memo, what comes is taken off by itself.',
  },
  send: { vi: 'Gửi', en: 'Send' },
  copy: { vi: 'Chép lời nhắn', en: 'Copy' },
  copied: { vi: 'Đã chép', en: 'Copied' },
  back: { vi: 'Xong', en: 'Done' },
}

/** A text to send from her own phone, with a memo by which the transfer is known to be this shopper's. */
export function Reminder({
  stall,
  account,
  onBack,
}: {
  stall: Stall
  account: CreditAccount
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const [key] = useState(() => crypto.randomUUID())
  const [isCopied, setCopied] = useState(false)
  const request = useQuery({
    queryKey: ['credit reminder', key],
    queryFn: () =>
      api.post<PaymentRequest>(
        `/v1/credit-customers/${account.id}/payment-requests`,
        { amountVnd: account.owedVnd },
        { idempotencyKey: key },
      ),
    staleTime: Number.POSITIVE_INFINITY,
  })
  if (request.data === undefined)
    return request.isError ? (
      <ErrorPanel error={request.error} onRetry={() => void request.refetch()} />
    ) : (
      <Loading />
    )
  const text = reminderOf(stall, account.name, request.data, window.location.origin)
  return (
    <Card title={w.title}>
      <p className="reminder" data-testid="reminder">
        {text}
      </p>
      <p className="hint">{w.how}</p>
      {'share' in navigator ? (
        // Closing the sheet without a choice is no fault.
        <Button onClick={() => void navigator.share({ text }).catch(() => {})}>{w.send}</Button>
      ) : null}
      <Button
        kind="quiet"
        onClick={() =>
          void navigator.clipboard.writeText(text).then(
            () => setCopied(true),
            () => setCopied(false),
          )
        }
      >
        {isCopied ? w.copied : w.copy}
      </Button>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </Card>
  )
}
