import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  ApiError,
  roleCan,
  mayDo,
  type DayReconciliation,
  type DaySignOff,
  type Me,
  type SignDay,
} from '@tienve/contracts'
import { formatNumber, formatVnd } from '@tienve/money'
import { Banner, Button, Card, ErrorPanel, Field, fill, fullDateOf, Mark, useWords } from '@tienve/ui'
import { useRef, useState } from 'react'
import { api } from '../../api.ts'
import { Decision } from '../../Decision.tsx'
import { Signed } from './Signed.tsx'
import { WHY_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Ký xác nhận ngày {day}', en: 'Sign {day} off' },
  sign: { vi: 'Ký xác nhận ngày', en: 'Sign the day off' },
  figures: {
    vi: 'Ngân hàng báo {bank}, sổ ghi {ledger}, lệch nhau {difference}; {count} khoản trên tài khoản của Ban quản lý. Còn treo {open} khoản, {suspense}.',
    en: 'The bank says {bank}, the books have {ledger}, they differ by {difference}; {count} movements on the board’s accounts. In suspense: {open}, {suspense}.',
  },
  explain: {
    vi: 'Mỗi dòng chênh lệch cần một lý do, ghi bằng lời.',
    en: 'Each row that differs needs a reason in words.',
  },
  reason: { vi: 'Lý do: {sum}. {why}', en: 'Reason: {sum}. {why}' },
  twice: {
    vi: 'Kế toán ký trước, trưởng ban ký sau. Các số này được giữ lại cùng tên hai người.',
    en: 'The accountant signs first, the head of the board second. These figures are kept with both names.',
  },
  notYours: { vi: 'Ngày này chưa ký. Kế toán ký trước.', en: 'Not signed yet. The accountant signs first.' },
  changed: {
    vi: 'Số liệu vừa thay đổi nên chưa ký. Số mới ở trên; xem lại rồi ký.',
    en: 'The figures have just changed, so nothing is signed. The new ones are above: look, and sign again.',
  },
  second: { vi: 'Ký thứ hai', en: 'Sign second' },
  refuse: { vi: 'Không ký', en: 'Do not sign' },
  whyNot: { vi: 'Vì sao không ký', en: 'Why not' },
  waits: { vi: 'Chờ chữ ký thứ hai của trưởng ban.', en: 'It waits for the head of the board.' },
  outdated: {
    vi: 'Số liệu đã khác với lúc kế toán ký: bấm Không ký để kế toán xem lại và ký lại.',
    en: 'The figures are others than the accountant signed: do not sign, so that the accountant looks and signs again.',
  },
  refused: { vi: 'Trưởng ban không ký: {reason}', en: 'The head did not sign: {reason}' },
}

type Part = { me: Me; of: DayReconciliation; onLookAgain: () => Promise<unknown> }

/** The two signatures of a day: what is asked of whoever looks, or who signed and what came since. */
export function SignOff({ me, of: data, onLookAgain }: Part) {
  const w = useWords(WORDS)
  const { signOff } = data
  const isOpen = signOff === null || signOff.status === 'refused'
  return (
    <Card title={fill(w.title, { day: fullDateOf(data.day) })}>
      {signOff?.status === 'refused' ? (
        <p>
          <Mark kind="bad">{fill(w.refused, { reason: signOff.refusedReason ?? '' })}</Mark>
        </p>
      ) : null}
      {isOpen ? <First me={me} of={data} onLookAgain={onLookAgain} /> : <Signed me={me} signOff={signOff} />}
      {signOff?.status === 'proposed' ? <Second me={me} signOff={signOff} /> : null}
    </Card>
  )
}

function First({ me, of: data, onLookAgain }: Part) {
  const w = useWords(WORDS)
  const why = useWords(WHY_WORDS)
  const queries = useQueryClient()
  const [reasons, setReasons] = useState<Record<string, string>>({})
  // One key for the figures that were seen: pressed again after silence it is the same signature, not a second one.
  const key = useRef({ for: '', is: '' })
  const rows = data.accounts.flatMap((account) => account.rows)
  const sign = useMutation({
    mutationFn: (body: SignDay) => {
      const signed = JSON.stringify(body)
      if (key.current.for !== signed) key.current = { for: signed, is: crypto.randomUUID() }
      return api.post<DaySignOff>(`/v1/markets/${me.market.id}/reconciliation/sign-offs`, body, {
        idempotencyKey: key.current.is,
      })
    },
    onSuccess: () => queries.invalidateQueries(),
    onError: (error) => {
      if (isChanged(error)) void onLookAgain()
    },
  })
  if (!roleCan(me.user.role, 'reconciliation.sign')) return <Mark kind="none">{w.notYours}</Mark>
  const given = rows.map(({ bankTransactionId }) => ({
    bankTransactionId,
    reason: (reasons[bankTransactionId] ?? '').trim(),
  }))
  const { seen } = data
  return (
    <>
      <p>
        {fill(w.figures, {
          bank: formatVnd(seen.bankVnd),
          ledger: formatVnd(seen.ledgerVnd),
          difference: formatVnd(seen.differenceVnd),
          count: formatNumber(seen.movementCount),
          open: formatNumber(seen.suspenseCount),
          suspense: formatVnd(seen.suspenseVnd),
        })}
      </p>
      {rows.length === 0 ? null : <p>{w.explain}</p>}
      {rows.map((row) => (
        <Field
          key={row.bankTransactionId}
          id={`reason-${row.bankTransactionId}`}
          label={fill(w.reason, { sum: formatVnd(row.amountVnd), why: why[row.why] })}
          maxLength={300}
          value={reasons[row.bankTransactionId] ?? ''}
          onChange={(event) => {
            const { value } = event.target
            setReasons((before) => ({ ...before, [row.bankTransactionId]: value }))
          }}
        />
      ))}
      <p className="tv-quiet">{w.twice}</p>
      {isChanged(sign.error) ? <Banner kind="warn">{w.changed}</Banner> : null}
      {sign.isError && !isChanged(sign.error) ? <ErrorPanel error={sign.error} /> : null}
      <div className="filters">
        <Button
          disabled={sign.isPending || given.some(({ reason }) => reason.length < 3)}
          onClick={() => sign.mutate({ day: data.day, seen, reasons: given })}
        >
          {w.sign}
        </Button>
      </div>
    </>
  )
}

function Second({ me, signOff }: { me: Me; signOff: DaySignOff }) {
  const w = useWords(WORDS)
  if (!mayDo(me, 'reconciliation.approve')) return <Mark kind="warn">{w.waits}</Mark>
  return (
    <Decision
      id="sign-off"
      address={`/v1/markets/${me.market.id}/reconciliation/sign-offs/${signOff.day}`}
      seen={{}}
      words={{ approve: w.second, refuse: w.refuse, why: w.whyNot }}
      changed={{ code: 'day_changed', words: w.outdated }}
      isBlocked={signOff.isChanged}
    />
  )
}

function isChanged(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'day_changed'
}
