import type { Me, SetUpCode } from '@tienve/contracts'
import { Button, Card, fill, QrCode, useWords, whenOf } from '@tienve/ui'

const WORDS = {
  title: { vi: 'Mã cài đặt của {name}', en: 'Set-up code of {name}' },
  once: {
    vi: 'Chỉ hiện lần này. Đưa tận tay, đừng gửi qua nhóm chat.',
    en: 'Shown this once. Hand it over in person, and send it through no chat.',
  },
  how: {
    vi: 'Quét mã, hoặc mở trang đăng nhập của Ban quản lý rồi chọn “Có mã cài đặt”.',
    en: 'Scan the code, or open the board’s log-in and choose “I have a set-up code”.',
  },
  login: { vi: 'Tên đăng nhập', en: 'Login' },
  code: { vi: 'Mã cài đặt', en: 'Set-up code' },
  until: { vi: 'Dùng một lần, đến {at}.', en: 'Works once, until {at}.' },
  picture: { vi: 'Mã QR để cài đặt', en: 'QR code of the set-up' },
  print: { vi: 'In', en: 'Print' },
  done: { vi: 'Đã đưa, đóng lại', en: 'Handed over: close' },
}

/** What is printed for a person who is to choose a password; on the screen this once. */
export function SetUpPaper({ me, made, onDone }: { me: Me; made: SetUpCode; onDone: () => void }) {
  const w = useWords(WORDS)
  const { staff, code, link, until } = made
  return (
    <Card title={fill(w.title, { name: staff.name })} className="set-up-paper">
      <p className="tv-once no-print">{w.once}</p>
      <p>
        <b>{me.market.name}</b>
      </p>
      <div className="set-up-parts">
        <QrCode payload={link} demo={false} label={w.picture} />
        <div className="stack">
          <p>{w.how}</p>
          <p>
            {w.login}: <b>{staff.login}</b>
          </p>
          <p>
            {w.code}:{' '}
            <code className="totp-key" data-testid="set-up-code">
              {code}
            </code>
          </p>
          <p>{fill(w.until, { at: whenOf(until) })}</p>
        </div>
      </div>
      <div className="filters no-print">
        <Button onClick={() => window.print()}>{w.print}</Button>
        <Button kind="quiet" onClick={onDone}>
          {w.done}
        </Button>
      </div>
    </Card>
  )
}
