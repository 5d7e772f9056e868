import { ApiError } from '@tienve/contracts'
import { ErrorPanel, fill, useWords } from '@tienve/ui'

const WORDS = { look: { vi: 'Xem lại: {fields}.', en: 'Look again at: {fields}.' } }

/** Why a form was refused, and which of its fields are at fault, by the labels that stand over them. */
export function Refused({ error, labels }: { error: unknown; labels: Partial<Record<string, string>> }) {
  const w = useWords(WORDS)
  const fields = error instanceof ApiError ? Object.keys(error.problem.fields ?? {}) : []
  const named = [...new Set(fields.map((field) => labels[field.split('.')[0] ?? ''] ?? field))]
  return (
    <>
      <ErrorPanel error={error} />
      {named.length === 0 ? null : <p className="tv-bad">{fill(w.look, { fields: named.join(', ') })}</p>}
    </>
  )
}
