import type { Handover, Me } from '@tienve/contracts'
import { spellVnd } from '@tienve/money'
import { Button, fill, fullDateOf, Mark, useWords, whenOf } from '@tienve/ui'
import { BothCounts } from './BothCounts.tsx'
import { Difference } from './Difference.tsx'

const WORDS = {
  back: { vi: '‹ Nộp quỹ', en: '‹ Handing over' },
  title: { vi: 'Biên bản nộp quỹ', en: 'Record of cash handed over' },
  day: {
    vi: 'Ngày {day} · {collections} biên nhận, {tickets} vé',
    en: '{day} · {collections} receipts, {tickets} tickets',
  },
  waiting: { vi: 'Chờ thủ quỹ đếm', en: 'Waiting for the cashier' },
  hidden: {
    vi: 'Số người thu đã đếm hiện ra sau khi thủ quỹ đếm xong.',
    en: 'The collector’s count is shown once the cashier has counted.',
  },
  inWords: { vi: 'Bằng chữ: {words}', en: 'In words: {words}' },
  note: { vi: 'Ghi chú: {note}', en: 'Note: {note}' },
  collector: { vi: 'Người nộp', en: 'Handed over by' },
  cashier: { vi: 'Thủ quỹ nhận', en: 'Received by' },
  signed: { vi: 'ký lúc {at}', en: 'signed {at}' },
  print: { vi: 'In biên bản', en: 'Print' },
}

/** The sheet with two signatures; whoever is still to count does not see the other count on it. */
export function Sheet({ me, handover }: { me: Me; handover: Handover }) {
  const w = useWords(WORDS)
  const { cashierName, cashierSignedAt, cashierVnd, collections, differenceVnd, note, tickets } = handover
  const isHidden = cashierSignedAt === null && me.user.id !== handover.collectorId
  return (
    <div className="stack narrow">
      <a className="text-link touch-link no-print" href="#/handovers">
        {w.back}
      </a>
      <p className="tv-quiet">{me.market.name}</p>
      <h1>{w.title}</h1>
      <p>{fill(w.day, { day: fullDateOf(handover.day), collections, tickets })}</p>
      {isHidden ? <p>{w.hidden}</p> : <BothCounts handover={handover} />}
      {differenceVnd === null || cashierVnd === null ? (
        <Mark kind="none">{w.waiting}</Mark>
      ) : (
        <>
          <p>{fill(w.inWords, { words: spellVnd(BigInt(cashierVnd)) })}</p>
          <Difference vnd={differenceVnd} />
        </>
      )}
      {note === null ? null : <p>{fill(w.note, { note })}</p>}
      <div className="signatures">
        <p>
          {w.collector}
          <br />
          <b>{handover.collectorName}</b>
          <br />
          <small>{fill(w.signed, { at: whenOf(handover.collectorSignedAt) })}</small>
        </p>
        {cashierSignedAt === null ? null : (
          <p>
            {w.cashier}
            <br />
            <b>{cashierName}</b>
            <br />
            <small>{fill(w.signed, { at: whenOf(cashierSignedAt) })}</small>
          </p>
        )}
      </div>
      {cashierSignedAt === null ? null : (
        <Button kind="quiet" className="no-print" onClick={() => window.print()}>
          {w.print}
        </Button>
      )}
    </div>
  )
}
