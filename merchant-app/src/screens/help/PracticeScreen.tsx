import { formatVnd } from '@tienve/money'
import { Button, fill, QrCode, useWords } from '@tienve/ui'
import { useState } from 'react'
import type { PageProps } from '../../pages.tsx'
import { lineFor, lines, practised, type VoiceLine } from '../../voice/lines.ts'
import './help.css'

const WORDS = {
  title: { vi: 'Tập thử', en: 'Practise' },
  why: {
    vi: 'Không có tiền thật, không ghi vào sổ. Bấm thử cho quen tai, quen mắt.',
    en: 'No real money, and nothing is kept. Try it until you know how it sounds and looks.',
  },
  bought: { vi: 'Khách mua {sum}. Đưa mã cho khách quét.', en: 'A shopper buys for {sum}. Show the code.' },
  code: { vi: 'Mã tập thử', en: 'A code to practise with' },
  next: { vi: 'Rồi khách …', en: 'Then the shopper …' },
  exact: { vi: 'Trả đủ', en: 'Pays enough' },
  short: { vi: 'Trả thiếu', en: 'Pays too little' },
  over: { vi: 'Trả thừa', en: 'Pays too much' },
  repeated: { vi: 'Trả hai lần', en: 'Pays twice' },
  lost: { vi: 'Máy mất mạng', en: 'The phone loses its network' },
  doExact: { vi: 'Giao hàng.', en: 'Hand the goods over.' },
  doShort: { vi: 'Chưa giao. Nhờ khách chuyển thêm {sum}.', en: 'Not yet. Ask for {sum} more.' },
  doOver: { vi: 'Giao hàng, trả lại khách {sum}.', en: 'Hand the goods over, and {sum} back.' },
  doRepeated: { vi: 'Giao hàng, trả lại khách {sum}.', en: 'Hand the goods over, and {sum} back.' },
  doLost: {
    vi: 'Đừng tin máy khách. Mở app ngân hàng của mình xem.',
    en: 'Do not trust the shopper’s screen. Look in your own bank’s app.',
  },
  again: { vi: 'Nghe lại', en: 'Hear it again' },
  back: { vi: 'Quay lại', en: 'Back' },
}

const ASKED_VND = 35_000
/** A code of an account of nothing but zeros, which no bank has. Made by `encodeVietQr`, which the phone need not carry for this. */
const PAYLOAD =
  '00020101021238540010A00000072701240006970436011000000000000208QRIBFTTA53037045405350005802VN62110807TAP THU630476E4'

/** What may happen, what comes of it, and what stands between that and what was asked. */
const TRIES = [
  { name: 'exact', todo: 'doExact', paidVnd: ASKED_VND, restVnd: 0 },
  { name: 'short', todo: 'doShort', paidVnd: 30_000, restVnd: 5_000 },
  { name: 'over', todo: 'doOver', paidVnd: 40_000, restVnd: 5_000 },
  { name: 'repeated', todo: 'doRepeated', paidVnd: ASKED_VND, restVnd: ASKED_VND },
  { name: 'lost', todo: 'doLost', paidVnd: 0, restVnd: 0 },
] as const
type Try = (typeof TRIES)[number]

/** All that the app says and what is to be done then, with nobody waiting. It is never in the green of money that came. */
export function PracticeScreen({ voice, onBack }: PageProps) {
  const w = useWords(WORDS)
  const [tried, setTried] = useState<Try | null>(null)
  const play = (one: Try): void => {
    setTried(one)
    void voice
      .unlock()
      .then(() =>
        voice.ask(practised(saidOf(one)), one.name === 'short' || one.name === 'lost' ? 'bad' : 'good'),
      )
  }
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{w.why}</p>
      <p>{fill(w.bought, { sum: formatVnd(ASKED_VND) })}</p>
      <div className="practice-code">
        <QrCode payload={PAYLOAD} demo label={w.code} />
      </div>
      {tried === null ? null : (
        <div className="practice" role="status" data-testid="practice">
          <p className="practice-said">{practised(saidOf(tried)).text}</p>
          <p>
            <b>{fill(w[tried.todo], { sum: formatVnd(tried.restVnd) })}</b>
          </p>
          <Button kind="quiet" className="small" onClick={() => play(tried)}>
            {w.again}
          </Button>
        </div>
      )}
      <h2>{w.next}</h2>
      <div className="practice-tries">
        {TRIES.map((one) => (
          <Button key={one.name} kind="quiet" aria-pressed={tried === one} onClick={() => play(one)}>
            {w[one.name]}
          </Button>
        ))}
      </div>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function saidOf({ name, paidVnd }: Try): VoiceLine {
  if (name === 'lost') return lines.lost
  const now = new Date()
  const paid = {
    amountVnd: paidVnd,
    expectedVnd: ASKED_VND,
    purpose: 'sale',
    verdict: name,
    slip: null,
  } as const
  return lineFor({ ...paid, occurredAt: now.toISOString() }, now)
}
