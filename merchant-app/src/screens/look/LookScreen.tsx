import { Button, Card, useWords } from '@tienve/ui'
import { useState } from 'react'
import { readLook, wear, type Look } from '../../look.ts'
import type { PageProps } from '../../pages.tsx'
import './look.css'

const WORDS = {
  title: { vi: 'Cỡ chữ và màu', en: 'Size of type and colours' },
  type: { vi: 'Cỡ chữ', en: 'Size of type' },
  t100: { vi: 'Thường', en: 'Usual' },
  t125: { vi: 'To', en: 'Large' },
  t150: { vi: 'To hơn', en: 'Larger' },
  t200: { vi: 'To nhất', en: 'Largest' },
  scheme: { vi: 'Màu nền', en: 'Background' },
  auto: { vi: 'Theo máy', en: 'As the phone' },
  light: { vi: 'Sáng', en: 'Light' },
  dark: { vi: 'Tối', en: 'Dark' },
  contrast: { vi: 'Chữ đậm màu cho dễ đọc', en: 'Stronger colours, easier to read' },
  back: { vi: 'Quay lại', en: 'Back' },
}

const TYPES = [100, 125, 150, 200] as const
const SCHEMES = ['auto', 'light', 'dark'] as const

/** What is chosen is worn at once: to see it is to know whether it is right. */
export function LookScreen({ onBack }: PageProps) {
  const w = useWords(WORDS)
  const [look, setLook] = useState(readLook)
  const change = (next: Partial<Look>): void => {
    const worn = { ...look, ...next }
    wear(worn)
    setLook(worn)
  }
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <Card>
        <fieldset className="look-choices">
          <legend>{w.type}</legend>
          {TYPES.map((typePercent) => (
            <label key={typePercent}>
              <input
                type="radio"
                name="type"
                checked={look.typePercent === typePercent}
                onChange={() => change({ typePercent })}
              />
              {w[`t${typePercent}`]}
            </label>
          ))}
        </fieldset>
      </Card>
      <Card>
        <fieldset className="look-choices">
          <legend>{w.scheme}</legend>
          {SCHEMES.map((scheme) => (
            <label key={scheme}>
              <input
                type="radio"
                name="scheme"
                checked={look.scheme === scheme}
                onChange={() => change({ scheme })}
              />
              {w[scheme]}
            </label>
          ))}
        </fieldset>
        <div className="look-choices">
          <label>
            <input
              type="checkbox"
              checked={look.contrast === 'more'}
              onChange={({ target }) => change({ contrast: target.checked ? 'more' : 'auto' })}
            />
            {w.contrast}
          </label>
        </div>
      </Card>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}
