import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { CashCount, CashInHand, CreateHandover, Handover, Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Banner, Button, Card, Empty, ErrorPanel, fill, Mark, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { useQueue } from '../../walk/phone.ts'
import { waitingOf } from '../../walk/queue.ts'
import { CountNotes } from './CountNotes.tsx'
import { sumOf } from './counts.ts'
import { Difference } from './Difference.tsx'

const WORDS = {
  hand: { vi: 'Tiền mặt đang cầm', en: 'Cash in hand' },
  of: { vi: '{collections} biên nhận, {tickets} vé', en: '{collections} receipts, {tickets} tickets' },
  unsent: {
    vi: 'Còn {count} khoản chưa gửi ({sum}). Có mạng, gửi xong mới nộp quỹ được.',
    en: '{count} are not sent yet ({sum}). They must be before you hand over.',
  },
  waiting: {
    vi: 'Đã ký, chờ thủ quỹ đếm. Mang tiền đến quỹ.',
    en: 'Signed: the cashier counts it now. Take the money there.',
  },
  nothing: { vi: 'Không có tiền mặt nào để nộp.', en: 'There is no cash to hand over.' },
  count: { vi: 'Đếm tờ', en: 'Count the notes' },
  counted: { vi: 'Đã đếm', en: 'Counted' },
  expected: { vi: 'Phải có', en: 'Expected' },
  sign: { vi: 'Ký nộp {sum}', en: 'Sign for {sum}' },
}

/** The collector's count and signature over everything taken and not handed over yet. */
export function HandOver({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const waiting = waitingOf(useQueue(me))
  const hand = useQuery({
    queryKey: ['cash-in-hand', me.market.id],
    queryFn: () => api.get<CashInHand>(`/v1/markets/${me.market.id}/cash-in-hand`),
    refetchInterval: 10_000,
  })
  return (
    <Answer of={hand}>
      {(data) => (
        <Card>
          <p className="walk-left">
            <span>{w.hand}</span>
            <b className="figure" data-testid="cash-in-hand">
              <Money vnd={data.amountVnd} />
            </b>
          </p>
          <p>{fill(w.of, { collections: data.collections, tickets: data.tickets })}</p>
          {waiting.count > 0 ? (
            <Banner kind="warn">
              {fill(w.unsent, { count: waiting.count, sum: formatVnd(waiting.cashVnd) })}
            </Banner>
          ) : null}
          {data.openHandoverId !== null ? <Mark kind="good">{w.waiting}</Mark> : null}
          {data.openHandoverId === null && data.amountVnd === 0 ? <Empty>{w.nothing}</Empty> : null}
          {data.openHandoverId === null && data.amountVnd > 0 && waiting.count === 0 ? (
            <CountAndSign market={me.market.id} expectedVnd={data.amountVnd} />
          ) : null}
        </Card>
      )}
    </Answer>
  )
}

function CountAndSign({ market, expectedVnd }: { market: string; expectedVnd: number }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [counts, setCounts] = useState<CashCount>({})
  const [key, setKey] = useState(() => crypto.randomUUID())
  const sum = sumOf(counts)
  const sign = useMutation({
    mutationFn: () =>
      api.post<Handover>(
        `/v1/markets/${market}/handovers`,
        { counts, seenVnd: expectedVnd } satisfies CreateHandover,
        { idempotencyKey: key },
      ),
    onSettled: () => queries.invalidateQueries(),
  })
  return (
    <>
      <h2>{w.count}</h2>
      <CountNotes
        counts={counts}
        onChange={(next) => {
          setCounts(next)
          setKey(crypto.randomUUID())
        }}
      />
      <div className="sums">
        <p>
          <span>{w.counted}</span>
          <b data-testid="counted">{formatVnd(sum)}</b>
        </p>
        <p>
          <span>{w.expected}</span>
          <b>{formatVnd(expectedVnd)}</b>
        </p>
        {sum === 0 ? null : <Difference vnd={sum - expectedVnd} />}
      </div>
      {sign.isError ? <ErrorPanel error={sign.error} /> : null}
      <Button disabled={sum === 0 || sign.isPending} onClick={() => sign.mutate()}>
        {fill(w.sign, { sum: formatVnd(sum) })}
      </Button>
    </>
  )
}
