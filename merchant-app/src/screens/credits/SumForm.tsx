import { useMutation } from '@tanstack/react-query'
import { formatVnd } from '@tienve/money'
import { Button, Card, ErrorPanel, Field, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { SumField } from '../helping/ShiftBox.tsx'

const WORDS = {
  amount: { vi: 'Bao nhiêu (đồng)', en: 'How much (đồng)' },
  most: { vi: 'Nhiều nhất {sum}.', en: 'At most {sum}.' },
  save: { vi: 'Ghi lại', en: 'Note it' },
  leave: { vi: 'Thôi', en: 'Leave it' },
}

/** One line of the book: a sum, which is all there is of it unless another is typed, and words where some are asked for. */
export function SumForm<T>(props: {
  title: string
  hint?: string
  mostVnd?: number
  words?: string
  leastWords?: number
  save: (amountVnd: number, words: string, idempotencyKey: string) => Promise<T>
  onSaved: (saved: T) => void
  onBack: () => void
}) {
  const { mostVnd } = props
  const w = useWords(WORDS)
  const [amount, setAmount] = useState(mostVnd === undefined ? '' : String(mostVnd))
  const [words, setWords] = useState('')
  const [key] = useState(() => crypto.randomUUID())
  const save = useMutation({
    mutationFn: () => props.save(Number(amount), words.trim(), key),
    onSuccess: props.onSaved,
  })
  const isTooMuch = mostVnd !== undefined && Number(amount) > mostVnd
  return (
    <Card title={props.title}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <SumField id="sum" label={w.amount} value={amount} onChange={setAmount} />
        {isTooMuch ? <p role="alert">{fill(w.most, { sum: formatVnd(BigInt(mostVnd)) })}</p> : null}
        {props.words === undefined ? null : (
          <Field
            id="words"
            label={props.words}
            autoComplete="off"
            maxLength={120}
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
        )}
        {props.hint === undefined ? null : <p className="hint">{props.hint}</p>}
        {save.isError ? <ErrorPanel error={save.error} /> : null}
        <Button
          type="submit"
          disabled={
            save.isPending ||
            Number(amount) === 0 ||
            isTooMuch ||
            words.trim().length < (props.leastWords ?? 0)
          }
        >
          {w.save}
        </Button>
        <Button kind="quiet" onClick={props.onBack}>
          {w.leave}
        </Button>
      </form>
    </Card>
  )
}
