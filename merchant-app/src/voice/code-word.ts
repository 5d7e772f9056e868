import { atMarket } from '../clock.ts'

/**
 * Short words that are told apart in a noisy hall and are no number: fruit, flowers and animals. The sound has each of
 * them.
 */
export const CODE_WORDS = [
  'cam',
  'bưởi',
  'chuối',
  'ổi',
  'xoài',
  'dừa',
  'gấc',
  'khế',
  'nho',
  'táo',
  'lê',
  'mận',
  'đào',
  'nhãn',
  'vải',
  'hồng',
  'sen',
  'cúc',
  'lan',
  'huệ',
  'nhài',
  'mèo',
  'gà',
  'vịt',
  'trâu',
  'bò',
  'ngựa',
  'voi',
  'hổ',
  'thỏ',
  'cá',
  'cua',
  'tôm',
  'ong',
  'bướm',
  'chim',
  'công',
  'rùa',
  'ốc',
  'cò',
] as const
export type CodeWord = (typeof CODE_WORDS)[number]

/** `daily` draws another word each morning; `chosen` keeps hers until she takes another. */
export type CodeWordChoice = { mode: 'off' } | { mode: 'daily' | 'chosen'; word: CodeWord; day: string }

const OFF: CodeWordChoice = { mode: 'off' }

/** What was chosen, as it stands now: a word that is drawn daily is drawn anew on another day, and is never the last one again. */
export function renew(choice: CodeWordChoice, now: Date, chance: () => number): CodeWordChoice {
  const { day } = atMarket(now)
  if (choice.mode !== 'daily' || choice.day === day) return choice
  return draw(choice.word, day, chance)
}

/** A word by chance for the day that holds this moment. */
export function drawDaily(now: Date, chance: () => number): CodeWordChoice {
  return draw(null, atMarket(now).day, chance)
}

export function choose(word: CodeWord, now: Date): CodeWordChoice {
  return { mode: 'chosen', word, day: atMarket(now).day }
}

/** Reads what this phone kept for a stall; whatever it cannot have written itself counts as off. */
export function readChoice(kept: string | null): CodeWordChoice {
  if (kept === null) return OFF
  const [mode, word, day] = kept.split(' ')
  const known = CODE_WORDS.find((one) => one === word)
  if ((mode !== 'daily' && mode !== 'chosen') || known === undefined || day === undefined) return OFF
  return { mode, word: known, day }
}

export function writeChoice(choice: CodeWordChoice): string {
  return choice.mode === 'off' ? choice.mode : `${choice.mode} ${choice.word} ${choice.day}`
}

function draw(last: CodeWord | null, day: string, chance: () => number): CodeWordChoice {
  const others = CODE_WORDS.filter((one) => one !== last)
  const word = others[Math.floor(chance() * others.length)] ?? others[0]
  return word === undefined ? OFF : { mode: 'daily', word, day }
}
