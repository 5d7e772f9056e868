/** `2026-11-24T07:12:00+07:00` as `07:12`. The wire already carries Vietnam's clock. */
export function clockOf(moment: string): string {
  return moment.slice(11, 16)
}

/** `2026-11-24` (or a moment) as `24/11`. */
export function dateOf(day: string): string {
  return `${day.slice(8, 10)}/${day.slice(5, 7)}`
}

/** `2026-11` as `11/2026`. */
export function monthOf(period: string): string {
  return `${period.slice(5, 7)}/${period.slice(0, 4)}`
}

/** A moment as `24/11 18:44`, never broken over two lines, with the year when it is not this one. */
export function whenOf(moment: string): string {
  return `${fullDateOf(moment)}\u00a0${clockOf(moment)}`
}

/** A day (or a moment) as `24/11`, with the year when it is not this one: a ledger goes back further than a season. */
export function fullDateOf(day: string): string {
  const year = day.slice(0, 4)
  return year === String(new Date().getFullYear()) ? dateOf(day) : `${dateOf(day)}/${year}`
}
