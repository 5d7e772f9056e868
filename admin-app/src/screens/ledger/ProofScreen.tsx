import { useQuery } from '@tanstack/react-query'
import { roleCan, type LedgerVerify, type Me } from '@tienve/contracts'
import { Banner, Button, ErrorPanel, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { goTo, useRoute } from '../../route.ts'
import { Blocks } from './Blocks.tsx'
import { Exports } from './Exports.tsx'
import { Seals } from './Seals.tsx'
import { VerifyResult } from './VerifyResult.tsx'

const WORDS = {
  title: { vi: 'Kiểm tra và niêm phong', en: 'Proof and seals' },
  verify: { vi: 'Kiểm tra sổ', en: 'Verify the ledger' },
  fresh: { vi: 'Chỉ phần sau niêm phong cuối', en: 'Only what came after the last seal' },
  checking: { vi: 'Đang tính lại sổ …', en: 'Recomputing the ledger …' },
  what: {
    vi: 'Máy tính lại từ từng dòng: số thứ tự không đứt, nợ bằng có, tổng và ngày khớp, chuỗi khối và niêm phong khớp.',
    en: 'Recomputes from every row: no number is missing, debits equal credits, sums and days hold, and so do chain and seals.',
  },
}

export function ProofScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const base = `/v1/markets/${me.market.id}/ledger`
  const run = useRoute().query.get('run')
  const from = run === 'seal' ? 'seal' : 'start'
  const verify = useQuery({
    queryKey: ['verify', me.market.id, from],
    queryFn: () => api.get<LedgerVerify>(`${base}/verify`, { from }),
    enabled: run !== null,
    // It reads the whole ledger: only when somebody asks, and not again because a window came back into view.
    staleTime: 60_000,
    refetchOnWindowFocus: false,
  })
  const ask = (next: 'start' | 'seal'): void => {
    if (run === next) void verify.refetch()
    else goTo('ledger/proof', { run: next })
  }
  return (
    <>
      <h2>{w.title}</h2>
      <p>{w.what}</p>
      <div className="filters">
        <Button disabled={verify.isFetching} onClick={() => ask('start')}>
          {w.verify}
        </Button>
        <Button kind="quiet" disabled={verify.isFetching} onClick={() => ask('seal')}>
          {w.fresh}
        </Button>
      </div>
      {verify.isFetching ? <Banner kind="info">{w.checking}</Banner> : null}
      {verify.isError && !verify.isFetching ? (
        <ErrorPanel error={verify.error} onRetry={() => void verify.refetch()} />
      ) : null}
      {verify.data === undefined || verify.isFetching ? null : <VerifyResult of={verify.data} />}
      <Seals base={base} market={me.market.id} />
      <Blocks base={base} market={me.market.id} />
      {roleCan(me.user.role, 'ledger.export') ? <Exports base={base} /> : null}
    </>
  )
}
