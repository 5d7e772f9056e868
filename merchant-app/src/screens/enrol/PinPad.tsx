import { PIN_DIGITS } from '@tienve/contracts'
import { useWords } from '@tienve/ui'

const WORDS = {
  erase: { vi: 'Xóa', en: 'Erase' },
  typed: { vi: 'Đã gõ {count} số', en: '{count} digits' },
}
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0'] as const

/** Six dots and large keys: a PIN to be chosen or given, with no keyboard over half of the screen. */
export function PinPad({
  pin,
  label,
  onChange,
}: {
  pin: string
  label: string
  onChange: (pin: string) => void
}) {
  const w = useWords(WORDS)
  return (
    <div className="pin" role="group" aria-label={label}>
      <p className="pin-dots" role="status">
        <span className="sr-only">{w.typed.replace('{count}', String(pin.length))}</span>
        {Array.from({ length: PIN_DIGITS }, (_, at) => (
          <span key={at} className={at < pin.length ? 'full' : undefined} aria-hidden="true" />
        ))}
      </p>
      <div className="keys">
        {KEYS.map((key) =>
          key === '' ? (
            <span key="gap" />
          ) : (
            <button
              key={key}
              type="button"
              onClick={() => onChange(pin.length < PIN_DIGITS ? `${pin}${key}` : pin)}
            >
              {key}
            </button>
          ),
        )}
        <button type="button" className="pin-erase" onClick={() => onChange(pin.slice(0, -1))}>
          {w.erase}
        </button>
      </div>
    </div>
  )
}
