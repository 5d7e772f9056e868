import { spellWords } from '@tienve/money'
import { expect } from 'vitest'
import { PATIENCE } from './slow-phone.ts'
import type { Spoken } from './voice.ts'

/** What a story has sold: what a bank tells of, with how it is said where it is said by itself, and what was cash. */
export type Sold = { bank: { vnd: number; line: string }[]; cash: number[] }

const TIMES = new Map(Array.from({ length: 60 }, (_, at) => [spellWords(at).join(' '), at]))
const SUMS = new Map(Array.from({ length: 1_000 }, (_, at) => [spellWords(at * 1_000).join(' '), at * 1_000]))

/** What is said when the network goes. */
export const LOST = 'Mất mạng. Chưa nghe được tiền về. Xem máy khách không tính.'
const OF_NO_SALE = [LOST, 'Có mạng lại.', 'Đã trả nợ chợ']

/** How money is said that came by the printed code and is told by itself. */
export function freeLine(vnd: number): string {
  const words = spellWords(vnd).join(' ')
  return `${words.charAt(0).toUpperCase()}${words.slice(1)} đồng.`
}

/** Without the hour at which it was sent, which differs each time that a story is played. */
export const withoutTime = (text: string): string => text.replace(/^(Tiền lúc) .+ (bây giờ)/, '$1 … $2')

export const sumOf = (vnds: readonly number[]): number => vnds.reduce((sum, one) => sum + one, 0)

/** It was said, and truly played to its end. */
export async function hear(spoken: readonly Spoken[], line: string): Promise<void> {
  await expect.poll(() => spoken, { ...PATIENCE, message: line }).toContainEqual({ text: line, played: true })
}

/** All that came was said, by itself or in a sum, and nothing of it twice. */
export async function expectAllTold(spoken: readonly Spoken[], { bank }: Sold): Promise<void> {
  const told = () => {
    const read = spoken.filter(({ played }) => played).map(({ text }) => readLine(text, bank))
    return { count: sumOf(read.map(({ count }) => count)), vnd: sumOf(read.map(({ vnd }) => vnd)) }
  }
  await expect.poll(told, PATIENCE).toEqual({ count: bank.length, vnd: sumOf(bank.map(({ vnd }) => vnd)) })
}

/** How many sales a line tells of, and how much they come to. Throws for a line that nothing of the story has caused. */
function readLine(text: string, bank: Sold['bank']): { count: number; vnd: number } {
  const one = bank.find(({ line }) => line === withoutTime(text))
  if (one !== undefined) return { count: 1, vnd: one.vnd }
  const [, times = '', total = ''] = /([^.:]+) lần, tổng (.+)\.$/.exec(text.toLowerCase()) ?? []
  const count = TIMES.get(times.trim())
  const vnd = SUMS.get(total)
  if (count !== undefined && vnd !== undefined) return { count, vnd }
  if (OF_NO_SALE.some((start) => text.startsWith(start))) return { count: 0, vnd: 0 }
  throw new Error(`nobody knows why it said: ${text}`)
}
