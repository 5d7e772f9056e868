import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CodeCheck, CodeResult, CreateCodeCheck, Me } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, Field, fill, Loading, useWords } from '@tienve/ui'
import { CodeScanner, CodeVerdict, type Read } from '@tienve/ui/scan'
import '@tienve/ui/scan.css'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { ALERTS } from './alerts.ts'

const WORDS = {
  back: { vi: '‹ Mã dán ở sạp', en: '‹ Codes at stalls' },
  title: { vi: 'Soi mã một sạp', en: 'Check a stall’s code' },
  which: { vi: 'Mã sạp', en: 'The stall’s code' },
  go: { vi: 'Soi sạp này', en: 'Check this stall' },
  orScan: {
    vi: 'Hoặc soi mã nhỏ “Kiểm tra mã này” in trên thẻ của sạp.',
    en: 'Or scan the small code “Kiểm tra mã này” on the stall’s card.',
  },
  noStall: {
    vi: 'Mã này không cho biết sạp nào. Soi mã nhỏ “Kiểm tra mã này”, hoặc gõ mã sạp.',
    en: 'This code names no stall. Scan the small one, or type the stall’s code.',
  },
  bank: {
    vi: 'Sạp {stall}: giờ soi mã trả tiền đang dán ở sạp.',
    en: '{stall}: now scan the code to pay by.',
  },
  again: { vi: 'Soi lại', en: 'Check again' },
  other: { vi: 'Soi sạp khác', en: 'Another stall' },
}

type Stalls = { items: { id: string; code: string; name: string }[] }
type StallName = Stalls['items'][number]

/** First which stall, typed or read from the small code of its card, then the code that shoppers pay by. */
export function CheckStall({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [stall, setStall] = useState<StallName | null>(null)
  const stalls = useQuery({
    queryKey: ['stalls', me.market.id],
    queryFn: () => api.get<Stalls>(`/v1/markets/${me.market.id}/stalls`),
  })
  return (
    <div className="stack">
      <a className="text-link touch-link" href="#/codes">
        {w.back}
      </a>
      <h1>{w.title}</h1>
      {stall === null ? (
        <Answer of={stalls}>{({ items }) => <WhichStall items={items} onStall={setStall} />}</Answer>
      ) : (
        <TheCode stall={stall} onOther={() => setStall(null)} />
      )}
    </div>
  )
}

function WhichStall({ items, onStall }: { items: StallName[]; onStall: (stall: StallName) => void }) {
  const w = useWords(WORDS)
  const [typed, setTyped] = useState('')
  const [tries, setTries] = useState(0)
  const find = (code: string): StallName | undefined =>
    items.find((one) => one.code.toLowerCase() === code.trim().toLowerCase())
  const read = ({ payload }: Read): void => {
    const found = find(stallCodeIn(payload))
    if (found === undefined) setTries(tries + 1)
    else onStall(found)
  }
  const named = find(typed)
  return (
    <>
      <Field
        id="stall-code"
        label={w.which}
        autoCapitalize="characters"
        list="stall-codes"
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
      />
      <datalist id="stall-codes">
        {items.map(({ id, code, name }) => (
          <option key={id} value={code}>
            {name}
          </option>
        ))}
      </datalist>
      <Button disabled={named === undefined} onClick={() => named !== undefined && onStall(named)}>
        {w.go}
      </Button>
      <p>{w.orScan}</p>
      {tries > 0 ? <Banner kind="warn">{w.noStall}</Banner> : null}
      <CodeScanner key={tries} onRead={read} onUnread={() => setTries(tries + 1)} />
    </>
  )
}

/** The stall in the address of a check page, `…/p/SD-AU01`; nothing where it is another address. */
function stallCodeIn(payload: string): string {
  const [, code = ''] = /\/p\/([^/?#]+)$/.exec(payload) ?? []
  try {
    return decodeURIComponent(code)
  } catch {
    return ''
  }
}

function TheCode({ stall, onOther }: { stall: StallName; onOther: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isUnread, setUnread] = useState(false)
  const ask = useMutation({
    mutationFn: (read: Read) =>
      api.post<CodeCheck>(`/v1/stalls/${stall.id}/code-checks`, read satisfies CreateCodeCheck, {
        idempotencyKey: crypto.randomUUID(),
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [ALERTS] }),
  })
  const again = (): void => {
    setUnread(false)
    ask.reset()
  }
  const result: CodeResult | 'unread' | undefined = isUnread ? 'unread' : ask.data?.result
  if (ask.isPending) return <Loading />
  return (
    <>
      <p>
        <b>{fill(w.bank, { stall: `${stall.code} ${stall.name}` })}</b>
      </p>
      {ask.isError ? <ErrorPanel error={ask.error} onRetry={again} /> : null}
      {result === undefined ? (
        <CodeScanner onRead={(read) => ask.mutate(read)} onUnread={() => setUnread(true)} />
      ) : (
        <>
          <CodeVerdict result={result} otherStallCode={ask.data?.otherStallCode ?? null} />
          {result === 'right' ? null : (
            <Button kind="quiet" onClick={again}>
              {w.again}
            </Button>
          )}
        </>
      )}
      <Button kind={result === undefined ? 'quiet' : 'main'} onClick={onOther}>
        {w.other}
      </Button>
    </>
  )
}
