import type { CreateDayTicket, Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Button, Empty, ErrorPanel, Field, fill, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { Answer } from '../../parts.tsx'
import { addressOf, goTo } from '../../route.ts'
import { useBooks, useDeviceId, useDo, useQueue, useWalk } from '../../walk/phone.ts'
import { freePages } from '../../walk/queue.ts'
import { BookAtHand } from './BookAtHand.tsx'

const WORDS = {
  title: { vi: 'Vé chợ ngày', en: 'Day tickets' },
  none: { vi: 'Chợ chưa có loại vé nào.', en: 'The market has no kind of ticket.' },
  back: { vi: '‹ Loại vé khác', en: '‹ Another kind' },
  left: { vi: 'còn {count} vé', en: '{count} left' },
  number: { vi: 'Vé số {number}', en: 'Ticket {number}' },
  goods: { vi: 'Bán gì (không bắt buộc)', en: 'Goods (if you like)' },
  cash: { vi: 'Đã nhận {sum}', en: 'Received {sum}' },
  bank: { vi: 'Quét mã', en: 'Code' },
}

type Kind = { tariffId: string; name: string; priceVnd: number }

/** Tickets for who sells without a stall: a kind, the next number, cash or a code. */
export function TicketsView({ me, tariffId }: { me: Me; tariffId: string }) {
  const w = useWords(WORDS)
  const walk = useWalk(me)
  const queue = useQueue(me)
  const books = useBooks(me)
  return (
    <>
      <h1>{w.title}</h1>
      <Answer of={walk}>
        {({ value: { tickets } }) => {
          const chosen = tickets.find((kind) => kind.tariffId === tariffId)
          if (chosen !== undefined) return <Sell key={tariffId} me={me} ticket={chosen} />
          if (tickets.length === 0) return <Empty>{w.none}</Empty>
          return (
            <ol className="stops">
              {tickets.map((kind) => (
                <li key={kind.tariffId}>
                  <a className="stop" href={addressOf(`walk/tickets/${kind.tariffId}`)}>
                    <b className="stop-who">{kind.name}</b>
                    <b className="stop-owed">
                      <Money vnd={kind.priceVnd} />
                    </b>
                    <span className="stop-more">
                      {fill(w.left, {
                        count: freePages(books.data?.value ?? [], queue, 'ticket', kind.tariffId).length,
                      })}
                    </span>
                  </a>
                </li>
              ))}
            </ol>
          )
        }}
      </Answer>
    </>
  )
}

function Sell({ me, ticket }: { me: Me; ticket: Kind }) {
  const w = useWords(WORDS)
  const queue = useQueue(me)
  const books = useBooks(me)
  const device = useDeviceId()
  const act = useDo(me)
  const [goods, setGoods] = useState('')
  const pagesOf = (of: typeof queue) => freePages(books.data?.value ?? [], of, 'ticket', ticket.tariffId)
  const [next] = pagesOf(queue)
  const sell = (paidBy: CreateDayTicket['paidBy']) =>
    act.mutate(
      (queueNow, soldAt) => {
        const [page] = pagesOf(queueNow)
        if (page === undefined || device.data === undefined) throw new Error('no free page')
        const body: CreateDayTicket = {
          bookId: page.bookId,
          page: page.page,
          paidBy,
          soldAt,
          deviceId: device.data,
          goods: goods.trim() || null,
        }
        return {
          kind: 'ticket',
          body,
          name: ticket.name,
          priceVnd: ticket.priceVnd,
          number: page.number,
          url: page.url,
        }
      },
      { onSuccess: ({ key }) => goTo(`walk/receipt/${key}`) },
    )
  return (
    <div className="stack with-actions">
      <a className="text-link touch-link" href="#/walk/tickets">
        {w.back}
      </a>
      <p className="walk-left">
        <span>{ticket.name}</span>
        <b className="figure">{formatVnd(ticket.priceVnd)}</b>
      </p>
      {next === undefined ? null : <p className="cash-change">{fill(w.number, { number: next.number })}</p>}
      <Field
        id="goods"
        label={w.goods}
        maxLength={60}
        value={goods}
        onChange={(event) => setGoods(event.target.value)}
      />
      <BookAtHand me={me} kind="ticket" tariffId={ticket.tariffId} />
      {act.isError ? <ErrorPanel error={act.error} /> : null}
      <div className="actions three-ways">
        <Button disabled={next === undefined || act.isPending} onClick={() => sell('cash')}>
          {fill(w.cash, { sum: formatVnd(ticket.priceVnd) })}
        </Button>
        <Button
          kind="quiet"
          // Without a network there is no code to show.
          disabled={next === undefined || act.isPending || !navigator.onLine}
          onClick={() => sell('bank')}
        >
          {w.bank}
        </Button>
      </div>
    </div>
  )
}
