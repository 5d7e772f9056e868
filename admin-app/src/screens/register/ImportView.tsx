import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  ApiError,
  IMPORT_COLUMNS,
  IMPORT_PROBLEMS,
  roleCan,
  type ImportPreview,
  type ImportResult,
  type ImportRow,
  type Me,
} from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Banner, Button, Card, ErrorPanel, Field, fill, Mark, useLanguage, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Table, type Column } from '../../parts.tsx'
import { addressOf } from '../../route.ts'

const WORDS = {
  back: { vi: '← Sổ sạp', en: '← The register' },
  title: { vi: 'Nhập sạp từ Excel', en: 'Import stalls from Excel' },
  told: {
    vi: 'Tải mẫu, điền mỗi sạp một dòng, rồi chọn tệp. Xem trước từng dòng; chưa bấm Nhập thì chưa ghi gì.',
    en: 'Download the template, one line a stall, and choose the file. Every line is shown first; nothing is written before you press Import.',
  },
  template: { vi: 'Tải mẫu trống', en: 'Download an empty template' },
  sheet: { vi: 'Tải sổ sạp hiện có', en: 'Download the register' },
  file: { vi: 'Tệp Excel (.xlsx, đến 2 MB, 2.000 dòng)', en: 'Excel file (.xlsx, up to 2 MB, 2,000 lines)' },
  reading: { vi: 'Đang đọc tệp …', en: 'Reading the file …' },
  new: { vi: 'Mới', en: 'New' },
  changed: { vi: 'Thay đổi', en: 'Changed' },
  same: { vi: 'Không đổi', en: 'As it is' },
  error: { vi: 'Có lỗi', en: 'Wrong' },
  counts: {
    vi: '{new} sạp mới · {changed} thay đổi · {same} không đổi · {error} dòng có lỗi',
    en: '{new} new · {changed} changed · {same} as they are · {error} lines wrong',
  },
  zones: { vi: 'Khu mới: {zones}', en: 'New zones: {zones}' },
  import: { vi: 'Nhập {count} sạp', en: 'Import {count} stalls' },
  nothing: {
    vi: 'Tệp giống hệt sổ sạp: không có gì để nhập.',
    en: 'The file is as the register is: nothing to import.',
  },
  fix: {
    vi: 'Sửa những dòng có lỗi trong tệp rồi chọn lại tệp. Chưa ghi gì cả.',
    en: 'Mend the wrong lines in the file and choose it again. Nothing has been written.',
  },
  done: {
    vi: 'Đã nhập: {stalls} sạp mới, {changedStalls} sạp sửa, {contracts} hợp đồng mới, {changedContracts} hợp đồng sửa, {meters} công tơ.',
    en: 'Imported: {stalls} new stalls, {changedStalls} changed, {contracts} new contracts, {changedContracts} changed, {meters} meters.',
  },
  see: { vi: 'Xem sơ đồ chợ', en: 'See the map' },
  line: { vi: 'Dòng', en: 'Line' },
  code: { vi: 'Mã sạp', en: 'Stall' },
  name: { vi: 'Tên', en: 'Name' },
  verdict: { vi: 'Kết quả', en: 'Verdict' },
  what: { vi: 'Lỗi hoặc thay đổi', en: 'What is wrong, or changes' },
  missing: { vi: 'thiếu cột', en: 'missing' },
  unknown: { vi: 'không có trong mẫu', en: 'not in the template' },
  twice: { vi: 'có hai lần', en: 'there twice' },
}
const MARKS = { new: 'good', changed: 'warn', same: 'none', error: 'bad' } as const
const SHOWN = 200

/** A sheet is chosen, seen line by line, and only then taken in. */
export function ImportView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const base = `/v1/markets/${me.market.id}/register`
  const [file, setFile] = useState('')
  const look = useMutation({
    mutationFn: async (chosen: File) => {
      const text = await toBase64(chosen)
      setFile(text)
      return api.post<ImportPreview>(`${base}/preview`, { file: text })
    },
  })
  const take = useMutation({
    mutationFn: ({ digest }: ImportPreview) =>
      api.post<ImportResult>(`${base}/import`, { file, digest }, { idempotencyKey: digest }),
    onSuccess: () => queries.invalidateQueries(),
  })
  if (!roleCan(me.user.role, 'register.write')) return null
  return (
    <>
      <a className="text-link back" href={addressOf('register')}>
        {w.back}
      </a>
      <Card title={w.title}>
        <p className="tv-quiet">{w.told}</p>
        <div className="form-actions">
          <a className="tv-button quiet small" href={api.address(`${base}/sheet.xlsx?rows=none`)} download>
            {w.template}
          </a>
          <a className="tv-button quiet small" href={api.address(`${base}/sheet.xlsx`)} download>
            {w.sheet}
          </a>
        </div>
        <div className="file-pick">
          <Field
            id="file"
            type="file"
            accept=".xlsx"
            label={w.file}
            onChange={({ target }) => {
              const [chosen] = target.files ?? []
              take.reset()
              if (chosen !== undefined) look.mutate(chosen)
            }}
            // The same file again is chosen again, since it may have been mended meanwhile.
            onClick={({ currentTarget }) => {
              currentTarget.value = ''
            }}
          />
        </div>
        {look.isPending ? <p role="status">{w.reading}</p> : null}
        {look.isError ? <WrongFile error={look.error} /> : null}
      </Card>
      {take.data === undefined ? null : (
        <Banner kind="good" testId="imported">
          {fill(w.done, take.data)}
        </Banner>
      )}
      {take.data === undefined ? null : (
        <a className="tv-button" href={addressOf('register/map')}>
          {w.see}
        </a>
      )}
      {take.isError ? <ErrorPanel error={take.error} /> : null}
      {look.data === undefined || take.data !== undefined ? null : (
        <Preview of={look.data} isBusy={take.isPending} onTake={() => take.mutate(look.data)} />
      )}
    </>
  )
}

/** A file that could not be read, with the headings that are at fault, if it is them. */
function WrongFile({ error }: { error: unknown }) {
  const w = useWords(WORDS)
  const fields = error instanceof ApiError ? (error.problem.fields ?? {}) : {}
  const said = { missing: w.missing, unknown: w.unknown, twice: w.twice }
  return (
    <>
      <ErrorPanel error={error} />
      <ul className="import-problems">
        {Object.entries(fields).map(([head, what]) => (
          <li key={head}>
            {head}: {Object.entries(said).find(([name]) => name === what)?.[1] ?? what}
          </li>
        ))}
      </ul>
    </>
  )
}

function Preview({ of, isBusy, onTake }: { of: ImportPreview; isBusy: boolean; onTake: () => void }) {
  const w = useWords(WORDS)
  const { counts, newZones, rows } = of
  const count = counts.new + counts.changed
  const ordered = (['error', 'changed', 'new', 'same'] as const).flatMap((verdict) =>
    rows.filter((row) => row.verdict === verdict),
  )
  return (
    <>
      <p data-testid="import-counts">
        <b>{fill(w.counts, { ...counts })}</b>
      </p>
      {newZones.length === 0 ? null : (
        <p>{fill(w.zones, { zones: newZones.map(({ code, name }) => `${code} · ${name}`).join(', ') })}</p>
      )}
      {counts.error > 0 ? (
        <p className="tv-bad">{w.fix}</p>
      ) : count === 0 ? (
        <p>{w.nothing}</p>
      ) : (
        <div className="form-actions">
          <Button disabled={isBusy} onClick={onTake}>
            {fill(w.import, { count: formatNumber(count) })}
          </Button>
        </div>
      )}
      <Table
        caption={w.title}
        rows={ordered.slice(0, SHOWN)}
        keyOf={({ line }) => String(line)}
        columns={useColumns()}
      />
    </>
  )
}

function useColumns(): Column<ImportRow>[] {
  const w = useWords(WORDS)
  return [
    { head: w.line, number: true, card: 'line', cell: ({ line }) => line },
    { head: w.code, card: 'line', cell: ({ code }) => code },
    { head: w.name, card: 'title', cell: ({ name }) => name },
    {
      head: w.verdict,
      card: 'figure',
      cell: ({ verdict }) => <Mark kind={MARKS[verdict]}>{w[verdict]}</Mark>,
    },
    { head: w.what, card: 'note', cell: (row) => <What of={row} /> },
  ]
}

/** The errors of a line by column, or what it would change. Of a new stall the line itself says enough. */
function What({ of: { verdict, errors, changes } }: { of: ImportRow }) {
  const language = useLanguage()
  const headOf = (column: keyof typeof IMPORT_COLUMNS) =>
    language === 'vi' ? IMPORT_COLUMNS[column].head : IMPORT_COLUMNS[column].en
  if (verdict === 'error')
    return (
      <ul className="import-problems">
        {errors.map(({ column, problem, value, other }) => (
          <li key={column}>
            {headOf(column)}: {fill(IMPORT_PROBLEMS[problem][language], { value, other })}
          </li>
        ))}
      </ul>
    )
  if (verdict !== 'changed') return null
  return (
    <ul className="import-changes">
      {changes.map(({ column, from, to }) => (
        <li key={column}>
          {headOf(column)}: {from ?? '–'} → <b>{to}</b>
        </li>
      ))}
    </ul>
  )
}

function toBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.addEventListener('load', () => resolve(String(reader.result).replace(/^[^,]*,/, '')))
    reader.addEventListener('error', () => reject(reader.error ?? new Error('the file cannot be read')))
    reader.readAsDataURL(file)
  })
}
