import { Button, useWords } from '@tienve/ui'
import './offline.css'

const WORDS = {
  why: {
    vi: 'Mất mạng: chưa làm được mã có sẵn số tiền. Cho khách quét mã của sạp, khách tự gõ số tiền. Tiền về thì xem app ngân hàng.',
    en: 'No network: no code with an amount can be made. Let the shopper scan the stall’s code and type the amount. Look in your bank’s app for the money.',
  },
  open: { vi: 'Mở mã của sạp', en: 'Open the stall’s code' },
}

/** A code with an amount is the service's to make. Without it the stall's own code is as good, and never an invented one. */
export function NoCode({ onCode }: { onCode: () => void }) {
  const w = useWords(WORDS)
  return (
    <div className="tv-error no-network" role="alert" ref={(box) => box?.scrollIntoView({ block: 'center' })}>
      <p>{w.why}</p>
      <Button kind="quiet" onClick={onCode}>
        {w.open}
      </Button>
    </div>
  )
}
