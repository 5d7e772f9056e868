import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query'
import type {
  LedgerAccountPage,
  LedgerBlockPage,
  LedgerTransferPage,
  LedgerVerify,
  Me,
  TrialBalance,
} from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Banner, Button, clockOf, dateOf, ErrorPanel, Loading, Money, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../api.ts'
import { Table } from '../parts.tsx'

const WORDS = {
  title: { vi: 'Sổ cái', en: 'Ledger' },
  transfers: { vi: 'Bút toán', en: 'Transfers' },
  accounts: { vi: 'Tài khoản', en: 'Accounts' },
  trial: { vi: 'Bảng cân đối', en: 'Trial balance' },
  blocks: { vi: 'Chuỗi khối', en: 'Blocks' },
  verify: { vi: 'Kiểm tra sổ', en: 'Verify the ledger' },
  checking: { vi: 'Đang tính lại toàn bộ sổ …', en: 'Recomputing the whole ledger …' },
  ok: { vi: 'Sổ đúng. Đã tính lại', en: 'The ledger is right. Recomputed' },
  entries: { vi: 'bút toán trong', en: 'transfers in' },
  chain: {
    vi: 'khối; nợ bằng có, không dòng nào bị sửa.',
    en: 'blocks; debits equal credits and no row was changed.',
  },
  wrong: { vi: 'Sổ có chỗ sai', en: 'The ledger is wrong at' },
  when: { vi: 'Lúc', en: 'When' },
  kind: { vi: 'Loại', en: 'Kind' },
  debit: { vi: 'Nợ', en: 'Debit' },
  credit: { vi: 'Có', en: 'Credit' },
  amount: { vi: 'Số tiền', en: 'Amount' },
  name: { vi: 'Tên', en: 'Name' },
  balance: { vi: 'Dư', en: 'Balance' },
  equal: { vi: 'Tổng nợ bằng tổng có', en: 'Total debit equals total credit' },
  unequal: { vi: 'Tổng nợ khác tổng có', en: 'Totals differ' },
  height: { vi: 'Khối', en: 'Block' },
  seqs: { vi: 'Số bút toán', en: 'Transactions' },
  hash: { vi: 'Mã băm', en: 'Hash' },
  more: { vi: 'Xem thêm', en: 'More' },
  sale_bank: { vi: 'Bán, chuyển khoản', en: 'Sale by bank' },
  sale_cash: { vi: 'Bán, tiền mặt', en: 'Sale in cash' },
  charge_issued: { vi: 'Phát hành khoản thu', en: 'Charge issued' },
  charge_paid: { vi: 'Nộp khoản thu', en: 'Charge paid' },
  suspense_in: { vi: 'Treo chờ xử lý', en: 'Into suspense' },
  suspense_to_charge: { vi: 'Từ treo sang khoản thu', en: 'Suspense to charge' },
  reversal: { vi: 'Bút toán đảo', en: 'Reversal' },
}

const VIEWS = ['transfers', 'accounts', 'trial', 'blocks'] as const

export function LedgerScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [view, setView] = useState<(typeof VIEWS)[number]>('transfers')
  const base = `/v1/markets/${me.market.id}/ledger`
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <Verify base={base} />
      <div className="filters" role="group" aria-label={w.title}>
        {VIEWS.map((one) => (
          <Button
            key={one}
            kind={one === view ? 'main' : 'quiet'}
            aria-pressed={one === view}
            onClick={() => setView(one)}
          >
            {w[one]}
          </Button>
        ))}
      </div>
      {view === 'transfers' ? <Transfers base={base} /> : null}
      {view === 'accounts' ? <Accounts base={base} /> : null}
      {view === 'trial' ? <Trial base={base} /> : null}
      {view === 'blocks' ? <Blocks base={base} /> : null}
    </div>
  )
}

function Verify({ base }: { base: string }) {
  const w = useWords(WORDS)
  const verify = useMutation({ mutationFn: () => api.get<LedgerVerify>(`${base}/verify`) })
  const { data } = verify
  return (
    <>
      <Button disabled={verify.isPending} onClick={() => verify.mutate()}>
        {w.verify}
      </Button>
      {verify.isPending ? <Banner kind="info">{w.checking}</Banner> : null}
      {verify.isError ? <ErrorPanel error={verify.error} /> : null}
      {data === undefined ? null : (
        <Banner kind={data.ok ? 'good' : 'bad'} testId="verify-result">
          {data.ok
            ? `${w.ok} ${formatNumber(data.transfers)} ${w.entries} ${formatNumber(data.blocks)} ${w.chain}`
            : `${w.wrong} ${data.firstWrong?.where ?? ''}: ${data.firstWrong?.why ?? ''}`}
        </Banner>
      )}
    </>
  )
}

function Transfers({ base }: { base: string }) {
  const w = useWords(WORDS)
  const words: Record<string, string> = w
  const pages = useInfiniteQuery({
    queryKey: ['transfers', base],
    queryFn: ({ pageParam }) =>
      api.get<LedgerTransferPage>(`${base}/transfers`, {
        order: 'newest',
        limit: 50,
        after: pageParam === '' ? undefined : pageParam,
      }),
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  })
  if (pages.isPending) return <Loading />
  if (pages.isError) return <ErrorPanel error={pages.error} onRetry={() => void pages.refetch()} />
  return (
    <>
      <Table
        caption={w.transfers}
        rows={pages.data.pages.flatMap(({ items }) => items)}
        keyOf={({ seq, leg }) => `${seq}.${leg}`}
        columns={[
          { head: '#', number: true, cell: (row) => row.seq },
          { head: w.when, cell: (row) => `${dateOf(row.occurredAt)} ${clockOf(row.occurredAt)}` },
          { head: w.kind, cell: (row) => words[row.kind] ?? row.kind },
          { head: w.debit, cell: (row) => row.debitAccount },
          { head: w.credit, cell: (row) => row.creditAccount },
          { head: w.amount, number: true, cell: (row) => <Money vnd={row.amountVnd} /> },
        ]}
      />
      {pages.hasNextPage ? (
        <Button kind="quiet" disabled={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {w.more}
        </Button>
      ) : null}
    </>
  )
}

function Accounts({ base }: { base: string }) {
  const w = useWords(WORDS)
  const page = useQuery({
    queryKey: ['accounts', base],
    queryFn: () => api.get<LedgerAccountPage>(`${base}/accounts`),
  })
  if (page.isPending) return <Loading />
  if (page.isError) return <ErrorPanel error={page.error} onRetry={() => void page.refetch()} />
  return (
    <Table
      caption={w.accounts}
      rows={page.data.items.filter(({ debitVnd, creditVnd }) => debitVnd + creditVnd > 0)}
      keyOf={({ id }) => id}
      columns={[
        { head: w.accounts, cell: (row) => row.id },
        { head: w.name, cell: (row) => row.name },
        { head: w.debit, number: true, cell: (row) => <Money vnd={row.debitVnd} /> },
        { head: w.credit, number: true, cell: (row) => <Money vnd={row.creditVnd} /> },
        { head: w.balance, number: true, cell: (row) => <Money vnd={row.balanceVnd} /> },
      ]}
    />
  )
}

function Trial({ base }: { base: string }) {
  const w = useWords(WORDS)
  const trial = useQuery({
    queryKey: ['trial', base],
    queryFn: () => api.get<TrialBalance>(`${base}/trial-balance`),
  })
  if (trial.isPending) return <Loading />
  if (trial.isError) return <ErrorPanel error={trial.error} onRetry={() => void trial.refetch()} />
  const { accounts, totalDebitVnd, totalCreditVnd } = trial.data
  return (
    <>
      <Banner kind={totalDebitVnd === totalCreditVnd ? 'good' : 'bad'}>
        {totalDebitVnd === totalCreditVnd ? w.equal : w.unequal}: <Money vnd={totalDebitVnd} />
      </Banner>
      <Table
        caption={w.trial}
        rows={accounts}
        keyOf={({ id }) => id}
        columns={[
          { head: w.accounts, cell: (row) => row.id },
          { head: w.name, cell: (row) => row.name },
          { head: w.debit, number: true, cell: (row) => <Money vnd={row.debitVnd} /> },
          { head: w.credit, number: true, cell: (row) => <Money vnd={row.creditVnd} /> },
        ]}
      />
    </>
  )
}

function Blocks({ base }: { base: string }) {
  const w = useWords(WORDS)
  const page = useQuery({
    queryKey: ['blocks', base],
    queryFn: () => api.get<LedgerBlockPage>(`${base}/blocks`, { limit: 50 }),
  })
  if (page.isPending) return <Loading />
  if (page.isError) return <ErrorPanel error={page.error} onRetry={() => void page.refetch()} />
  return (
    <Table
      caption={w.blocks}
      rows={page.data.items}
      keyOf={({ height }) => String(height)}
      columns={[
        { head: w.height, number: true, cell: (row) => row.height },
        { head: w.seqs, cell: (row) => `${row.firstSeq} – ${row.lastSeq}` },
        { head: w.hash, cell: (row) => <code>{row.hash.slice(0, 24)}…</code> },
      ]}
    />
  )
}
