import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { CONSENT_VERSION, CONSENT_WORDS, type Consents, type Stall } from '@tienve/contracts'
import { Card, ErrorPanel, fill, useLanguage, useWords, whenOf } from '@tienve/ui'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Ban quản lý chợ xem tiền bán của sạp?', en: 'May the board see what the stall sells?' },
  yes: { vi: 'Cho xem', en: 'Let them see' },
  no: { vi: 'Không cho xem', en: 'Do not let them' },
  said: { vi: 'Bạn đã chọn', en: 'What you chose' },
  given: { vi: '{when}: cho xem', en: '{when}: let them see' },
  withdrawn: { vi: '{when}: không cho xem', en: '{when}: not let them' },
  on: { vi: ' · trên máy {device}', en: ' · on {device}' },
  never: { vi: 'Chưa chọn lần nào, nên không ai xem.', en: 'Nothing was chosen yet, so nobody sees.' },
}

/** Two ways of the same size, neither chosen for her: what each means, and what she said before. */
export function ConsentCard({ stall }: { stall: Stall }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const queries = useQueryClient()
  const history = useQuery({
    queryKey: ['consents', stall.id],
    queryFn: () => api.get<Consents>(`/v1/stalls/${stall.id}/consents`),
  })
  const say = useMutation({
    mutationFn: (salesConsent: boolean) =>
      api.put<Stall>(`/v1/stalls/${stall.id}/consent`, { salesConsent, words: CONSENT_VERSION }),
    onSuccess: (next) => {
      queries.setQueryData(['stall', stall.id], next)
      void queries.invalidateQueries({ queryKey: ['consents', stall.id] })
    },
  })
  const said = history.data?.items
  // Of a stall that never chose neither way is marked: what is so by itself is no choice of hers.
  const chosen = said === undefined || said.length === 0 ? null : stall.salesConsent
  return (
    <Card title={w.title}>
      <ul className="plain">
        {CONSENT_WORDS[CONSENT_VERSION][language].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      {say.isError ? <ErrorPanel error={say.error} /> : null}
      <div className="two-ways">
        {([true, false] as const).map((given) => (
          <button
            key={String(given)}
            type="button"
            className="tv-button quiet"
            aria-pressed={chosen === given}
            disabled={say.isPending}
            onClick={() => say.mutate(given)}
          >
            {chosen === given ? '✓ ' : ''}
            {given ? w.yes : w.no}
          </button>
        ))}
      </div>
      {history.isError ? <ErrorPanel error={history.error} onRetry={() => void history.refetch()} /> : null}
      {said === undefined ? null : said.length === 0 ? (
        <p className="hint">{w.never}</p>
      ) : (
        <>
          <h3>{w.said}</h3>
          <ul className="plain hint" data-testid="consents">
            {said.map(({ id, given, at, device }) => (
              <li key={id}>
                {fill(given ? w.given : w.withdrawn, { when: whenOf(at) })}
                {device === null ? '' : fill(w.on, { device })}
              </li>
            ))}
          </ul>
        </>
      )}
    </Card>
  )
}
