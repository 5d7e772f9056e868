import { Button, useWords } from '@tienve/ui'
import type { PageProps } from '../../pages.tsx'
import './help.css'

const WORDS = {
  title: { vi: 'Ba điều cần nhớ', en: 'Three things to remember' },
  scan: { vi: 'Khách quét mã của sạp', en: 'The shopper scans the stall’s code' },
  scanMore: {
    vi: 'Bằng app ngân hàng nào cũng được. Trên máy khách phải hiện đúng tên của sạp.',
    en: 'With any bank’s app. The shopper’s phone must show the stall’s own name.',
  },
  hear: { vi: 'Nghe máy này nói: tiền đã về', en: 'Hear this phone say it: the money has arrived' },
  hearMore: {
    vi: 'Máy nói số tiền, rồi nói đủ, thiếu hay thừa. Không cần cầm máy.',
    en: 'It says the sum, then whether it is enough. There is no need to touch it.',
  },
  silent: { vi: 'Máy im thì chưa có tiền', en: 'While it is silent there is no money' },
  silentMore: {
    vi: 'Xem máy khách không tính. Máy báo mất mạng thì hỏi app ngân hàng của mình.',
    en: 'A shopper’s screen does not count. When this phone says that it hears nothing, look in your own bank’s app.',
  },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** A code on a stand, and a phone held over it. */
const SCAN =
  'M30 30h70v70H30zM42 42h16v16H42zM72 42h16v16H72zM42 72h16v16H42zM72 72h6v6h-6zM84 84h4v4h-4zM65 100v28M45 128h40M150 20h56a8 8 0 0 1 8 8v96a8 8 0 0 1-8 8h-56a8 8 0 0 1-8-8V28a8 8 0 0 1 8-8zM172 122h12M160 44h12M160 44v12M196 44h-12M196 44v12M160 96h12M160 96v-12M196 96h-12M196 96v-12M130 66h-18M130 66l-6-6M130 66l-6 6'
/** A phone that calls out, with a tick on it. */
const HEAR =
  'M62 20h56a8 8 0 0 1 8 8v96a8 8 0 0 1-8 8H62a8 8 0 0 1-8-8V28a8 8 0 0 1 8-8zM84 122h12M70 74l14 14 26-30M146 60a24 24 0 0 1 0 32M162 48a42 42 0 0 1 0 56M178 36a60 60 0 0 1 0 80'
/** A phone that says nothing, with a hand held up. */
const SILENT =
  'M62 20h56a8 8 0 0 1 8 8v96a8 8 0 0 1-8 8H62a8 8 0 0 1-8-8V28a8 8 0 0 1 8-8zM84 122h12M76 76h4M88 76h4M100 76h4M166 112c-14-10-20-22-22-36 0-6 8-7 10-1l4 12V46c0-7 10-7 10 0v30-38c0-7 10-7 10 0v38-32c0-7 10-7 10 0v34-22c0-7 10-7 10 0v32c0 12-4 18-8 24z'

const THINGS = [
  { picture: SCAN, say: 'scan', more: 'scanMore', kind: '' },
  { picture: HEAR, say: 'hear', more: 'hearMore', kind: 'good' },
  { picture: SILENT, say: 'silent', more: 'silentMore', kind: 'bad' },
] as const

/** What must be known to take money by it, in pictures that can do without their words. */
export function HelpScreen({ onBack }: PageProps) {
  const w = useWords(WORDS)
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <ol className="help">
        {THINGS.map(({ picture, say, more, kind }, at) => (
          <li key={say} className={kind}>
            <svg viewBox="0 0 240 150" aria-hidden="true">
              <path d={picture} />
            </svg>
            <h2>
              {at + 1}. {w[say]}
            </h2>
            <p>{w[more]}</p>
          </li>
        ))}
      </ol>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}
