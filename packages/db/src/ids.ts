import { randomFillSync } from 'node:crypto'

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** Every id in the system starts with one of these, so that a stray id says what it names. */
export type IdPrefix =
  | 'acc'
  | 'apk'
  | 'apr'
  | 'bok'
  | 'btx'
  | 'cal'
  | 'cck'
  | 'chg'
  | 'chx'
  | 'col'
  | 'con'
  | 'cen'
  | 'cns'
  | 'crd'
  | 'csh'
  | 'cus'
  | 'ctr'
  | 'dec'
  | 'dev'
  | 'dlg'
  | 'drq'
  | 'dso'
  | 'dsp'
  | 'enr'
  | 'hnd'
  | 'inb'
  | 'key'
  | 'lok'
  | 'mbr'
  | 'mkt'
  | 'mtr'
  | 'ntc'
  | 'pau'
  | 'pay'
  | 'psh'
  | 'rcp'
  | 'rfd'
  | 'req'
  | 'rnd'
  | 'rsl'
  | 'ses'
  | 'shd'
  | 'shf'
  | 'stf'
  | 'stl'
  | 'stt'
  | 'stm'
  | 'sus'
  | 'tkt'
  | 'trf'
  | 'usr'
  | 'vat'
  | 'vis'
  | 'zon'

/** Random bytes that nobody has had yet, drawn many at a time: asking for a dozen costs as much as for thousands. */
const drawn = Buffer.alloc(4_096)
let used = drawn.length

/** `size` characters of base 32 (5 random bits each), lower case: safe in URLs, file names and speech. */
export function randomBase32(size: number): string {
  let text = ''
  while (text.length < size) {
    if (used === drawn.length) {
      randomFillSync(drawn)
      used = 0
    }
    text += CROCKFORD[(drawn[used] ?? 0) & 31]
    used += 1
  }
  return text
}

const TIME_CHARACTERS = 9
const RANDOM_CHARACTERS = 11

/**
 * A new id such as `pay_1jdqk8w3z5k1w…`: the prefix, the millisecond, and 55 random bits. What is made together lies
 * together in every index, so that a table of ten million rows takes the next one as fast as an empty one; sort by time or
 * number all the same, since ids of one millisecond have no order.
 */
export function newId(prefix: IdPrefix): string {
  let time = ''
  for (let left = Date.now(), at = 0; at < TIME_CHARACTERS; at++, left = Math.floor(left / 32)) {
    time = `${CROCKFORD[left % 32]}${time}`
  }
  return `${prefix}_${time}${randomBase32(RANDOM_CHARACTERS)}`
}
