import { DENOMINATIONS } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import type { Page } from 'playwright-core'

/** The notes that make up a sum, as few as there can be. */
export function notesOf(sumVnd: number): [note: number, count: number][] {
  let left = sumVnd
  return DENOMINATIONS.flatMap((note) => {
    const count = Math.floor(left / note)
    left -= count * note
    return count === 0 ? [] : [[note, count] as [number, number]]
  })
}

/** Types a count into the fields of a hand-over. */
export async function countNotes(page: Page, notes: [number, number][]): Promise<void> {
  for (const [note, many] of notes) {
    await page.getByRole('spinbutton', { name: formatNumber(note), exact: true }).fill(String(many))
  }
}
