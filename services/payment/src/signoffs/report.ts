import {
  SUSPENSE_REASONS,
  type ClosedDay,
  type DaySignOff,
  type DifferenceReason,
  type StatementCover,
  type SuspenseReason,
} from '@tienve/contracts'
import type { Content } from 'pdfmake/interfaces.js'
import { heading, momentOf, sealOf, type Printed } from '../closing/report.ts'
import { dayOf } from '../days.ts'
import { reportPdf, signatures, tableOf } from '../documents/report.ts'
import { writeWorkbook } from '../documents/sheet.ts'
import { formatDay, type Cell, type Column } from '../documents/table.ts'
import { bankCodeOf } from '../stalls/rules.ts'
import type { SignedAccount, SignedSuspense } from './tables.ts'

/** All that the report of a day says. `closed` is null while the day's books are open: it has no seal yet. */
export type PrintedSignOff = {
  signOff: DaySignOff
  accounts: readonly SignedAccount[]
  suspense: readonly SignedSuspense[]
  closed: ClosedDay | null
  market: Printed
}

const COVERS: Record<StatementCover, string> = {
  none: 'Không',
  reading: 'Đang đọc',
  read: 'Có',
}

const WHY: Record<DifferenceReason, string> = {
  foreign_account: 'Tài khoản lạ',
  not_posted: 'Sổ chưa ghi',
}

const SUSPENSE: Record<SuspenseReason, string> = {
  no_code: 'Không có mã trong nội dung',
  several_codes: 'Nhiều mã trong nội dung',
  unknown_code: 'Mã lạ',
  hint_disagrees: 'Mã khác với báo của nhà cung cấp',
  foreign_account: 'Tài khoản lạ',
  changed_event: 'Tin báo lại với nội dung khác',
  overpaid_twice: 'Trả hai lần',
  wrong_amount: 'Sai số tiền',
  ambiguous: 'Có thể đã có, chưa rõ',
  unconfirmed: 'Nguồn chính chưa báo',
  outgoing: 'Tiền ra chưa rõ việc gì',
}

type Sheet = { name: string; columns: readonly Column[]; rows: Cell[][]; total?: Cell[] }

function accountsOf({ accounts, signOff }: PrintedSignOff): Sheet {
  const { bankVnd, ledgerVnd, differenceVnd } = signOff.seen
  return {
    name: 'Tài khoản',
    columns: [
      { head: 'Tài khoản', kind: 'text', width: 22 },
      { head: 'Đầu ngày (đ)', kind: 'money' },
      { head: 'Ngân hàng báo (đ)', kind: 'money' },
      { head: 'Sổ ghi (đ)', kind: 'money' },
      { head: 'Chênh lệch (đ)', kind: 'money' },
      { head: 'Cuối ngày (đ)', kind: 'money' },
      { head: 'Sao kê', kind: 'text', width: 10 },
    ],
    rows: accounts.map((one) => [
      one.bin === null || one.number === null
        ? 'Tài khoản của các sạp và tài khoản lạ (gộp)'
        : `${bankCodeOf(one.bin)} ${one.number}`,
      one.openingVnd,
      one.bankVnd,
      one.ledgerVnd,
      one.differenceVnd,
      one.closingVnd,
      one.statement === null ? '' : COVERS[one.statement],
    ]),
    total: [
      'Cộng tài khoản của Ban quản lý; chênh lệch cả chợ',
      null,
      bankVnd,
      ledgerVnd,
      differenceVnd,
      null,
      '',
    ],
  }
}

function rowsOf({ signOff }: PrintedSignOff): Sheet {
  return {
    name: 'Dòng chênh lệch',
    columns: [
      { head: 'Mã giao dịch ngân hàng', kind: 'text', width: 20 },
      { head: 'Chênh lệch (đ)', kind: 'money' },
      { head: 'Vì sao', kind: 'text', width: 16 },
      { head: 'Lý do người ký ghi', kind: 'text', width: 40 },
    ],
    rows: signOff.reasons.map((row) => [row.bankTransactionId, row.amountVnd, WHY[row.why], row.reason]),
  }
}

function lateOf({ signOff }: PrintedSignOff): Sheet {
  return {
    name: 'Đến sau khi ký',
    columns: [
      { head: 'Mã giao dịch ngân hàng', kind: 'text', width: 20 },
      { head: 'Tài khoản', kind: 'text', width: 14 },
      { head: 'Số tiền (đ)', kind: 'money' },
      { head: 'Lúc ngân hàng ghi', kind: 'text', width: 18 },
      { head: 'Lúc nghe được', kind: 'text', width: 18 },
    ],
    rows: signOff.lateRows.map((row) => [
      row.bankTransactionId,
      row.number,
      row.amountVnd,
      momentOf(row.occurredAt),
      momentOf(row.receivedAt),
    ]),
  }
}

function suspenseOf({ suspense }: PrintedSignOff): Sheet {
  const wordsOf = (reason: string): string => {
    const known = SUSPENSE_REASONS.find((one) => one === reason)
    return known === undefined ? reason : SUSPENSE[known]
  }
  return {
    name: 'Treo chờ xử lý',
    columns: [
      { head: 'Vì sao còn treo', kind: 'text', width: 40 },
      { head: 'Số khoản', kind: 'count' },
      { head: 'Số tiền (đ)', kind: 'money' },
    ],
    rows: suspense.map((one) => [wordsOf(one.reason), one.count, one.amountVnd]),
  }
}

function signersOf({ signOff }: PrintedSignOff): Sheet {
  return {
    name: 'Chữ ký',
    columns: [
      { head: 'Chữ ký', kind: 'text', width: 20 },
      { head: 'Người ký', kind: 'text', width: 30 },
      { head: 'Lúc', kind: 'text', width: 18 },
    ],
    rows: [
      ['Kế toán', signOff.signedBy, momentOf(signOff.signedAt)],
      ['Trưởng ban', signOff.decidedBy ?? '', momentOf(signOff.decidedAt ?? '')],
    ],
  }
}

/** The report of a signed day on A4: accounts, the rows that differ, suspense, who signed, what came later, and the seal. */
export function signOffPdf(printed: PrintedSignOff): Promise<Buffer> {
  const { signOff, closed, market } = printed
  return reportPdf({
    ...market,
    title: 'Báo cáo đối soát ngày',
    subtitle: `Ngày ${formatDay(signOff.day)}`,
    content: [
      ...section(accountsOf(printed)),
      ...section(rowsOf(printed), 'Không có dòng nào chênh lệch.'),
      ...section(suspenseOf(printed), 'Không có khoản nào treo.'),
      ...section(signersOf(printed)),
      ...(signOff.isChanged
        ? section(
            lateOf(printed),
            'Số liệu của ngày đã khác với lúc ký, không phải vì tài khoản của Ban quản lý.',
          )
        : []),
      heading('Niêm phong'),
      ...(closed === null ? [{ text: NOT_CLOSED }] : sealOf(closed)),
      signatures(dayOf(market.madeAt), ['Kế toán', 'Trưởng ban']),
    ],
  })
}

const NOT_CLOSED = 'Ngày này chưa chốt sổ nên chưa có niêm phong: chốt ngày rồi in lại.'

function section({ name, columns, rows, total }: Sheet, none?: string): Content[] {
  const body: Content =
    rows.length === 0 && none !== undefined
      ? { text: none, margin: [0, 0, 0, 8] }
      : tableOf(columns, rows, total)
  return [heading(name), body]
}

/** The same as a spreadsheet, a sheet a part; the last one holds the seal as its whole line. */
export function signOffXlsx(printed: PrintedSignOff): Promise<Buffer> {
  const { signOff, closed } = printed
  const accounts = accountsOf(printed)
  const seal = closed?.seal ?? null
  const sealed: Sheet = {
    name: 'Niêm phong',
    columns: [
      { head: 'Mục', kind: 'text', width: 24 },
      { head: 'Nội dung', kind: 'text', width: 100 },
    ],
    rows: [
      ['Ngày', formatDay(signOff.day)],
      ...(seal === null
        ? [['Niêm phong', closed === null ? NOT_CLOSED : 'Đang niêm phong: tải lại sau một phút.']]
        : [
            ['Khối', String(seal.height)],
            ['Mã băm', seal.hash],
            ['Khóa', seal.keyId],
            ['Lúc', momentOf(seal.sealedAt)],
            ['Cả dòng', seal.text],
          ]),
    ],
  }
  return writeWorkbook([
    { ...accounts, rows: [...accounts.rows, accounts.total ?? []] },
    rowsOf(printed),
    suspenseOf(printed),
    signersOf(printed),
    ...(signOff.isChanged ? [lateOf(printed)] : []),
    sealed,
  ])
}
