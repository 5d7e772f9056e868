import { ApiError } from '@tienve/contracts'
import { ErrorPanel, fill, useWords } from '@tienve/ui'

const WORDS = {
  overlaps: { vi: 'Hợp đồng đang trùng: {number}', en: 'The other contract: {number}' },
}

/** Why the register took something not, with the number of the contract that stands in the way. */
export function Refusal({ error }: { error: unknown }) {
  const w = useWords(WORDS)
  if (error === null) return null
  const number = error instanceof ApiError ? error.problem.fields?.['overlaps'] : undefined
  return (
    <div className="wide stack">
      <ErrorPanel error={error} />
      {number === undefined ? null : <p className="tv-bad">{fill(w.overlaps, { number })}</p>}
    </div>
  )
}
