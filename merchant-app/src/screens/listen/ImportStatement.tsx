import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, type Stall, type StatementRecord } from '@tienve/contracts'
import {
  Button,
  Card,
  ErrorPanel,
  isStatementRead,
  StatementProgress,
  StatementRefusal,
  useWords,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Nhập sao kê', en: 'Import a statement' },
  what: {
    vi: 'Tải sao kê từ app ngân hàng (Excel, CSV), rồi chọn tệp ở đây. Tiền trong đó được xác nhận, không báo bằng tiếng. Nhập lại tệp cũ không sao.',
    en: 'Take a statement from your bank’s app (Excel, CSV) and choose it here. Its money is confirmed, without a sound. The same file twice does no harm.',
  },
  file: { vi: 'Tệp sao kê', en: 'The file' },
  send: { vi: 'Nhập', en: 'Import' },
  sending: { vi: 'Đang gửi tệp …', en: 'Sending the file …' },
  anyway: { vi: 'Vẫn nhập, không đối chiếu được', en: 'Import it unchecked all the same' },
  another: { vi: 'Nhập tệp khác', en: 'Another file' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** The stallholder confirms her sales by her own statement. */
export function ImportStatement({ stall, onBack }: { stall: Stall; onBack: () => void }) {
  const w = useWords(WORDS)
  const [account] = stall.accounts
  const [file, setFile] = useState<File | null>(null)
  const send = useMutation({
    mutationFn: ({ chosen, unchecked }: { chosen: File; unchecked: boolean }) =>
      api.upload<StatementRecord>(
        `/v1/receiving-accounts/${account?.id}/statements${unchecked ? '?unchecked=true' : ''}`,
        chosen,
        {
          idempotencyKey: crypto.randomUUID(),
        },
      ),
  })
  const problem = send.error instanceof ApiError ? send.error.problem : null
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {send.data === undefined ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            if (file !== null) send.mutate({ chosen: file, unchecked: false })
          }}
        >
          <p>{w.what}</p>
          <div className="tv-field">
            <label htmlFor="statement-file">{w.file}</label>
            <input
              id="statement-file"
              type="file"
              required
              accept=".xlsx,.csv,.txt,.sta,.xml,.mt940"
              onChange={(event) => setFile(event.target.files?.[0] ?? null)}
            />
          </div>
          {send.isError ? <ErrorPanel error={send.error} /> : null}
          <StatementRefusal error={send.error} />
          {problem?.code === 'statement_unchecked' && file !== null ? (
            <Button kind="quiet" onClick={() => send.mutate({ chosen: file, unchecked: true })}>
              {w.anyway}
            </Button>
          ) : null}
          <Button type="submit" disabled={file === null || send.isPending}>
            {send.isPending ? w.sending : w.send}
          </Button>
        </form>
      ) : (
        <>
          <Reading id={send.data.id} />
          <Button kind="quiet" onClick={() => send.reset()}>
            {w.another}
          </Button>
        </>
      )}
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function Reading({ id }: { id: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const progress = useQuery({
    queryKey: ['statement', id],
    queryFn: async () => {
      const next = await api.get<StatementRecord>(`/v1/statements/${id}`)
      if (isStatementRead(next)) await queries.invalidateQueries({ queryKey: ['day'] })
      return next
    },
    refetchInterval: ({ state }) => (state.data !== undefined && isStatementRead(state.data) ? false : 1_000),
  })
  const { data } = progress
  return (
    <Card>
      {progress.isError ? (
        <ErrorPanel error={progress.error} onRetry={() => void progress.refetch()} />
      ) : null}
      {data === undefined ? null : <StatementProgress of={data} label={w.title} />}
    </Card>
  )
}
