import { roleCan, type Me, type StallRecord } from '@tienve/contracts'
import { Card, Money, QrCode, useWords } from '@tienve/ui'
import { statementOf } from '../ledger/accounts.tsx'

const WORDS = {
  title: { vi: 'Tiền cọc', en: 'Deposit' },
  none: { vi: 'Hợp đồng không có tiền cọc.', en: 'The contract has no deposit.' },
  agreed: { vi: 'Đã thỏa thuận', en: 'Agreed' },
  held: { vi: 'Sổ cái đang giữ', en: 'Held in the ledger' },
  missing: { vi: 'Còn thiếu', en: 'Missing' },
  code: { vi: 'Mã nộp tiền cọc', en: 'Code to pay the deposit' },
  to: { vi: 'Vào tài khoản của Ban quản lý', en: 'To the board’s account' },
  memo: { vi: 'Nội dung', en: 'Memo' },
  statement: { vi: 'Xem trong sổ cái', en: 'See it in the ledger' },
}

/** What was agreed, what the ledger holds, and the code for what is missing. */
export function DepositCard({ me, stall }: { me: Me; stall: StallRecord }) {
  const w = useWords(WORDS)
  const { agreedVnd, heldVnd, missingVnd, payload, payee, code } = stall.deposit
  if (agreedVnd === 0 && heldVnd === 0)
    return (
      <Card title={w.title}>
        <p className="tv-quiet">{w.none}</p>
      </Card>
    )
  return (
    <Card title={w.title}>
      <dl className="facts">
        {(
          [
            [w.agreed, agreedVnd],
            [w.held, heldVnd],
            [w.missing, missingVnd],
          ] as const
        ).map(([name, vnd]) => (
          <Sum key={name} name={name} vnd={vnd} />
        ))}
      </dl>
      {payload === null || payee === null ? null : (
        <details>
          <summary>{w.code}</summary>
          <div className="deposit-code">
            <QrCode payload={payload} demo={stall.demo} label={`${w.code} ${stall.code}`} />
            <p>
              {w.to}: {payee.holder} · {payee.bankName} {payee.number}
            </p>
            <p>
              {w.memo}: <b>{code}</b>
            </p>
          </div>
        </details>
      )}
      {roleCan(me.user.role, 'ledger.read') ? (
        <a className="text-link" href={statementOf(`board:344.${stall.id}`)}>
          {w.statement}
        </a>
      ) : null}
    </Card>
  )
}

function Sum({ name, vnd }: { name: string; vnd: number }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Money vnd={vnd} />
      </dd>
    </>
  )
}
