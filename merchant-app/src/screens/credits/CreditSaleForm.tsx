import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CreateCreditSale, CreditCustomer, CreditWritten } from '@tienve/contracts'
import { Button, ErrorPanel, Field, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { SumField } from '../helping/ShiftBox.tsx'

const WORDS = {
  title: { vi: 'Ghi nợ', en: 'Note a debt' },
  amount: { vi: 'Bao nhiêu (đồng)', en: 'How much (đồng)' },
  who: { vi: 'Ai? (tên hay gọi)', en: 'Who? (as you call them)' },
  phone: { vi: 'Số điện thoại (không bắt buộc)', en: 'Phone (optional)' },
  what: { vi: 'Mua gì? (không bắt buộc)', en: 'What for? (optional)' },
  known: { vi: 'Khách đã có trong sổ', en: 'Already in the book' },
  save: { vi: 'Ghi vào sổ', en: 'Write it down' },
  back: { vi: 'Thôi', en: 'Leave it' },
}
const SUGGESTED = 6

/** Who took goods and pays later: a shopper of the book in one tap, or a new one by the name that she calls them. */
export function CreditSaleForm(props: {
  stallId: string
  customers: readonly CreditCustomer[]
  /** What was typed on the keypad, or null. */
  amountVnd: number | null
  onDone: (customerId: string) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [amount, setAmount] = useState(props.amountVnd === null ? '' : String(props.amountVnd))
  const [name, setName] = useState('')
  const [phone, setPhone] = useState('')
  const [note, setNote] = useState('')
  const [customerId, setCustomerId] = useState<string | null>(null)
  const [key] = useState(() => crypto.randomUUID())
  const named = customerId === null ? { name: name.trim(), phone: phone.trim() } : { customerId }
  const body: CreateCreditSale = { ...named, amountVnd: Number(amount), note: note.trim() }
  const save = useMutation({
    mutationFn: () =>
      api.post<CreditWritten>(`/v1/stalls/${props.stallId}/credit-sales`, body, { idempotencyKey: key }),
    onSuccess: async (written) => {
      await queries.invalidateQueries({ queryKey: ['credits'] })
      props.onDone(written.customerId)
    },
  })
  const found = props.customers
    .filter((one) => one.name !== '' && one.name.toLowerCase().includes(name.trim().toLowerCase()))
    .slice(0, SUGGESTED)
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <h1>{w.title}</h1>
      <SumField id="credit-amount" label={w.amount} value={amount} onChange={setAmount} />
      <Field
        id="credit-name"
        label={w.who}
        autoComplete="off"
        maxLength={60}
        value={name}
        onChange={(event) => {
          setCustomerId(null)
          setName(event.target.value)
        }}
      />
      {found.length === 0 ? null : (
        <div className="known" role="group" aria-label={w.known}>
          {found.map((one) => (
            <button
              key={one.id}
              type="button"
              aria-pressed={customerId === one.id}
              onClick={() => {
                setCustomerId(customerId === one.id ? null : one.id)
                setName(one.name)
              }}
            >
              {one.name} <Money vnd={one.owedVnd} />
            </button>
          ))}
        </div>
      )}
      {customerId === null ? (
        <Field
          id="credit-phone"
          label={w.phone}
          inputMode="tel"
          autoComplete="off"
          maxLength={20}
          value={phone}
          onChange={(event) => setPhone(event.target.value)}
        />
      ) : null}
      <Field
        id="credit-what"
        label={w.what}
        autoComplete="off"
        maxLength={120}
        value={note}
        onChange={(event) => setNote(event.target.value)}
      />
      {save.isError ? <ErrorPanel error={save.error} /> : null}
      <Button type="submit" disabled={save.isPending || body.amountVnd === 0 || name.trim() === ''}>
        {w.save}
      </Button>
      <Button kind="quiet" onClick={props.onBack}>
        {w.back}
      </Button>
    </form>
  )
}
