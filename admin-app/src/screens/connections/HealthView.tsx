import { useQuery } from '@tanstack/react-query'
import type { FeedHealth, HearingState, Me } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Card, fill, Mark, pullProblemWords, useWords, whenOf } from '@tienve/ui'
import type { ReactNode } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { nameOf } from './words.ts'

const WORDS = {
  accounts: { vi: 'Tài khoản của Ban', en: 'The board’s accounts' },
  stalls: { vi: 'Tài khoản của các sạp', en: 'The stalls’ accounts' },
  stallsWhat: {
    vi: 'Chỉ đếm: Ban không xem sạp nào bán lúc nào.',
    en: 'Counted only: the board does not watch who sells when.',
  },
  feeds: { vi: 'Nguồn tin', en: 'Sources' },
  heard: { vi: 'tin cuối {at}', en: 'last {at}' },
  usual: { vi: 'thường cách nhau dưới {time}', en: 'usually less than {time} apart' },
  deafAfter: {
    vi: 'báo điếc khi im quá {time} trong giờ chợ',
    en: 'called deaf after {time} of silence in trading hours',
  },
  rare: {
    vi: 'ít giao dịch: im cả ngày vẫn là thường',
    en: 'moves so seldom that a silent day is usual',
  },
  since: { vi: 'điếc từ {at}', en: 'deaf since {at}' },
  count: { vi: '{count} tài khoản', en: '{count} accounts' },
  latency: { vi: 'Từ ngân hàng đến máy, hôm nay', en: 'From the bank to us, today' },
  half: {
    vi: 'Một nửa số tin đến trong {half}, 95% trong {most} ({count} giao dịch).',
    en: 'Half within {half}, 95% within {most} ({count} movements).',
  },
  noneYet: { vi: 'Hôm nay chưa có giao dịch nào.', en: 'No movement yet today.' },
  letters: { vi: 'Tin hỏng', en: 'Unread messages' },
  allRead: { vi: 'Đọc được hết', en: 'All were read' },
  unread: {
    vi: '{malformed} tin đọc không được, {dead} tin xử lý không được',
    en: '{malformed} cannot be read, {dead} cannot be processed',
  },
  retrying: { vi: '{count} tin đang thử lại', en: '{count} being tried again' },
  see: { vi: 'Xem tin hỏng', en: 'See them' },
  pulls: { vi: 'Hỏi lại nhà cung cấp', en: 'Asking providers' },
  noPulls: {
    vi: 'Chưa hỏi lại ở đâu: tin mất trên đường chỉ bù được bằng sao kê.',
    en: 'None is asked: what is lost on the way only a statement makes up for.',
  },
  answers: { vi: 'Trả lời tốt', en: 'Answers' },
  readTo: { vi: 'đã đọc đến {at}', en: 'read up to {at}' },
  failures: { vi: 'hỏng {count} lần liền', en: 'failed {count} times in a row' },
  seconds: { vi: '{n} giây', en: '{n} s' },
  minutes: { vi: '{n} phút', en: '{n} min' },
  hours: { vi: '{n} giờ', en: '{n} h' },
}

/** No silence of one day is as long as this: a market trades for thirteen hours and a half. */
const WHOLE_DAY_SECONDS = 13.5 * 3_600

const STATES = {
  good: { vi: 'Nghe tốt', en: 'Heard well' },
  quiet: { vi: 'Im lâu hơn thường lệ', en: 'Quieter than usual' },
  unpushed: { vi: 'Không báo ngay, hỏi lại mới biết', en: 'Known by asking only' },
  deaf: { vi: 'Điếc', en: 'Deaf' },
  waiting: { vi: 'Chờ tin đầu tiên', en: 'Not heard yet' },
  none: { vi: 'Chưa nối', en: 'Not connected' },
}
const MARKS = {
  good: 'good',
  quiet: 'warn',
  unpushed: 'bad',
  deaf: 'bad',
  waiting: 'warn',
  none: 'none',
} as const

/** How well the market hears its banks, in words and colour. */
export function HealthView({ me }: { me: Me }) {
  const market = me.market.id
  const health = useQuery({
    queryKey: ['health', market],
    queryFn: () => api.get<FeedHealth>(`/v1/markets/${market}/feeds/health`),
    refetchInterval: 15_000,
  })
  return (
    <Answer of={health}>
      {(seen) => (
        <div className="stack">
          <Feeds health={seen} />
          <div className="cards">
            <Accounts health={seen} />
            <Stalls health={seen} />
            <Latency health={seen} />
            <LetterCount health={seen} />
            <Pulls health={seen} />
          </div>
        </div>
      )}
    </Answer>
  )
}

type Shown = { health: FeedHealth }

function Feeds({ health }: Shown) {
  const w = useWords(WORDS)
  const spell = useSpell()
  return (
    <Card title={w.feeds}>
      {health.feeds.length === 0 ? <State state="none" /> : null}
      <ul className="letters">
        {health.feeds.map((one) => (
          <li key={one.connectionId}>
            <a className="text-link" href={`#/connections/${one.connectionId}`}>
              {nameOf(one)}
            </a>
            <State state={one.state} />
            <Line
              of={[
                fill(w.count, { count: one.accountCount }),
                one.deafSince === null
                  ? one.deafAfterSeconds > WHOLE_DAY_SECONDS
                    ? w.rare
                    : fill(w.deafAfter, { time: spell(one.deafAfterSeconds) })
                  : fill(w.since, { at: whenOf(one.deafSince) }),
              ]}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function Accounts({ health }: Shown) {
  const w = useWords(WORDS)
  const spell = useSpell()
  return (
    <Card title={w.accounts}>
      {health.accounts.map((one) => (
        <div key={one.accountId} className="tv-standing">
          <b>
            {one.bankCode} {one.number}
          </b>
          <State state={one.state} />
          <Line
            of={[
              one.lastHeardAt === null ? null : fill(w.heard, { at: whenOf(one.lastHeardAt) }),
              one.usualGapSeconds === null ? null : fill(w.usual, { time: spell(one.usualGapSeconds) }),
            ]}
          />
        </div>
      ))}
    </Card>
  )
}

function Stalls({ health }: Shown) {
  const w = useWords(WORDS)
  return (
    <Card title={w.stalls}>
      {(['good', 'unpushed', 'deaf', 'waiting', 'none'] as const).map((state) => (
        <p key={state}>
          <State state={state} isNone={health.stalls[state] === 0}>
            : {formatNumber(health.stalls[state])}
          </State>
        </p>
      ))}
      <p className="tile-more">{w.stallsWhat}</p>
    </Card>
  )
}

function Latency({ health: { latency } }: Shown) {
  const w = useWords(WORDS)
  const spell = useSpell()
  return (
    <Card title={w.latency}>
      <p>
        {latency === null
          ? w.noneYet
          : fill(w.half, {
              half: spell(latency.p50Seconds),
              most: spell(latency.p95Seconds),
              count: formatNumber(latency.count),
            })}
      </p>
    </Card>
  )
}

function LetterCount({ health: { letters } }: Shown) {
  const w = useWords(WORDS)
  const { malformed, dead, retrying } = letters
  return (
    <Card title={w.letters}>
      <Mark kind={malformed + dead === 0 ? 'good' : 'bad'}>
        {malformed + dead === 0 ? w.allRead : fill(w.unread, { malformed, dead })}
      </Mark>
      {retrying === 0 ? null : <Mark kind="warn">{fill(w.retrying, { count: retrying })}</Mark>}
      {malformed + dead === 0 ? null : (
        <a className="text-link" href="#/connections/letters">
          {w.see}
        </a>
      )}
    </Card>
  )
}

function Pulls({ health }: Shown) {
  const w = useWords(WORDS)
  const problems = useWords<string>(pullProblemWords)
  return (
    <Card title={w.pulls}>
      {health.pulls.length === 0 ? <p>{w.noPulls}</p> : null}
      {health.pulls.map((one) => (
        <div key={one.connectionId} className="tv-standing">
          <b>{nameOf(one)}</b>
          <Mark kind={one.problem === null ? 'good' : 'bad'}>
            {one.problem === null ? w.answers : problems[one.problem]}
          </Mark>
          <Line
            of={[
              fill(w.readTo, { at: whenOf(one.readTo) }),
              one.failures === 0 ? null : fill(w.failures, { count: one.failures }),
            ]}
          />
        </div>
      ))}
    </Card>
  )
}

/** How long something takes, as people say it. */
function useSpell(): (seconds: number) => string {
  const w = useWords(WORDS)
  return (seconds) => {
    if (seconds < 120) return fill(w.seconds, { n: Math.round(seconds) })
    if (seconds < 7_200) return fill(w.minutes, { n: Math.round(seconds / 60) })
    return fill(w.hours, { n: formatNumber(Math.round(seconds / 3_600)) })
  }
}

/** A state by its word and colour; one that nothing is in has no colour. */
function State({
  state,
  isNone = false,
  children,
}: {
  state: HearingState
  isNone?: boolean
  children?: ReactNode
}) {
  const words = useWords(STATES)
  return (
    <Mark kind={isNone ? 'none' : MARKS[state]}>
      {words[state]}
      {children}
    </Mark>
  )
}

function Line({ of }: { of: readonly (string | null)[] }) {
  return <span className="tile-more">{of.filter((one) => one !== null).join(' · ')}</span>
}
