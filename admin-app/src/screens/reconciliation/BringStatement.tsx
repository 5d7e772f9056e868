import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  ApiError,
  type StatementColumns,
  type StatementPreview,
  type StatementRecord,
} from '@tienve/contracts'
import {
  Button,
  Card,
  ErrorPanel,
  Field,
  fill,
  isStatementRead,
  Select,
  StatementProgress,
  StatementRefusal,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { addressOf, queryText, useRoute } from '../../route.ts'

const WORDS = {
  back: { vi: '‹ Đối soát', en: '‹ Reconciliation' },
  title: { vi: 'Nhập sao kê', en: 'Bring a statement' },
  account: { vi: 'Tài khoản {number}', en: 'Account {number}' },
  what: {
    vi: 'Tải sao kê ở ngân hàng (Excel, CSV, MT940, camt.053), rồi chọn tệp. Tệp phải cộng đúng mới nhập; nhập lại tệp cũ không sao.',
    en: 'Take the statement from the bank (Excel, CSV, MT940, camt.053) and choose it. It has to add up; the same file twice does no harm.',
  },
  file: { vi: 'Tệp sao kê', en: 'The file' },
  rows: { vi: 'Mấy dòng đầu của tệp', en: 'The first rows of the file' },
  columns: { vi: 'Cột nào là gì', en: 'Which column is what' },
  none: { vi: '(không có)', en: '(none)' },
  send: { vi: 'Nhập', en: 'Bring it' },
  sending: { vi: 'Đang gửi tệp …', en: 'Sending the file …' },
  anyway: { vi: 'Vẫn nhập, không đối chiếu được', en: 'Bring it unchecked all the same' },
}

const ROLES = {
  occurredAt: { vi: 'Ngày giờ', en: 'When' },
  credit: { vi: 'Tiền vào', en: 'In' },
  debit: { vi: 'Tiền ra', en: 'Out' },
  amount: { vi: 'Số tiền (một cột)', en: 'Amount (one column)' },
  balance: { vi: 'Còn lại sau khoản', en: 'What stood there after' },
  reference: { vi: 'Số giao dịch', en: 'Reference' },
  content: { vi: 'Nội dung', en: 'Memo' },
}
type Role = keyof typeof ROLES
const ROLE_NAMES = Object.keys(ROLES) as Role[]

const SHOWN_ROWS = 8

/** The accountant brings the board's own statement: chosen, seen, and only then taken in. */
export function BringStatement() {
  const w = useWords(WORDS)
  const { query } = useRoute()
  const base = `/v1/receiving-accounts/${encodeURIComponent(query.get('account') ?? '')}/statements`
  const [file, setFile] = useState<File | null>(null)
  const [columns, setColumns] = useState<StatementColumns | null>(null)
  const look = useMutation({
    mutationFn: (chosen: File) =>
      api.upload<StatementPreview>(`${base}/preview`, chosen, { idempotencyKey: crypto.randomUUID() }),
  })
  const send = useMutation({
    mutationFn: ({ chosen, unchecked }: { chosen: File; unchecked: boolean }) =>
      api.upload<StatementRecord>(
        `${base}${queryText({
          columns: columns === null ? undefined : JSON.stringify(columns),
          unchecked: unchecked ? 'true' : undefined,
        })}`,
        chosen,
        { idempotencyKey: crypto.randomUUID() },
      ),
  })
  const problem = send.error instanceof ApiError ? send.error.problem : null
  return (
    <div className="stack">
      <a className="text-link touch-link" href={addressOf('reconciliation')}>
        {w.back}
      </a>
      <h1>{w.title}</h1>
      <Card title={fill(w.account, { number: query.get('number') ?? '' })}>
        <p>{w.what}</p>
        <Field
          id="statement-file"
          type="file"
          accept=".xlsx,.xls,.csv,.txt,.sta,.xml,.mt940"
          label={w.file}
          onChange={({ target }) => {
            const [chosen] = target.files ?? []
            if (chosen === undefined) return
            setFile(chosen)
            setColumns(null)
            send.reset()
            look.mutate(chosen)
          }}
          // The same file again is chosen again, since it may have been mended meanwhile.
          onClick={({ currentTarget }) => {
            currentTarget.value = ''
          }}
        />
        {send.isError ? <ErrorPanel error={send.error} /> : null}
        <StatementRefusal error={send.error} />
        {file === null || send.data !== undefined ? null : (
          <div className="filters">
            <Button disabled={send.isPending} onClick={() => send.mutate({ chosen: file, unchecked: false })}>
              {send.isPending ? w.sending : w.send}
            </Button>
            {problem?.code === 'statement_unchecked' ? (
              <Button kind="quiet" onClick={() => send.mutate({ chosen: file, unchecked: true })}>
                {w.anyway}
              </Button>
            ) : null}
          </div>
        )}
        {send.data === undefined ? null : <Progress id={send.data.id} />}
      </Card>
      {look.data === undefined || send.data !== undefined ? null : (
        <Preview
          of={look.data}
          columns={columns ?? columnsOf(look.data)}
          onChange={setColumns}
          isAsked={look.data.headerLine === null || problem?.code === 'statement_refused'}
        />
      )}
    </div>
  )
}

/** What each column is taken for, until a person says otherwise. */
function columnsOf({ columns }: StatementPreview): StatementColumns {
  return Object.fromEntries(
    ROLE_NAMES.flatMap((role) => {
      const found = columns.find(({ title, roles }) => title !== '' && roles.includes(role))
      return found === undefined ? [] : [[role, found.title]]
    }),
  )
}

function Preview({
  of: { rows, columns: all, headerLine },
  columns,
  onChange,
  isAsked,
}: {
  of: StatementPreview
  columns: StatementColumns
  onChange: (columns: StatementColumns) => void
  isAsked: boolean
}) {
  const w = useWords(WORDS)
  const r = useWords(ROLES)
  const titles = [...new Set(all.map(({ title }) => title).filter((title) => title !== ''))]
  const first = rows.findIndex(({ line }) => line === headerLine)
  const shown = rows.slice(Math.max(0, first)).slice(0, SHOWN_ROWS)
  return (
    <Card title={w.rows}>
      <div className="scroll" tabIndex={0} role="region" aria-label={w.rows}>
        <table>
          <tbody>
            {shown.map(({ line, cells }) => (
              <tr key={line}>
                <th scope="row">{line}</th>
                {cells.map((cell, at) => (
                  <td key={at}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {titles.length === 0 ? null : (
        <details open={isAsked}>
          <summary className="touch-summary">{w.columns}</summary>
          {ROLE_NAMES.map((role) => (
            <Select
              key={role}
              id={`column-${role}`}
              label={r[role]}
              value={columns[role] ?? ''}
              onChange={({ target }) => {
                const { [role]: _before, ...rest } = columns
                onChange(target.value === '' ? rest : { ...rest, [role]: target.value })
              }}
            >
              <option value="">{w.none}</option>
              {titles.map((title) => (
                <option key={title} value={title}>
                  {title}
                </option>
              ))}
            </Select>
          ))}
        </details>
      )}
    </Card>
  )
}

/** How far a statement is read, and what its rows came to. */
function Progress({ id }: { id: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const progress = useQuery({
    queryKey: ['statement', id],
    queryFn: async () => {
      const next = await api.get<StatementRecord>(`/v1/statements/${id}`)
      if (isStatementRead(next)) await queries.invalidateQueries({ queryKey: ['reconciliation'] })
      return next
    },
    refetchInterval: ({ state }) => (state.data !== undefined && isStatementRead(state.data) ? false : 1_000),
  })
  const { data } = progress
  if (progress.isError) return <ErrorPanel error={progress.error} onRetry={() => void progress.refetch()} />
  if (data === undefined) return null
  return <StatementProgress of={data} label={w.title} />
}
