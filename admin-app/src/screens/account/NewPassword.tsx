import { PASSWORD_MIN } from '@tienve/contracts'
import { Field, fill, useWords } from '@tienve/ui'

const WORDS = {
  password: { vi: 'Mật khẩu mới', en: 'New password' },
  again: { vi: 'Gõ lại mật khẩu mới', en: 'The new password again' },
  hint: {
    vi: 'Từ {least} ký tự. Một câu dễ nhớ với bạn, khó đoán với người khác là tốt nhất.',
    en: 'At least {least} characters. Best is a phrase that you remember and others do not guess.',
  },
  differs: { vi: 'Hai lần gõ chưa giống nhau.', en: 'The two are not the same.' },
}

export type Twice = { password: string; again: string }

/** Whether a new password was typed twice alike, and may be sent. */
export function isTwice({ password, again }: Twice): boolean {
  return password !== '' && password === again
}

/** A new password, typed twice. */
export function NewPassword(props: { value: Twice; onChange: (value: Twice) => void }) {
  const w = useWords(WORDS)
  const { value, onChange } = props
  return (
    <>
      <p className="tv-quiet">{fill(w.hint, { least: PASSWORD_MIN })}</p>
      <Field
        id="new-password"
        label={w.password}
        type="password"
        autoComplete="new-password"
        required
        minLength={PASSWORD_MIN}
        maxLength={200}
        value={value.password}
        onChange={(event) => onChange({ ...value, password: event.target.value })}
      />
      <Field
        id="new-password-again"
        label={w.again}
        type="password"
        autoComplete="new-password"
        required
        maxLength={200}
        value={value.again}
        onChange={(event) => onChange({ ...value, again: event.target.value })}
      />
      {value.again !== '' && !isTwice(value) ? (
        <p className="tv-quiet" role="status">
          {w.differs}
        </p>
      ) : null}
    </>
  )
}
