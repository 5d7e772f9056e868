import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, type CloseDay, type ClosedDay, type DayCheck } from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Banner, Button, Card, ErrorPanel, fill, fullDateOf, Mark, useWords } from '@tienve/ui'
import { useRef, useState, type ReactNode } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { addressOf } from '../../route.ts'
import { Confirm, daysOf } from './Confirm.tsx'

const WORDS = {
  title: { vi: 'Xem trước khi chốt ngày {day}', en: 'Before {day} is closed' },
  suspenseNone: { vi: 'Không có tiền treo.', en: 'No money is in suspense.' },
  suspense: { vi: 'Còn treo {count} khoản, {sum}.', en: '{count} in suspense, {sum}.' },
  suspenseLink: { vi: 'Xem tiền treo', en: 'See suspense' },
  deafNone: { vi: 'Mọi tài khoản có kết nối đều đang nghe.', en: 'Every connected account is heard.' },
  deaf: {
    vi: '{count} tài khoản đang im: có thể còn tiền về chưa nghe thấy.',
    en: 'Quiet accounts: {count}. Money may have come that was not heard.',
  },
  deafLink: { vi: 'Xem ở Tổng quan', en: 'See the overview' },
  differenceNone: {
    vi: 'Sổ và ngân hàng khớp, chênh lệch 0 đ.',
    en: 'Ledger and bank agree: the difference is 0 đ.',
  },
  difference: { vi: 'Sổ và ngân hàng chênh lệch {sum}.', en: 'Ledger and bank differ by {sum}.' },
  differenceLink: { vi: 'Xem đối soát ngày này', en: 'See that day’s reconciliation' },
  txns: { vi: '{count} bút toán trong ngày.', en: '{count} transactions on the day.' },
  txnsLink: { vi: 'Xem nhật ký ngày này', en: 'See that day’s journal' },
  openDays: { vi: 'Các ngày còn mở sẽ chốt cùng: {days}.', en: 'Days still open close with it: {days}.' },
  close: { vi: 'Chốt ngày {day}', en: 'Close {day}' },
  closedTitle: { vi: 'Ngày {day}', en: '{day}' },
  already: {
    vi: 'Ngày {day} đã chốt. Bút toán đến muộn được ghi vào ngày còn mở đầu tiên.',
    en: '{day} is closed. What comes late is posted to the first open day.',
  },
  future: { vi: 'Ngày {day} chưa bắt đầu, chưa chốt được.', en: '{day} has not begun and cannot be closed.' },
  notYours: {
    vi: 'Chỉ trưởng ban và kế toán chốt được ngày. Vai trò của bạn xem được các số này.',
    en: 'Only the head of the board and the accountant close a day. Your role may see these figures.',
  },
  stillOn: {
    vi: 'Hôm nay chưa hết. Tiền về sau khi chốt sẽ ghi vào ngày mai; nên chốt sau giờ tan chợ.',
    en: 'Today is not over. What comes after the closing is posted to tomorrow: close once the market is shut.',
  },
  changed: {
    vi: 'Số liệu vừa thay đổi nên ngày chưa chốt. Số mới ở dưới; xem lại rồi bấm chốt lần nữa.',
    en: 'The figures have just changed, so the day is not closed. The new ones are below: look, and close again.',
  },
  before: { vi: 'Trước đó: {was}', en: 'Before: {was}' },
  done: { vi: 'Đã chốt ngày {day}. Đang niêm phong sổ.', en: '{day} is closed. The books are being sealed.' },
}

type Seen = CloseDay['seen']

function seenOf({ suspenseCount, suspenseVnd, differenceVnd, deafCount }: DayCheck): Seen {
  return { suspenseCount, suspenseVnd, differenceVnd, deafCount }
}

/** What has to be seen before a day is closed, and its one button. */
export function DayToClose({
  market,
  day,
  today,
  mayClose,
}: {
  market: string
  day: string
  today: string
  mayClose: boolean
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const base = `/v1/markets/${market}/ledger/days/${day}`
  const [asks, setAsks] = useState<Seen | null>(null)
  const [before, setBefore] = useState<Seen | null>(null)
  // One key for each time that somebody is asked: pressed again after silence it is the same closing, not a second one.
  const key = useRef('')
  const check = useQuery({
    queryKey: ['day-check', market, day],
    queryFn: () => api.get<DayCheck>(`${base}/check`),
    refetchInterval: 15_000,
  })
  const close = useMutation({
    mutationFn: (seen: Seen) =>
      api.post<ClosedDay>(`${base}/close`, { seen } satisfies CloseDay, { idempotencyKey: key.current }),
    onSuccess: () => {
      setAsks(null)
      setBefore(null)
      return queries.invalidateQueries()
    },
    onError: (error, seen) => {
      if (!isChanged(error)) return
      setAsks(null)
      setBefore(seen)
      void check.refetch()
    },
  })
  const shown = fullDateOf(day)
  return (
    <>
      {close.isSuccess ? <Banner kind="good">{fill(w.done, { day: shown })}</Banner> : null}
      {before === null ? null : <Banner kind="warn">{w.changed}</Banner>}
      <Answer of={check}>
        {(data) => (
          <Card title={fill(data.isClosed ? w.closedTitle : w.title, { day: shown })}>
            {data.isClosed ? null : <Checklist check={data} before={before} />}
            <Blocked check={data} mayClose={mayClose} />
            {data.blockedBy === null && mayClose ? (
              <>
                {day === today ? <p className="tv-quiet">{w.stillOn}</p> : null}
                <div className="filters">
                  <Button
                    onClick={() => {
                      key.current = crypto.randomUUID()
                      close.reset()
                      setAsks(seenOf(data))
                    }}
                  >
                    {fill(w.close, { day: shown })}
                  </Button>
                </div>
              </>
            ) : null}
            {asks === null ? null : (
              <Confirm
                check={data}
                seen={asks}
                isClosing={close.isPending}
                error={close.isError && !isChanged(close.error) ? <ErrorPanel error={close.error} /> : null}
                onYes={() => close.mutate(asks)}
                onNo={() => setAsks(null)}
              />
            )}
          </Card>
        )}
      </Answer>
    </>
  )
}

function isChanged(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'day_changed'
}

function Blocked({ check, mayClose }: { check: DayCheck; mayClose: boolean }) {
  const w = useWords(WORDS)
  const day = fullDateOf(check.day)
  if (check.blockedBy === 'day_already_closed') return <Mark kind="good">{fill(w.already, { day })}</Mark>
  if (check.blockedBy === 'day_not_begun') return <Mark kind="none">{fill(w.future, { day })}</Mark>
  return mayClose ? null : <Mark kind="none">{w.notYours}</Mark>
}

function Checklist({ check, before }: { check: DayCheck; before: Seen | null }) {
  const w = useWords(WORDS)
  const { day, suspenseCount, suspenseVnd, differenceVnd, deafCount, openDays, txnCount } = check
  const suspense = ({ suspenseCount, suspenseVnd }: Seen): string =>
    suspenseCount === 0
      ? w.suspenseNone
      : fill(w.suspense, { count: formatNumber(suspenseCount), sum: formatVnd(suspenseVnd) })
  const deaf = ({ deafCount }: Seen): string =>
    deafCount === 0 ? w.deafNone : fill(w.deaf, { count: formatNumber(deafCount) })
  const difference = ({ differenceVnd }: Seen): string =>
    differenceVnd === 0 ? w.differenceNone : fill(w.difference, { sum: formatVnd(differenceVnd) })
  const was = (words: (seen: Seen) => string): string | undefined =>
    before === null || words(before) === words(check) ? undefined : fill(w.before, { was: words(before) })
  return (
    <ul className="checklist">
      <Item isGood={suspenseCount === 0 && suspenseVnd === 0} words={suspense(check)} was={was(suspense)}>
        <a href="#/suspense">{w.suspenseLink}</a>
      </Item>
      <Item isGood={deafCount === 0} words={deaf(check)} was={was(deaf)}>
        <a href="#/home">{w.deafLink}</a>
      </Item>
      <Item isGood={differenceVnd === 0} words={difference(check)} was={was(difference)}>
        <a href={addressOf('reconciliation', { day })}>{w.differenceLink}</a>
      </Item>
      <Item words={fill(w.txns, { count: formatNumber(txnCount) })}>
        <a href={addressOf('ledger', { fromDay: day, toDay: day })}>{w.txnsLink}</a>
      </Item>
      {openDays.length === 0 ? null : <Item words={fill(w.openDays, { days: daysOf(openDays) })} />}
    </ul>
  )
}

/** One thing to see. `isGood` left out: it is neither good nor bad. */
function Item({
  isGood,
  words,
  was,
  children,
}: {
  isGood?: boolean
  words: string
  was?: string | undefined
  children?: ReactNode
}) {
  return (
    <li>
      <div>
        <Mark kind={isGood === undefined ? 'none' : isGood ? 'good' : 'warn'}>{words}</Mark>
        {was === undefined ? null : <small className="was">{was}</small>}
      </div>
      {children}
    </li>
  )
}
