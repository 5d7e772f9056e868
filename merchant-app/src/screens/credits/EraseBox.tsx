import { useMutation } from '@tanstack/react-query'
import { Button, Card, ErrorPanel, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  open: { vi: 'Xóa tên khách này', en: 'Erase this name' },
  what: {
    vi: 'Tên, số điện thoại và mua gì sẽ mất hẳn. Số tiền ở lại trong sổ.',
    en: 'The name, the phone and what was bought go for good. The sums stay.',
  },
  yes: { vi: 'Đúng, xóa tên', en: 'Yes, erase' },
  no: { vi: 'Để vậy', en: 'Leave it' },
}

/** Who a shopper is may be forgotten, when they ask it or nobody needs it; what was owed and paid stays. */
export function EraseBox({ customerId, onErased }: { customerId: string; onErased: () => void }) {
  const w = useWords(WORDS)
  const [isAsked, setAsked] = useState(false)
  const erase = useMutation({
    mutationFn: () => api.post(`/v1/credit-customers/${customerId}/erase`),
    onSuccess: onErased,
  })
  if (!isAsked)
    return (
      <Button kind="quiet" onClick={() => setAsked(true)}>
        {w.open}
      </Button>
    )
  return (
    <Card>
      <p>{w.what}</p>
      {erase.isError ? <ErrorPanel error={erase.error} /> : null}
      <Button kind="danger" disabled={erase.isPending} onClick={() => erase.mutate()}>
        {w.yes}
      </Button>
      <Button kind="quiet" onClick={() => setAsked(false)}>
        {w.no}
      </Button>
    </Card>
  )
}
