import { randomBytes } from 'node:crypto'

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz'

/** Every id in the system starts with one of these, so that a stray id says what it names. */
export type IdPrefix =
  | 'acc'
  | 'apr'
  | 'btx'
  | 'chg'
  | 'con'
  | 'csh'
  | 'inb'
  | 'key'
  | 'mkt'
  | 'pay'
  | 'rcp'
  | 'req'
  | 'rnd'
  | 'ses'
  | 'stl'
  | 'sus'
  | 'trf'
  | 'usr'
  | 'zon'

/** `size` characters of base 32 (5 random bits each), lower case: safe in URLs, file names and speech. */
export function randomBase32(size: number): string {
  let text = ''
  for (const byte of randomBytes(size)) text += CROCKFORD[byte & 31]
  return text
}

/** A new id such as `pay_5k1w…`: the prefix and 100 random bits. Ids carry no order; sort by time or number. */
export function newId(prefix: IdPrefix): string {
  return `${prefix}_${randomBase32(20)}`
}
