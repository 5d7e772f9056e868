import { useMutation } from '@tanstack/react-query'
import { isWeakPin, PIN_DIGITS, readEnrolmentCode, type Enrol, type Me } from '@tienve/contracts'
import { Button, ErrorPanel, errorWords, Field, LanguageSwitch, useLanguage, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { PinPad } from './PinPad.tsx'

const WORDS = {
  title: { vi: 'Vào sạp lần đầu', en: 'The first time' },
  scan: {
    vi: 'Mở máy ảnh, quét mã trên phiếu của Ban quản lý chợ. Hoặc gõ mã vào đây.',
    en: 'Scan the code on the board’s slip with your camera. Or type it here.',
  },
  code: { vi: 'Mã trên phiếu', en: 'The code on the slip' },
  mistyped: {
    vi: 'Mã chưa đúng. Xem lại từng chữ trên phiếu.',
    en: 'Not right yet. Look at the slip again.',
  },
  next: { vi: 'Tiếp', en: 'Next' },
  name: { vi: 'Tên của bạn', en: 'Your name' },
  nameTitle: { vi: 'Bạn tên gì?', en: 'What is your name?' },
  choose: { vi: 'Chọn 6 số PIN', en: 'Choose a PIN of six digits' },
  chooseWhat: { vi: 'Số chỉ mình bạn biết.', en: 'Digits that only you know.' },
  again: { vi: 'Gõ lại 6 số đó', en: 'The same six digits again' },
  differ: { vi: 'Hai lần không giống. Chọn lại.', en: 'They are not the same. Choose again.' },
  wait: { vi: 'Đang vào …', en: 'Getting in …' },
  back: { vi: 'Quay lại', en: 'Back' },
}

type Step = 'code' | 'name' | 'choose' | 'again'

/** How a phone becomes hers: the code from paper, or her helper's from another phone, and a PIN chosen twice. */
export function EnrolScreen({
  scanned,
  onDone,
  onBack,
}: {
  scanned: string | null
  onDone: (me: Me) => void
  onBack: () => void
}) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const [text, setText] = useState(scanned ?? '')
  const [name, setName] = useState('')
  const [pin, setPin] = useState('')
  const [repeated, setRepeated] = useState('')
  const [fault, setFault] = useState<string | null>(null)
  const read = readEnrolmentCode(text)
  const isHelper = read?.kind === 'helper'
  const afterCode: Step = isHelper ? 'name' : 'choose'
  const [step, setStep] = useState<Step>(read === null ? 'code' : afterCode)
  const begin = (next: Step, why: string | null = null): void => {
    setPin('')
    setRepeated('')
    setFault(why)
    setStep(next)
  }
  const enter = useMutation({
    mutationFn: (body: Enrol) => api.post<Me>('/v1/enrolments', body),
    onSuccess: onDone,
    onError: () => begin('code'),
  })
  const choose = (next: string): void => {
    setPin(next)
    setFault(null)
    if (next.length < PIN_DIGITS) return
    if (isWeakPin(next)) begin('choose', errorWords.pin_weak[language])
    else setStep('again')
  }
  const repeat = (next: string): void => {
    setRepeated(next)
    if (next.length < PIN_DIGITS) return
    if (next !== pin) begin('choose', w.differ)
    else enter.mutate({ code: text, pin, ...(isHelper ? { name } : {}) })
  }
  const said =
    fault === null ? null : (
      <p className="tv-error" role="alert">
        {fault}
      </p>
    )
  return (
    <main className="tv-login">
      <div className="row">
        <h1>{{ code: w.title, name: w.nameTitle, choose: w.choose, again: w.again }[step]}</h1>
        <LanguageSwitch />
      </div>
      {enter.isError && step === 'code' ? <ErrorPanel error={enter.error} /> : null}
      {step === 'code' ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            enter.reset()
            begin(read === null ? 'code' : afterCode, read === null ? w.mistyped : null)
          }}
        >
          <SlipPicture />
          <p>{w.scan}</p>
          <Field
            id="code"
            className="code-field"
            label={w.code}
            placeholder="CXXX-XXXX-XXXX"
            autoComplete="off"
            autoCapitalize="characters"
            spellCheck={false}
            required
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          {said}
          <Button type="submit">{w.next}</Button>
        </form>
      ) : null}
      {step === 'name' ? (
        <form
          className="stack"
          onSubmit={(event) => {
            event.preventDefault()
            begin('choose')
          }}
        >
          <Field
            id="name"
            label={w.name}
            autoComplete="name"
            maxLength={60}
            required
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
          <Button type="submit">{w.next}</Button>
        </form>
      ) : null}
      {step === 'choose' ? (
        <>
          <p>{w.chooseWhat}</p>
          {said}
          <PinPad key="choose" pin={pin} label={w.choose} onChange={choose} />
        </>
      ) : null}
      {step === 'again' ? (
        <>
          {enter.isPending ? <p role="status">{w.wait}</p> : null}
          <PinPad key="again" pin={repeated} label={w.again} onChange={repeat} />
        </>
      ) : null}
      <Button kind="quiet" onClick={step === 'code' ? onBack : () => begin('code')}>
        {w.back}
      </Button>
    </main>
  )
}

/** A slip with a code before a phone's camera: the first step for whoever does not read it. */
function SlipPicture() {
  return (
    <svg className="slip-picture" viewBox="0 0 200 96" aria-hidden="true">
      <path d="M14 8h72v80H14zM28 22h18v18H28zM54 22h18v18H54zM28 48h18v18H28zM58 52h4v4h-4zM68 52h4v4h-4zM58 62h4v4h-4zM68 62h4v4h-4zM28 76h44" />
      <path d="M96 48h26m-8-8 8 8-8 8M138 8h44a6 6 0 0 1 6 6v68a6 6 0 0 1-6 6h-44a6 6 0 0 1-6-6V14a6 6 0 0 1 6-6zM150 38v-8h8M170 38v-8h-8M150 54v8h8M170 54v8h-8M156 78h8" />
    </svg>
  )
}
