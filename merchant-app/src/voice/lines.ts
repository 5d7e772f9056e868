import type { LivePayment } from '@tienve/contracts'
import { spellWords } from '@tienve/money'

/** What is said: the words one by one as the sound has them, and the same as a sentence for the eye. */
export type VoiceLine = { tokens: readonly string[]; text: string }

/** The phrases that the sound has whole; amounts are put together from single words. */
export const PHRASES = {
  enough: 'Đủ.',
  arrived: 'Tiền đã về.',
  short: 'Thiếu!',
  justGot: 'Mới nhận',
  need: 'cần',
  slip: 'Thiếu ba số không.',
  over: 'Thừa',
  giveBack: 'Nhớ trả lại.',
  twice: 'Khách chuyển hai lần, mỗi lần',
  late: 'Bây giờ mới báo, tiền chuyển lúc trước:',
  unknown: 'Không rõ mã.',
  charge: 'Đã trả nợ chợ',
  reversed: 'Ngân hàng đã lấy lại',
  lost: 'Mất mạng. Chưa nghe được tiền về.',
  noScreens: 'Xem máy khách không tính.',
  back: 'Có mạng lại.',
  missed: 'Trong lúc mất mạng, tổng',
  deaf: 'Ngân hàng im lâu. Chưa nghe được tiền về.',
  slow: 'Ngân hàng báo chậm. Chờ một phút, hoặc xem app ngân hàng.',
  test: 'Nghe rõ không?',
  dong: 'đồng',
} as const
type Phrase = keyof typeof PHRASES

/** A part is a phrase by its name or an amount. */
type Part = Phrase | bigint

/** The amount first and then the verdict, because the amount is what the seller is waiting for. */
export function lineFor(payment: LivePayment): VoiceLine {
  const amount = BigInt(payment.amountVnd)
  const expected = BigInt(payment.expectedVnd ?? 0)
  if (payment.purpose === 'charge')
    return payment.slip === 'thousandfold' ? line('charge', amount, 'dong', 'slip') : lines.owedPaid(amount)
  switch (payment.verdict) {
    case 'exact':
      return payment.expectedVnd === null ? line(amount, 'dong', 'arrived') : line(amount, 'enough')
    case 'short':
      return payment.slip === 'thousandfold'
        ? line('short', 'justGot', amount, 'dong', 'need', expected, 'slip')
        : line('short', 'justGot', amount, 'need', expected)
    case 'over':
      return line(amount, 'over', amount - expected, 'giveBack')
    case 'repeated':
      return line('twice', amount, 'giveBack')
    case 'late':
      return line('late', amount)
    case 'unknown':
      return line(amount, 'dong', 'unknown')
  }
}

/** What is said of the line itself. */
export const lines = {
  lost: line('lost', 'noScreens'),
  deaf: line('deaf', 'noScreens'),
  slow: line('slow'),
  test: line('test', 35_000n, 'enough'),
  owedPaid: (paidVnd: bigint): VoiceLine => line('charge', paidVnd, 'dong'),
  reversed: (reversedVnd: bigint): VoiceLine => line('reversed', reversedVnd, 'dong'),
  back: (missedVnd: bigint): VoiceLine =>
    missedVnd === 0n ? line('back') : line('back', 'missed', missedVnd, 'dong'),
}

function line(...parts: readonly Part[]): VoiceLine {
  const tokens: string[] = []
  const texts: string[] = []
  for (const [at, part] of parts.entries()) {
    if (typeof part !== 'bigint') {
      tokens.push(part)
      texts.push(part === 'dong' && parts[at + 1] === 'need' ? `${PHRASES[part]},` : PHRASES[part])
      continue
    }
    const words = spellWords(part)
    tokens.push(...words)
    const next = parts[at + 1]
    const stops = next === undefined || typeof next === 'bigint' || /^\p{Lu}/u.test(PHRASES[next])
    texts.push(words.join(' ') + (stops ? '.' : next === 'need' ? ',' : ''))
  }
  return { tokens, text: sentences(texts.join(' ')) }
}

/** A capital after every full stop: "Ba mươi lăm nghìn. Đủ." */
function sentences(text: string): string {
  return text
    .replace(/(^|[.!?]\s+)(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
    .replace(/đồng (?=\p{Lu})/gu, 'đồng. ')
}
