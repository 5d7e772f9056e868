import { useWords } from '@tienve/ui'
import { useState } from 'react'
import { Icon } from './Icon.tsx'
import { isChecked } from './voice/checked.ts'

const WORDS = {
  check: { vi: 'Sáng nay chưa thử tiếng. Thử ngay', en: 'The sound is not tried yet today. Try it' },
}

/** Each morning, once: no page can know the phone's own volume, so whoever sells is asked whether it is heard. */
export function MorningCheck({ onOpen }: { onOpen: () => void }) {
  const w = useWords(WORDS)
  const [checked] = useState(() => isChecked(new Date()))
  if (checked) return null
  return (
    <button type="button" className="morning" onClick={onOpen}>
      <Icon of="sound" /> {w.check}
    </button>
  )
}
