import { IMPORT_COLUMNS, IMPORT_COLUMN_NAMES, type ImportColumn } from '@tienve/contracts'
import { buffer } from 'node:stream/consumers'
import { writeXlsx } from '../../services/payment/src/documents/sheet.ts'

/** A register of 60 stalls of a new hall, in five rows of twelve, as a file to import. */
export async function stallSheet(change: (at: number) => Partial<Record<ImportColumn, string>> = () => ({})) {
  const rowOf = (at: number): Partial<Record<ImportColumn, string>> => ({
    zone: 'Nhà lồng mới',
    code: `NL${String(at + 1).padStart(2, '0')}`,
    name: `Sạp nhà lồng ${at + 1}`,
    rowLabel: `N${1 + Math.floor(at / 12)}`,
    lot: String(1 + (at % 12)),
    areaM2: '4,5',
    positionGrade: '2',
    holder: `Lê Thị Số ${at + 1}`,
    number: `NL/${at + 1}`,
    startsOn: '01/01/2026',
    depositVnd: '2.000.000',
    ...change(at),
  })
  return {
    name: 'so-sap.xlsx',
    mimeType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    buffer: await buffer(
      writeXlsx({
        name: 'Sạp',
        columns: IMPORT_COLUMN_NAMES.map((name) => ({ head: IMPORT_COLUMNS[name].head, kind: 'text' })),
        rows: Array.from({ length: 60 }, (_, at) => {
          const row = rowOf(at)
          return IMPORT_COLUMN_NAMES.map((name) => row[name] ?? null)
        }),
      }),
    ),
  }
}
