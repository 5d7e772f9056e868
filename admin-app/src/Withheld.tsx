import { fill, fullDateOf, useWords } from '@tienve/ui'

const WORDS = {
  all: {
    vi: 'Chưa cộng các sạp không nêu tên của {count} ngày: {days}. Ngày đó có dưới năm sạp bán.',
    en: 'Without the unnamed stalls of {count} days: {days}. On these fewer than five of them sold.',
  },
  bank: {
    vi: 'Chưa cộng chuyển khoản của các sạp không nêu tên trong {count} ngày: {days}. Ngày đó có dưới năm sạp nhận chuyển khoản.',
    en: 'Without what unnamed stalls took by bank on {count} days: {days}. On these fewer than five of them did.',
  },
  cash: {
    vi: 'Chưa cộng tiền mặt của các sạp không nêu tên trong {count} ngày: {days}. Ngày đó có dưới năm sạp ghi tiền mặt.',
    en: 'Without what unnamed stalls took in cash on {count} days: {days}. On these fewer than five of them noted any.',
  },
  books: {
    vi: 'Chưa gồm hết sổ của các sạp không nêu tên trong {count} ngày: {days}. Phần chuyển khoản hay tiền mặt nào chỉ có dưới năm sạp, hoặc có khoản báo muộn, bỏ đi, thì không cộng, để không lộ doanh thu của ai.',
    en: 'Without part of the books of unnamed stalls on {count} days: {days}. What fewer than five took by bank or in cash, or with something told late or taken back, is left out, so that nobody’s shows.',
  },
  more: { vi: 'và {count} ngày trước đó', en: 'and {count} days before' },
}

/** More days than this are counted and not listed. */
const MOST_LISTED = 5

/** Of which days something of the unnamed stalls is in none of the figures below. */
export function Withheld({ of, days }: { of: 'all' | 'bank' | 'cash' | 'books'; days: readonly string[] }) {
  const w = useWords(WORDS)
  if (days.length === 0) return null
  const newest = days.toSorted().toReversed()
  const rest = newest.length - MOST_LISTED
  const listed = [
    ...newest.slice(0, MOST_LISTED).map(fullDateOf),
    ...(rest > 0 ? [fill(w.more, { count: rest })] : []),
  ]
  return <p className="tv-quiet">{fill(w[of], { count: days.length, days: listed.join(', ') })}</p>
}
