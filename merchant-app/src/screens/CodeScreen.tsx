import type { Stall } from '@tienve/contracts'
import { QrCode, useWords } from '@tienve/ui'
import { useEffect } from 'react'
import { api } from '../api.ts'

const WORDS = {
  code: { vi: 'Mã của sạp', en: 'The stall’s code' },
  save: { vi: 'Lưu ảnh mã', en: 'Save the picture' },
  print: { vi: 'In mã để treo ở sạp (PDF)', en: 'Print the code to hang up (PDF)' },
  any: { vi: 'Khách quét bằng app ngân hàng nào cũng được', en: 'Any bank’s app can scan it' },
}

/** The printed code on the phone: as large as it fits, with whom it pays, and the screen kept on. */
export function CodeScreen({ stall }: { stall: Stall }) {
  const w = useWords(WORDS)
  useKeepAwake()
  const [account] = stall.accounts
  return (
    <section className="code-screen">
      <h1>{stall.name}</h1>
      <QrCode payload={stall.payload} demo={stall.demo} label={`${w.code} ${stall.code}`} />
      {account === undefined ? null : (
        <div className="payee">
          <p className="holder">{account.holder}</p>
          <p>
            {account.bankName} · <b>{account.number}</b>
          </p>
        </div>
      )}
      <p className="hint">{w.any}</p>
      <a
        className="tv-button quiet"
        href={api.address(`/v1/stalls/${stall.id}/qr.png`)}
        download={`${stall.code}.png`}
      >
        {w.save}
      </a>
      <a className="tv-button quiet" href={api.address(`/v1/stalls/${stall.id}/card.pdf`)} download>
        {w.print}
      </a>
    </section>
  )
}

/** A phone that goes dark in front of a shopper is of no use; where the browser cannot prevent it, it is left alone. */
function useKeepAwake(): void {
  useEffect(() => {
    let lock: WakeLockSentinel | undefined
    const ask = (): void => {
      navigator.wakeLock?.request('screen').then(
        (got) => {
          lock = got
        },
        () => {},
      )
    }
    const onShow = (): void => {
      if (document.visibilityState === 'visible') ask()
    }
    ask()
    document.addEventListener('visibilitychange', onShow)
    return () => {
      document.removeEventListener('visibilitychange', onShow)
      void lock?.release()
    }
  }, [])
}
