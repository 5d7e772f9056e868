import type { CreateCollection, Me, WalkStop } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Button, ErrorPanel, fill, useWords } from '@tienve/ui'
import { useState } from 'react'
import { CASH_KEYS, changeOf, NOTES, pressKey } from '../../walk/cash.ts'
import { useBooks, useDeviceId, useDo, useQueue } from '../../walk/phone.ts'
import { freePages } from '../../walk/queue.ts'
import { goTo } from '../../route.ts'
import { seenStop } from '../../walk/stops.ts'
import { BookAtHand } from './BookAtHand.tsx'

const WORDS = {
  back: { vi: '‹ {stall}', en: '‹ {stall}' },
  title: { vi: 'Thu tiền mặt', en: 'Take cash' },
  other: { vi: 'Số khác', en: 'Another sum' },
  all: { vi: 'Thu cả {sum}', en: 'All of {sum}' },
  erase: { vi: 'Xóa', en: 'Erase' },
  given: { vi: 'Đưa tờ', en: 'Notes given' },
  change: { vi: 'Thối lại', en: 'Give back' },
  missing: { vi: 'Còn thiếu', en: 'Missing' },
  even: { vi: 'Vừa đủ', en: 'Exact' },
  left: { vi: 'Còn nợ lại {sum}', en: '{sum} stays owed' },
  over: { vi: 'Thừa {sum}, giữ làm tiền nộp trước', en: '{sum} too much: kept as paid in advance' },
  done: { vi: 'Đã nhận {sum}', en: 'Received {sum}' },
}

/** Cash: what is owed stands there already, the notes given say what to give back, and one button makes the receipt. */
export function CashView({ me, asOf, stop }: { me: Me; asOf: string; stop: WalkStop }) {
  const w = useWords(WORDS)
  const queue = useQueue(me)
  const books = useBooks(me)
  const device = useDeviceId()
  const act = useDo(me)
  const { owedVnd } = seenStop(stop, asOf, queue)
  const [digits, setDigits] = useState<string | null>(null)
  const [givenVnd, setGivenVnd] = useState(0)
  const amountVnd = digits === null ? owedVnd : Number(digits)
  const pages = freePages(books.data?.value ?? [], queue, 'receipt')
  const take = () =>
    act.mutate(
      (queueNow, takenAt) => {
        const [page] = freePages(books.data?.value ?? [], queueNow, 'receipt')
        if (page === undefined || device.data === undefined) throw new Error('no free page')
        const body: CreateCollection = {
          stallId: stop.stallId,
          bookId: page.bookId,
          page: page.page,
          amountVnd,
          takenAt,
          deviceId: device.data,
          seenOutstandingVnd: owedVnd,
        }
        return { kind: 'collection', body, stop, number: page.number, url: page.url }
      },
      { onSuccess: ({ key }) => goTo(`walk/receipt/${key}`) },
    )
  return (
    <div className="stack with-actions">
      <a className="text-link touch-link" href={`#/walk/stop/${stop.stallId}`}>
        {fill(w.back, { stall: `${stop.stallCode} ${stop.stallName}` })}
      </a>
      <h1 className="sr-only">{w.title}</h1>
      <output className="cash-amount" aria-live="polite" data-testid="cash-amount">
        {formatVnd(amountVnd)}
      </output>
      <Rest owedVnd={owedVnd} amountVnd={amountVnd} />
      {digits === null ? (
        <Given amountVnd={amountVnd} givenVnd={givenVnd} setGivenVnd={setGivenVnd} />
      ) : (
        <div className="cash-keys">
          {CASH_KEYS.map((key) => (
            <button
              key={key}
              type="button"
              aria-label={key === '⌫' ? w.erase : key}
              onClick={() => setDigits(pressKey(digits, key))}
            >
              {key}
            </button>
          ))}
        </div>
      )}
      <Button
        kind="quiet"
        className="small"
        onClick={() => {
          setDigits(digits === null ? '' : null)
          setGivenVnd(0)
        }}
      >
        {digits === null ? w.other : fill(w.all, { sum: formatVnd(owedVnd) })}
      </Button>
      <BookAtHand me={me} kind="receipt" tariffId={null} />
      {act.isError ? <ErrorPanel error={act.error} /> : null}
      <div className="actions">
        <Button
          disabled={amountVnd === 0 || pages.length === 0 || act.isPending || act.isSuccess}
          onClick={take}
        >
          {fill(w.done, { sum: formatVnd(amountVnd) })}
        </Button>
      </div>
    </div>
  )
}

function Rest({ owedVnd, amountVnd }: { owedVnd: number; amountVnd: number }) {
  const w = useWords(WORDS)
  if (amountVnd === 0 || amountVnd === owedVnd) return null
  const isOver = amountVnd > owedVnd
  return (
    <p className="cash-rest">
      {fill(isOver ? w.over : w.left, { sum: formatVnd(Math.abs(owedVnd - amountVnd)) })}
    </p>
  )
}

function Given({
  amountVnd,
  givenVnd,
  setGivenVnd,
}: {
  amountVnd: number
  givenVnd: number
  setGivenVnd: (vnd: number) => void
}) {
  const w = useWords(WORDS)
  const change = changeOf(amountVnd, givenVnd)
  return (
    <div className="cash-given">
      <p className="row">
        <b>
          {w.given}
          {givenVnd === 0 ? null : `: ${formatVnd(givenVnd)}`}
        </b>
        {givenVnd === 0 ? null : (
          <Button kind="quiet" className="small" onClick={() => setGivenVnd(0)}>
            {w.erase}
          </Button>
        )}
      </p>
      <div className="notes">
        {NOTES.map((note) => (
          <button key={note} type="button" onClick={() => setGivenVnd(givenVnd + note)}>
            {formatNumber(note)}
          </button>
        ))}
      </div>
      {change === null ? null : (
        <p className={`cash-change ${change < 0 ? 'tv-bad' : ''}`} role="status" data-testid="change">
          {change === 0 ? w.even : `${change < 0 ? w.missing : w.change} ${formatVnd(Math.abs(change))}`}
        </p>
      )}
    </div>
  )
}
