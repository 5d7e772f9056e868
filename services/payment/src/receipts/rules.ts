/** A receipt's number as people read it out: `2026-000123`. */
export function receiptNumber(year: number, number: number): string {
  return `${year}-${String(number).padStart(6, '0')}`
}

/** A page of a collector's book as it is printed and read out: `B12-0007`. */
export function pageName(bookCode: string, page: number): string {
  return `${bookCode}-${String(page).padStart(4, '0')}`
}
