import { useMutation } from '@tanstack/react-query'
import type { RecoveryCodes, TotpBegun, TotpCode } from '@tienve/contracts'
import { Button, ErrorPanel, Loading, QrCode, useWords } from '@tienve/ui'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../api.ts'
import { CodeField } from '../CodeField.tsx'
import { Codes } from './Codes.tsx'

const WORDS = {
  install: {
    vi: 'Cài một app xác thực trên điện thoại của bạn (Google Authenticator, Microsoft Authenticator hoặc app tương tự).',
    en: 'Install an authenticator app on your phone (Google Authenticator, Microsoft Authenticator or the like).',
  },
  scan: { vi: 'Mở app đó và quét mã này.', en: 'Open it and scan this code.' },
  byHand: { vi: 'Không quét được? Gõ khóa này vào app:', en: 'Cannot scan it? Type this key into the app:' },
  type: { vi: 'Gõ mã 6 số mà app đang hiện.', en: 'Type the six digits that it shows.' },
  turnOn: { vi: 'Bật mã xác thực', en: 'Turn it on' },
  picture: { vi: 'Mã QR cho app xác thực', en: 'QR code for the authenticator app' },
}

/** Sets up the second step of one's own log-in, and shows the recovery codes once. */
export function TotpSetUp({ onDone }: { onDone: () => void }) {
  const w = useWords(WORDS)
  const [code, setCode] = useState('')
  const begin = useMutation({ mutationFn: () => api.post<TotpBegun>('/v1/me/totp') })
  const confirm = useMutation({
    mutationFn: (body: TotpCode) => api.post<RecoveryCodes>('/v1/me/totp/confirm', body),
  })
  const isBegun = useRef(false)
  const { mutate } = begin
  useEffect(() => {
    // React runs an effect twice while developing; a second secret would make the first code a wrong one.
    if (isBegun.current) return
    isBegun.current = true
    mutate()
  }, [mutate])
  if (confirm.isSuccess) return <Codes codes={confirm.data.codes} onDone={onDone} />
  if (begin.isError) return <ErrorPanel error={begin.error} onRetry={() => begin.mutate()} />
  if (!begin.isSuccess) return <Loading />
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        confirm.mutate({ code })
      }}
    >
      <ol className="stack steps-list">
        <li>{w.install}</li>
        <li>
          {w.scan}
          <div className="totp-code">
            <QrCode payload={begin.data.uri} demo={false} label={w.picture} />
          </div>
          <p className="tv-quiet">{w.byHand}</p>
          <code className="totp-key" data-testid="totp-secret">
            {begin.data.secret.match(/.{1,4}/g)?.join(' ')}
          </code>
        </li>
        <li>
          <p>{w.type}</p>
          <CodeField id="totp-confirm" value={code} onChange={setCode} />
        </li>
      </ol>
      {confirm.isError ? <ErrorPanel error={confirm.error} /> : null}
      <Button type="submit" disabled={confirm.isPending}>
        {w.turnOn}
      </Button>
    </form>
  )
}
