import './credits.css'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import type { CreditCustomer, CreditCustomerList } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Card, Empty, ErrorPanel, fill, Loading, Money, useWords } from '@tienve/ui'
import { useEffect, useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { creditDraft } from '../keypad.ts'
import { CreditSaleForm } from './CreditSaleForm.tsx'
import { CustomerView } from './CustomerView.tsx'

const WORDS = {
  title: { vi: 'Sổ mua chịu', en: 'Credit book' },
  owed: { vi: 'Khách còn nợ', en: 'Shoppers owe' },
  surplus: { vi: 'Phải trả lại khách {sum}', en: '{sum} to give back' },
  none: { vi: 'Chưa ai mua chịu.', en: 'Nobody buys on credit.' },
  how: {
    vi: 'Khách lấy hàng, hẹn trả sau: ghi ở đây. Khách trả bằng mã thì máy tự trừ.',
    en: 'Goods now, money later: note it here. What is paid by its code is taken off by itself.',
  },
  add: { vi: 'Ghi nợ', en: 'Note a debt' },
  erased: { vi: 'Khách đã xóa tên', en: 'A shopper whose name was erased' },
  books: {
    vi: 'Tiền bán chịu chưa nằm trong tiền hôm nay và sổ doanh thu; khách trả ngày nào thì tính ngày đó. Cơ quan thuế có tính từ ngày giao hàng hay không, chúng tôi chưa kiểm được: nên hỏi.',
    en: 'What is sold on credit is in no total and no revenue book before it is paid; it counts on that day. Whether the tax office counts it from the day of the goods we could not check: ask them.',
  },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** Who owes the stall for what they bought, the most first; one tap to each. */
export function CreditsScreen({ stall, onBack }: PageProps) {
  const queries = useQueryClient()
  const [draft, setDraft] = useState(() => queries.getQueryData<number>(creditDraft(stall.id)) ?? null)
  const [shown, setShown] = useState<{ id: string } | 'new' | null>(draft === null ? null : 'new')
  // Read, it is gone: whoever leaves by a tab and comes back notes another debt.
  useEffect(
    () => queries.removeQueries({ queryKey: creditDraft(stall.id), exact: true }),
    [queries, stall.id],
  )
  const leave = (next: typeof shown): void => {
    setDraft(null)
    setShown(next)
  }
  const list = useQuery({
    queryKey: ['credits', stall.id],
    queryFn: () => api.get<CreditCustomerList>(`/v1/stalls/${stall.id}/credit-customers`),
  })
  if (shown === 'new')
    return (
      <CreditSaleForm
        stallId={stall.id}
        customers={list.data?.items ?? []}
        amountVnd={draft}
        onDone={(id) => leave({ id })}
        onBack={() => leave(null)}
      />
    )
  if (shown !== null) return <CustomerView stall={stall} id={shown.id} onBack={() => setShown(null)} />
  return (
    <CustomerList
      list={list}
      onNew={() => setShown('new')}
      onOpen={(id) => setShown({ id })}
      onBack={onBack}
    />
  )
}

function CustomerList(props: {
  list: {
    data: CreditCustomerList | undefined
    isPending: boolean
    error: Error | null
    refetch: () => unknown
  }
  onNew: () => void
  onOpen: (id: string) => void
  onBack: () => void
}) {
  const { list } = props
  const w = useWords(WORDS)
  const items = list.data?.items ?? []
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {list.isPending ? <Loading /> : null}
      {list.error === null ? null : <ErrorPanel error={list.error} onRetry={() => void list.refetch()} />}
      {items.length === 0 && list.data !== undefined ? (
        <Empty>
          {w.none} {w.how}
        </Empty>
      ) : null}
      {list.data === undefined || items.length === 0 ? null : (
        <Card title={w.owed}>
          <p className="total">
            <Money vnd={list.data.owedVnd} />
          </p>
          {list.data.surplusVnd === 0 ? null : (
            <p className="credit-surplus">
              {fill(w.surplus, { sum: formatVnd(BigInt(list.data.surplusVnd)) })}
            </p>
          )}
        </Card>
      )}
      <Button onClick={props.onNew}>{w.add}</Button>
      {items.length === 0 ? null : (
        <ul className="customers" data-testid="customers">
          {items.map((one) => (
            <CustomerRow key={one.id} customer={one} onOpen={() => props.onOpen(one.id)} />
          ))}
        </ul>
      )}
      <p className="hint">{w.books}</p>
      <Button kind="quiet" onClick={props.onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function CustomerRow({ customer, onOpen }: { customer: CreditCustomer; onOpen: () => void }) {
  const w = useWords(WORDS)
  const { name, owedVnd, surplusVnd } = customer
  return (
    <li>
      <button type="button" onClick={onOpen}>
        <span>{name === '' ? w.erased : name}</span>
        <b>
          <Money vnd={owedVnd} />
        </b>
        {surplusVnd === 0 ? null : (
          <span className="credit-surplus">{fill(w.surplus, { sum: formatVnd(BigInt(surplusVnd)) })}</span>
        )}
      </button>
    </li>
  )
}
