import { ApiError, type StatementRecord } from '@tienve/contracts'
import { fill, useWords, type Words } from './language.tsx'
import { Mark } from './parts.tsx'

/** Why a statement is refused, and what to do about it (docs/STATEMENTS.md, "Refusals"). */
const REASONS: Words<string> = {
  file_empty: { vi: 'Tệp trống.', en: 'The file is empty.' },
  file_too_large: {
    vi: 'Tệp quá lớn. Tải từng tháng.',
    en: 'The file is too large: take a month at a time.',
  },
  too_many_rows: { vi: 'Tệp quá nhiều dòng. Tải từng tháng.', en: 'Too many rows: take a month at a time.' },
  format_unknown: { vi: 'Không phải tệp sao kê đọc được.', en: 'This is no statement that can be read.' },
  file_encrypted: {
    vi: 'Tệp có mật khẩu. Lưu lại không mật khẩu.',
    en: 'It has a password: save it without.',
  },
  xls_binary: { vi: 'Tệp .xls cũ. Mở ra, lưu lại thành .xlsx.', en: 'An old .xls: save it as .xlsx.' },
  file_unreadable: { vi: 'Tệp hỏng hoặc thiếu.', en: 'The file is broken or cut.' },
  columns_unknown: { vi: 'Không nhận ra các cột.', en: 'The columns are not known.' },
  currency_unsupported: { vi: 'Không phải tiền đồng.', en: 'It is not in đồng.' },
  several_accounts: { vi: 'Tệp có nhiều tài khoản. Tải từng tài khoản.', en: 'It holds several accounts.' },
  row_unreadable: { vi: 'Dòng này không đọc được.', en: 'This row cannot be read.' },
  date_unreadable: { vi: 'Ngày không đọc được.', en: 'The date cannot be read.' },
  date_ambiguous: {
    vi: 'Ngày có thể bị đảo ngày và tháng. Tải lại tệp, đừng mở bằng Excel.',
    en: 'Day and month may be swapped: take the file again, and do not open it in Excel.',
  },
  amount_unreadable: { vi: 'Số tiền không đọc được.', en: 'The amount cannot be read.' },
  amount_fractional: { vi: 'Số tiền có phần lẻ của đồng.', en: 'The amount has a fraction of a đồng.' },
  amount_ambiguous: { vi: 'Không rõ là nghìn hay đơn vị.', en: 'It may be thousands or units.' },
  amount_negative: { vi: 'Số tiền âm.', en: 'The amount is below zero.' },
  amount_missing: { vi: 'Thiếu số tiền.', en: 'The amount is missing.' },
  amount_two_sided: { vi: 'Vừa tiền vào vừa tiền ra.', en: 'In and out at once.' },
  direction_unknown: { vi: 'Không rõ tiền vào hay ra.', en: 'In or out is not said.' },
  balances_mismatch: {
    vi: 'Đầu kỳ cộng vào trừ ra không bằng cuối kỳ: tệp thiếu hoặc bị sửa.',
    en: 'Opening and rows do not come to the closing: it is cut or was changed.',
  },
  running_balance_mismatch: {
    vi: 'Số còn lại ở dòng này không nối với dòng trước: tệp thiếu hoặc bị sửa.',
    en: 'What stood there does not follow from the row before: it is cut or was changed.',
  },
}

const WORDS = {
  line: { vi: 'Dòng {line} của tệp', en: 'Line {line} of the file' },
  reading: { vi: 'Đã xem {done}/{all} dòng', en: '{done} of {all} rows read' },
  done: { vi: 'Xong {all} dòng', en: 'All {all} rows are done' },
  result: {
    vi: '{joined} dòng đã biết, {added} dòng mới, {held} dòng chờ người xem.',
    en: '{joined} were known, {added} are new, {held} wait for a person.',
  },
}

/** Which line of a statement is at fault, and why; nothing for an error of another kind. */
export function StatementRefusal({ error }: { error: unknown }) {
  const w = useWords(WORDS)
  const reasons = useWords(REASONS)
  const fields = error instanceof ApiError ? (error.problem.fields ?? {}) : {}
  const why = Object.entries(reasons).find(([code]) => code === fields['file'])?.[1]
  const { line } = fields
  if (why === undefined && line === undefined) return null
  return (
    <p className="tv-refusal">
      {line === undefined ? null : <b>{fill(w.line, { line })}. </b>}
      {why}
    </p>
  )
}

/** How far a statement is read, and what its rows came to. `label` names the bar. */
export function StatementProgress({ of, label }: { of: StatementRecord; label: string }) {
  const w = useWords(WORDS)
  const { rowCount, rowsDone, joined, added, held } = of
  return (
    <>
      <progress className="wide" max={Math.max(1, rowCount)} value={rowsDone} aria-label={label} />
      <div role="status">
        {isStatementRead(of) ? (
          <Mark kind={held === 0 ? 'good' : 'warn'}>{fill(w.done, { all: rowCount })}</Mark>
        ) : (
          fill(w.reading, { done: rowsDone, all: rowCount })
        )}
      </div>
      <p>{fill(w.result, { joined, added, held })}</p>
    </>
  )
}

/** Whether every row was looked at: nothing more will change. */
export function isStatementRead({ rowCount, rowsDone }: StatementRecord): boolean {
  return rowsDone >= rowCount
}
