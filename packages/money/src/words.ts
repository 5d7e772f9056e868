import { doReadNumber, ReadingConfig } from 'read-vietnamese-number'

/** As a Northern speaker counts: `nghìn` and not `ngàn`, `linh` and not `lẻ`, `tỷ` as the law spells it. */
const NORTHERN = new ReadingConfig()
NORTHERN.unit = []
NORTHERN.units = [[], ['nghìn'], ['triệu'], ['tỷ']]
NORTHERN.oddText = 'linh'

/** The words of a whole amount of zero or more, one by one and without `đồng`: what the voice puts together. */
export function spellWords(amount: bigint | number): string[] {
  const whole = BigInt(amount)
  if (whole < 0n) throw new RangeError('an amount in words is never negative')
  return doReadNumber(whole, NORTHERN).split(' ')
}

/** `35000` as `ba mươi lăm nghìn đồng`. For any whole amount of zero or more. */
export function spellVnd(amount: bigint | number): string {
  return `${spellWords(amount).join(' ')} đồng`
}
