import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { CreateTariffDecision, TariffDecision } from '@tienve/contracts'
import { Button, Field, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Refused } from '../../Refused.tsx'
import { todayHere } from '../../services.ts'

const WORDS = {
  add: { vi: 'Ghi quyết định mới', en: 'Enter a decision' },
  number: { vi: 'Số quyết định', en: 'Number' },
  issuedOn: { vi: 'Ngày ký', en: 'Signed on' },
  issuer: { vi: 'Nơi ban hành', en: 'Issued by' },
  title: { vi: 'Về việc', en: 'About' },
  save: { vi: 'Ghi quyết định', en: 'Save the decision' },
}

/** A decision is entered once, and prices are entered under it. */
export function DecisionForm({ market }: { market: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const empty: CreateTariffDecision = { number: '', issuedOn: todayHere(), issuer: '', title: '' }
  const [input, setInput] = useState(empty)
  const [key, setKey] = useState(() => crypto.randomUUID())
  const add = useMutation({
    mutationFn: () =>
      api.post<TariffDecision>(`/v1/markets/${market}/tariff-decisions`, input, { idempotencyKey: key }),
    onSuccess: () => {
      setInput(empty)
      return queries.invalidateQueries({ queryKey: ['tariff-decisions'] })
    },
    onSettled: () => setKey(crypto.randomUUID()),
  })
  const field = (name: keyof CreateTariffDecision, type = 'text') => ({
    id: `decision-${name}`,
    type,
    label: w[name],
    required: true,
    value: input[name],
    onChange: (event: { target: { value: string } }) => setInput({ ...input, [name]: event.target.value }),
  })
  return (
    <details>
      <summary className="touch-summary">{w.add}</summary>
      <form
        className="stack inset"
        onSubmit={(event) => {
          event.preventDefault()
          add.mutate()
        }}
      >
        <div className="two">
          <Field {...field('number')} maxLength={80} />
          <Field {...field('issuedOn', 'date')} />
          <Field {...field('issuer')} maxLength={120} />
          <Field {...field('title')} maxLength={200} />
        </div>
        {add.isError ? <Refused error={add.error} labels={w} /> : null}
        <Button type="submit" disabled={add.isPending}>
          {w.save}
        </Button>
      </form>
    </details>
  )
}
