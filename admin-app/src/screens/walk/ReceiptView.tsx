import type { Me } from '@tienve/contracts'
import { formatVnd, spellVnd } from '@tienve/money'
import { Button, Empty, fill, Mark, QrCode, useWords, whenOf } from '@tienve/ui'
import { useQueue } from '../../walk/phone.ts'
import { cashOf, type Entry } from '../../walk/queue.ts'
import { NextStop } from './NextStop.tsx'
import { Odd } from './Odd.tsx'
import { TicketCode } from './TicketCode.tsx'
import { UndoTaken } from './UndoTaken.tsx'

const WORDS = {
  back: { vi: '‹ Đi thu', en: '‹ The walk' },
  none: { vi: 'Máy này không có biên nhận đó.', en: 'This phone has no such receipt.' },
  receipt: { vi: 'Biên nhận', en: 'Receipt' },
  ticket: { vi: 'Vé chợ ngày', en: 'Day ticket' },
  notInvoice: { vi: 'Biên nhận, không phải hóa đơn', en: 'A receipt, not an invoice' },
  official: { vi: 'Số của chợ: {number}', en: 'The market’s number: {number}' },
  waiting: { vi: 'Chưa gửi: có mạng máy tự gửi', en: 'Not sent yet: it goes by itself' },
  sent: { vi: 'Đã gửi', en: 'Sent' },
  scan: { vi: 'Quét để kiểm tra biên nhận', en: 'Scan to check it' },
  by: { vi: 'Người thu: {name}', en: 'Collected by {name}' },
  share: { vi: 'Gửi cho sạp', en: 'Share' },
  print: { vi: 'In', en: 'Print' },
  more: { vi: 'Bán vé nữa', en: 'Another ticket' },
}

/** What the payer is shown and may take home: made the moment the cash is taken, network or not. */
export function ReceiptView({ me, entryKey }: { me: Me; entryKey: string }) {
  const w = useWords(WORDS)
  const queue = useQueue(me)
  const entry = queue.find(({ key }) => key === entryKey)
  if (entry === undefined || entry.kind === 'visit' || entry.kind === 'check') return <Empty>{w.none}</Empty>
  const isBankTicket = entry.kind === 'ticket' && entry.body.paidBy === 'bank'
  const address = new URL(entry.url, window.location.origin).href
  const share = () =>
    navigator
      .share({ title: `${w.receipt} ${entry.number}`, url: address })
      // Whoever closes the list of apps has not shared, and that is no fault.
      .catch(() => undefined)
  return (
    <div className="stack with-actions">
      <a className="text-link touch-link no-print" href="#/walk">
        {w.back}
      </a>
      <Odd me={me} entry={entry} />
      {isBankTicket ? <TicketCode me={me} entry={entry} /> : <Slip me={me} entry={entry} address={address} />}
      {entry.kind === 'collection' ? <UndoTaken me={me} entry={entry} /> : null}
      <div className="actions three-ways no-print">
        {entry.kind === 'collection' ? (
          <NextStop me={me} afterId={entry.body.stallId} />
        ) : (
          <a className="tv-button" href="#/walk/tickets">
            {w.more}
          </a>
        )}
        {'share' in navigator ? (
          <Button kind="quiet" onClick={() => void share()}>
            {w.share}
          </Button>
        ) : null}
        <Button kind="quiet" onClick={() => window.print()}>
          {w.print}
        </Button>
      </div>
    </div>
  )
}

type Paid = Exclude<Entry, { kind: 'visit' | 'check' }>

/** The receipt itself, as wide as a roll of 58 mm when it is printed. */
function Slip({ me, entry, address }: { me: Me; entry: Paid; address: string }) {
  const w = useWords(WORDS)
  const amountVnd = entry.kind === 'collection' ? cashOf(entry) : entry.priceVnd
  const official =
    entry.answer !== null && 'receiptNumber' in entry.answer ? entry.answer.receiptNumber : null
  return (
    <article className="slip" data-testid="slip">
      <p>{me.market.name}</p>
      <h1>
        {entry.kind === 'collection' ? w.receipt : w.ticket} <span className="unbroken">{entry.number}</span>
      </h1>
      <p className="cash-amount">{formatVnd(amountVnd)}</p>
      <QrCode payload={address} demo={false} label={`${w.scan}: ${address}`} />
      <p>{w.scan}</p>
      <p>{spellVnd(BigInt(amountVnd))}</p>
      <p>
        <b>{entry.kind === 'collection' ? `${entry.stop.stallCode} ${entry.stop.stallName}` : entry.name}</b>
      </p>
      <p>
        {whenOf(entry.at)} · {fill(w.by, { name: me.user.name })}
      </p>
      <p className="slip-state" data-testid="slip-state">
        {official !== null ? (
          <b>{fill(w.official, { number: official })}</b>
        ) : (
          <Mark kind={entry.state === 'sent' ? 'good' : 'none'}>
            {entry.state === 'sent' ? w.sent : w.waiting}
          </Mark>
        )}
      </p>
      <p>
        <small>{w.notInvoice}</small>
      </p>
    </article>
  )
}
