import type { LedgerSeal, LedgerSealPage } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { Button, Card, Empty, fill, fullDateOf, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'

const WORDS = {
  title: { vi: 'Niêm phong', en: 'Seals' },
  lead: {
    vi: 'Mỗi niêm phong là một dòng chữ có chữ ký, chốt toàn bộ sổ đến khối đó. Chép vài dòng vào sổ tay, thư, hay tin nhắn: sau này ai sửa sổ thì không khớp nữa.',
    en: 'Each seal is a signed line that fixes the whole ledger up to its block. Copy some into a notebook, a mail or a message: whoever changes the ledger later breaks them.',
  },
  none: {
    vi: 'Chưa có niêm phong. Sổ được niêm phong mỗi giờ và khi chốt ngày.',
    en: 'There is none yet. The books are sealed each hour and when a day is closed.',
  },
  at: { vi: 'Lúc {at} · khối {height}', en: 'At {at} · block {height}' },
  closed: { vi: 'đã chốt đến hết {day}', en: 'closed up to {day}' },
  copy: { vi: 'Chép', en: 'Copy' },
  copied: { vi: 'Đã chép', en: 'Copied' },
  select: {
    vi: 'Máy không cho chép: bôi đen dòng chữ rồi chép.',
    en: 'Copying is not allowed here: select the line.',
  },
  keys: { vi: 'Khóa công khai để kiểm chữ ký', en: 'Public keys to check the signatures with' },
}

export function Seals({ base, market }: { base: string; market: string }) {
  const w = useWords(WORDS)
  const pages = usePages<LedgerSealPage>(['seals', market], `${base}/seals`, { limit: 10 })
  return (
    <Card title={w.title}>
      <p className="tv-quiet">{w.lead}</p>
      <Answer of={pages}>
        {(data) => {
          const seals = data.pages.flatMap(({ items }) => items)
          const keys = data.pages[0]?.publicKeys ?? []
          return (
            <>
              {seals.length === 0 ? <Empty>{w.none}</Empty> : null}
              <ul className="plain-list">
                {seals.map((seal) => (
                  <SealLine key={seal.text} seal={seal} />
                ))}
              </ul>
              <More of={pages} />
              {keys.length === 0 ? null : (
                <details>
                  <summary>{w.keys}</summary>
                  <ul className="plain-list">
                    {keys.map(({ keyId, publicKey }) => (
                      <li key={keyId}>
                        <CopyLine title={keyId} text={publicKey} />
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </>
          )
        }}
      </Answer>
    </Card>
  )
}

function SealLine({ seal }: { seal: LedgerSeal }) {
  const w = useWords(WORDS)
  const closed = seal.closedThrough
  return (
    <li>
      <CopyLine
        title={[
          fill(w.at, { at: whenOf(seal.sealedAt), height: formatNumber(seal.height) }),
          ...(closed === null ? [] : [fill(w.closed, { day: fullDateOf(closed) })]),
        ].join(' · ')}
        text={seal.text}
      />
    </li>
  )
}

/** A long line of text that wants to be taken away whole. */
function CopyLine({ title, text }: { title: string; text: string }) {
  const w = useWords(WORDS)
  const [state, setState] = useState<'copy' | 'copied' | 'select'>('copy')
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      // A page without a certificate, or a browser that was told not to.
      setState('select')
    }
  }
  return (
    <div className="copy-line">
      <div>
        <b>{title}</b>
        <code className="hash">{text}</code>
        {state === 'select' ? <small role="status">{w.select}</small> : null}
      </div>
      <Button kind="quiet" className="small" aria-label={`${w.copy}: ${title}`} onClick={() => void copy()}>
        <span aria-live="polite">{state === 'copied' ? w.copied : w.copy}</span>
      </Button>
    </div>
  )
}
