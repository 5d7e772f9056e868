import type { Stall } from '@tienve/contracts'
import { Button, Card, QrCode, useWords } from '@tienve/ui'
import { api } from '../api.ts'
import { MorningCard } from './patrol/MorningCard.tsx'
import { PrintCards } from './patrol/PrintCards.tsx'

const WORDS = {
  code: { vi: 'Mã của sạp', en: 'The stall’s code' },
  save: { vi: 'Lưu ảnh mã', en: 'Save the picture' },
  any: { vi: 'Khách quét bằng app ngân hàng nào cũng được', en: 'Any bank’s app can scan it' },
}

const UNHEARD = {
  title: { vi: 'Máy chưa nghe được tài khoản này', en: 'This account is not heard' },
  why: {
    vi: 'Khách vẫn quét mã trả được. Tiền về thì xem app ngân hàng: máy không báo, không hiện xanh.',
    en: 'Shoppers can still pay by the code. Look in your bank’s app for the money: this phone does not tell of it.',
  },
  ways: {
    vi: 'Có hai cách: nối ngân hàng để máy báo ngay, hoặc nhập sao kê để xác nhận sau.',
    en: 'There are two ways: connect your bank to be told at once, or import a statement to confirm later.',
  },
  open: { vi: 'Nối ngân hàng hoặc nhập sao kê', en: 'Connect, or import a statement' },
}

/** The honest state of a stall that nobody can hear, and for its holder the two ways out. */
function Unheard({ onListen }: { onListen: () => void }) {
  const w = useWords(UNHEARD)
  return (
    <Card title={w.title}>
      <p>{w.why}</p>
      <p>{w.ways}</p>
      <Button onClick={onListen}>{w.open}</Button>
    </Card>
  )
}

const NO_ACCOUNT = {
  title: { vi: 'Sạp chưa có mã nhận chuyển khoản', en: 'The stall has no code to be paid by yet' },
  why: {
    vi: 'Chưa ai ghi tài khoản ngân hàng của sạp. Báo Ban quản lý chợ: Ban nhờ người cài đặt hệ thống ghi vào.',
    en: 'Nobody has entered the stall’s bank account. Tell the board: it asks whoever runs the system to enter it.',
  },
  meanwhile: {
    vi: 'Tiền mặt vẫn ghi được. Tiền nợ chợ vẫn trả bằng mã QR ở Nợ chợ.',
    en: 'Cash can be noted. What you owe the market can be paid by its code under “I owe”.',
  },
}

/** What is missing at a stall that shoppers cannot pay by bank, who adds it, and what works without. */
function NoAccount() {
  const w = useWords(NO_ACCOUNT)
  return (
    <Card title={w.title}>
      <p>{w.why}</p>
      <p>{w.meanwhile}</p>
    </Card>
  )
}

/** The printed code on the phone: as large as it fits, and with whom it pays. */
export function CodeScreen({
  stall,
  onListen,
  offersPatrol,
  onPatrol,
}: {
  stall: Stall
  onListen: (() => void) | null
  offersPatrol: boolean
  onPatrol: () => void
}) {
  const w = useWords(WORDS)
  const [account] = stall.accounts
  if (account === undefined || stall.payload === null) {
    return (
      <section className="stack">
        <h1>{stall.name}</h1>
        <NoAccount />
      </section>
    )
  }
  return (
    <section className="code-screen">
      <h1>{stall.name}</h1>
      <QrCode payload={stall.payload} demo={stall.demo} label={`${w.code} ${stall.code}`} />
      <div className="payee">
        <p className="holder">{account.holder}</p>
        <p>
          {account.bankName} · <b>{account.number}</b>
        </p>
      </div>
      <p className="hint">{w.any}</p>
      <MorningCard stallId={stall.id} isOffered={offersPatrol} onPatrol={onPatrol} />
      {account.feed === 'none' && onListen !== null ? <Unheard onListen={onListen} /> : null}
      <a
        className="tv-button quiet"
        href={api.address(`/v1/stalls/${stall.id}/qr.png`)}
        download={`${stall.code}.png`}
      >
        {w.save}
      </a>
      <PrintCards stallId={stall.id} />
    </section>
  )
}
