import type { LivePayment } from '@tienve/contracts'
import { spellWords } from '@tienve/money'
import { atMarket, dayBefore } from '../clock.ts'
import type { CodeWord } from './code-word.ts'

/** What is said: the words one by one as the sound has them, and the same as a sentence for the eye. */
export type VoiceLine = { tokens: readonly string[]; text: string }

/** The phrases that the sound has whole; amounts, times and counts are put together from single words. */
export const PHRASES = {
  enough: 'Đủ.',
  short: 'Thiếu!',
  justGot: 'Mới nhận',
  need: 'cần',
  slip: 'Thiếu ba số không.',
  over: 'Thừa',
  giveBack: 'Nhớ trả lại.',
  twice: 'Khách chuyển hai lần, mỗi lần',
  sentAt: 'Tiền lúc',
  oclock: 'giờ',
  yesterday: 'hôm qua',
  daysAgo: 'mấy hôm trước',
  toldNow: 'bây giờ mới báo:',
  unknown: 'Không rõ mã.',
  charge: 'Đã trả nợ chợ',
  reversed: 'Ngân hàng đã lấy lại',
  times: 'lần, tổng',
  again: 'Nhắc lại.',
  lost: 'Mất mạng. Chưa nghe được tiền về.',
  noScreens: 'Xem máy khách không tính.',
  back: 'Có mạng lại.',
  missed: 'Trong lúc mất mạng:',
  soundBack: 'Có tiếng lại.',
  unheard: 'Trong lúc mất tiếng:',
  closed: 'Trong lúc tắt máy:',
  deaf: 'Ngân hàng im lâu. Chưa nghe được tiền về.',
  slow: 'Ngân hàng báo chậm. Chờ một phút, hoặc xem app ngân hàng.',
  heardAgain: 'Lại nghe được ngân hàng.',
  test: 'Nghe rõ không?',
  practice: 'Tập thử.',
  dong: 'đồng',
} as const
type Phrase = keyof typeof PHRASES

/** A part is a phrase by its name or a number. */
type Part = Phrase | bigint

/** What comes after such a phrase is the same sentence, and the phrase is said after an amount without a stop. */
const FLOWS: ReadonlySet<Phrase> = new Set(['dong', 'times', 'oclock', 'yesterday', 'daysAgo', 'toldNow'])

/** What a line is made of. */
type Paid = Pick<LivePayment, 'amountVnd' | 'expectedVnd' | 'purpose' | 'verdict' | 'slip' | 'occurredAt'>

/** The amount first and then the verdict, because the amount is what the seller is waiting for. */
export function lineFor(payment: Paid, now: Date): VoiceLine {
  const amount = BigInt(payment.amountVnd)
  const expected = BigInt(payment.expectedVnd ?? 0)
  if (payment.purpose === 'charge')
    return payment.slip === 'thousandfold' ? line('charge', amount, 'dong', 'slip') : lines.owedPaid(amount)
  switch (payment.verdict) {
    case 'exact':
      return payment.expectedVnd === null ? line(amount, 'dong') : line(amount, 'enough')
    case 'short':
      return payment.slip === 'thousandfold'
        ? line('short', 'justGot', amount, 'dong', 'need', expected, 'slip')
        : line('short', 'justGot', amount, 'need', expected)
    case 'over':
      return line(amount, 'over', amount - expected, 'giveBack')
    case 'repeated':
      return line('twice', amount, 'giveBack')
    case 'late':
      return line('sentAt', ...sayWhen(new Date(payment.occurredAt), now), 'toldNow', amount)
    case 'unknown':
      return line(amount, 'dong', 'unknown')
  }
}

/** What is said of the line itself, and of several sales at once. */
export const lines = {
  lost: line('lost', 'noScreens'),
  deaf: line('deaf', 'noScreens'),
  slow: line('slow'),
  heardAgain: line('heardAgain'),
  test: line('test', 35_000n, 'enough'),
  owedPaid: (paidVnd: bigint): VoiceLine => line('charge', paidVnd, 'dong'),
  reversed: (reversedVnd: bigint): VoiceLine => line('reversed', reversedVnd, 'dong'),
  total: (count: number, sumVnd: bigint): VoiceLine => line(...sayTotal(count, sumVnd)),
  /** Of what came meanwhile: nothing but that it is over when nothing came. */
  back: (count: number, sumVnd: bigint): VoiceLine =>
    count === 0 ? line('back') : line('back', 'missed', ...sayTotal(count, sumVnd)),
  soundBack: (count: number, sumVnd: bigint): VoiceLine =>
    line('soundBack', 'unheard', ...sayTotal(count, sumVnd)),
  closed: (count: number, sumVnd: bigint): VoiceLine => line('closed', ...sayTotal(count, sumVnd)),
}

/** The same once more, said to be so: nobody may take it for other money. */
export function repeated(said: VoiceLine): VoiceLine {
  return { tokens: ['again', ...said.tokens], text: `${PHRASES.again} ${said.text}` }
}

/** Nobody may take what is only tried for money: it says so first. */
export function practised(said: VoiceLine): VoiceLine {
  return { tokens: ['practice', ...said.tokens], text: `${PHRASES.practice} ${said.text}` }
}

/** The stall's word first: whoever plays a recording of another day does not have it. */
export function withWord(word: CodeWord | null, said: VoiceLine): VoiceLine {
  return word === null
    ? said
    : { tokens: [word, ...said.tokens], text: `${sentences(`${word}.`)} ${said.text}` }
}

/** The time of the bank as it is told in the market. Minutes go without their word, and the full hour without minutes. */
function sayWhen(sentAt: Date, now: Date): readonly Part[] {
  const { day, hour, minute } = atMarket(sentAt)
  const time: Part[] = minute === 0 ? [BigInt(hour), 'oclock'] : [BigInt(hour), 'oclock', BigInt(minute)]
  if (day === atMarket(now).day) return time
  return [...time, day === dayBefore(now) ? 'yesterday' : 'daysAgo']
}

function sayTotal(count: number, sumVnd: bigint): readonly Part[] {
  return [BigInt(count), 'times', sumVnd]
}

function line(...parts: readonly Part[]): VoiceLine {
  const tokens: string[] = []
  const texts: string[] = []
  for (const [at, part] of parts.entries()) {
    const next = parts[at + 1]
    const words = typeof part === 'bigint' ? spellWords(part) : [PHRASES[part]]
    tokens.push(...(typeof part === 'bigint' ? words : [part]))
    texts.push(words.join(' ') + (typeof part === 'bigint' || FLOWS.has(part) ? stopBefore(part, next) : ''))
  }
  return { tokens, text: sentences(texts.join(' ')) }
}

/** How the eye is told that an amount is over: by a comma before what was asked, and else by a full stop. */
function stopBefore(part: Part, next: Part | undefined): string {
  if (next === 'need') return ','
  if (part !== 'dong' && typeof part !== 'bigint') return ''
  return next === undefined || (typeof next !== 'bigint' && !FLOWS.has(next)) ? '.' : ''
}

/** A capital after every full stop: "Ba mươi lăm nghìn. Đủ." */
function sentences(text: string): string {
  return text.replace(
    /(^|[.!?]\s+)(\p{Ll})/gu,
    (_, before: string, letter: string) => before + letter.toUpperCase(),
  )
}
