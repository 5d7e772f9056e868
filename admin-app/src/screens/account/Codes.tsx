import { Banner, Button, useWords } from '@tienve/ui'
import { useState } from 'react'

const WORDS = {
  title: { vi: 'Mã dự phòng', en: 'Recovery codes' },
  why: {
    vi: 'Mất điện thoại thì dùng các mã này để đăng nhập, mỗi mã một lần. Chỉ hiện lần này: in ra hoặc chép lại, cất nơi kín.',
    en: 'If your phone is lost, log in with these, each once. They are shown this once: print or copy them, and keep them safe.',
  },
  print: { vi: 'In ra', en: 'Print' },
  copy: { vi: 'Chép', en: 'Copy' },
  copied: { vi: 'Đã chép', en: 'Copied' },
  done: { vi: 'Tôi đã cất mã', en: 'I have put them away' },
}

/** The recovery codes, shown this once. */
export function Codes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const w = useWords(WORDS)
  const [isCopied, setCopied] = useState(false)
  return (
    <div className="stack to-print">
      <h2>{w.title}</h2>
      <Banner kind="warn">{w.why}</Banner>
      <ol className="recovery-codes" data-testid="recovery-codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div className="filters no-print">
        <Button kind="quiet" onClick={() => window.print()}>
          {w.print}
        </Button>
        <Button
          kind="quiet"
          onClick={() =>
            void navigator.clipboard.writeText(codes.join('\n')).then(
              () => setCopied(true),
              () => setCopied(false),
            )
          }
        >
          {isCopied ? w.copied : w.copy}
        </Button>
        <Button onClick={onDone}>{w.done}</Button>
      </div>
    </div>
  )
}
