import { Button, Field, useWords } from '@tienve/ui'

const WORDS = {
  add: { vi: 'Ghi chú', en: 'Add a note' },
  note: { vi: 'Ghi chú: bán gì, cho ai', en: 'A note: what, for whom' },
}
/** What is read at a glance beside a sum. */
const LONGEST_NOTE = 50

/** A note to what is asked for or taken: one tap away, and in nobody's way. */
export function NoteField({ note, onChange }: { note: string | null; onChange: (note: string) => void }) {
  const w = useWords(WORDS)
  if (note === null)
    return (
      <Button kind="quiet" className="small" onClick={() => onChange('')}>
        {w.add}
      </Button>
    )
  return (
    <Field
      id="note"
      label={w.note}
      autoComplete="off"
      maxLength={LONGEST_NOTE}
      value={note}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
