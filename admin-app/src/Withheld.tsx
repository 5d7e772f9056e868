import { Banner, fill, fullDateOf, useWords } from '@tienve/ui'

const WORDS = {
  sales: {
    vi: 'Chưa cộng các sạp không nêu tên của {count} ngày: {days}. Ngày đó có dưới năm sạp bán.',
    en: 'Without the unnamed stalls of {count} days: {days}. On these fewer than five of them sold.',
  },
  books: {
    vi: 'Chưa gồm sổ của các sạp không nêu tên trong {count} ngày: {days}. Ngày đó có dưới năm sạp bán (tính riêng chuyển khoản, tiền mặt), hoặc có khoản báo muộn hay bỏ đi, cộng vào thì lộ ra của ai.',
    en: 'Without the books of unnamed stalls on {count} days: {days}. On these fewer than five of them sold (by bank or in cash), or something was told late or taken back, and a sum would tell whose it is.',
  },
  more: { vi: 'và {count} ngày trước đó', en: 'and {count} days before' },
}

/** More days than this are counted and not listed. */
const MOST_LISTED = 5

/** Of which days the unnamed stalls are in none of the figures below. */
export function Withheld({ of, days }: { of: 'sales' | 'books'; days: readonly string[] }) {
  const w = useWords(WORDS)
  if (days.length === 0) return null
  const newest = days.toSorted().toReversed()
  const rest = newest.length - MOST_LISTED
  const listed = [
    ...newest.slice(0, MOST_LISTED).map(fullDateOf),
    ...(rest > 0 ? [fill(w.more, { count: rest })] : []),
  ]
  return <Banner kind="info">{fill(w[of], { count: days.length, days: listed.join(', ') })}</Banner>
}
