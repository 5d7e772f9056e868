import { useWords } from '@tienve/ui'

const WORDS = {
  code: { vi: 'Mã 6 số trên app xác thực', en: 'The six digits of the authenticator app' },
  recovery: { vi: 'Mã dự phòng', en: 'Recovery code' },
}

/** One big field for the six digits of the app, or for a recovery code. */
export function CodeField(props: {
  id: string
  value: string
  isRecovery?: boolean
  onChange: (value: string) => void
}) {
  const w = useWords(WORDS)
  const { id, isRecovery = false } = props
  return (
    <div className="tv-field">
      <label htmlFor={id}>{isRecovery ? w.recovery : w.code}</label>
      <input
        id={id}
        className={isRecovery ? undefined : 'six-digits'}
        inputMode={isRecovery ? 'text' : 'numeric'}
        autoComplete={isRecovery ? 'off' : 'one-time-code'}
        autoCapitalize="none"
        spellCheck={false}
        maxLength={isRecovery ? 24 : 7}
        required
        value={props.value}
        onChange={(event) => props.onChange(event.target.value)}
      />
    </div>
  )
}
