import { Button, Field, useWords } from '@tienve/ui'
import type { ReactNode } from 'react'

const WORDS = {
  from: { vi: 'Từ ngày', en: 'From' },
  to: { vi: 'Đến ngày', en: 'To' },
  show: { vi: 'Xem', en: 'Show' },
}

/** Asks for a span of days. What is chosen goes to the address, so the form is made anew when the address changes. */
export function Period({
  from,
  to,
  onChange,
  children,
}: {
  from: string | undefined
  to: string | undefined
  onChange: (from: string, to: string) => void
  children?: ReactNode
}) {
  const w = useWords(WORDS)
  return (
    <form
      key={`${from} ${to}`}
      className="filters"
      onSubmit={(event) => {
        event.preventDefault()
        const typed = new FormData(event.currentTarget)
        onChange(text(typed.get('from')), text(typed.get('to')))
      }}
    >
      <Field id="from" name="from" type="date" label={w.from} defaultValue={from} />
      <Field id="to" name="to" type="date" label={w.to} defaultValue={to} />
      <Button type="submit" kind="quiet">
        {w.show}
      </Button>
      {children}
    </form>
  )
}

function text(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : ''
}
