import { useWords } from '@tienve/ui'
import { Icon } from './Icon.tsx'

const WORDS = {
  check: { vi: 'Thử tiếng sáng nay', en: 'Try today’s sound' },
}

/** Each morning, once: no page can know the phone's own volume, so whoever sells is asked whether it is heard. */
export function MorningCheck({ onOpen }: { onOpen: () => void }) {
  const w = useWords(WORDS)
  return (
    <button type="button" className="morning" onClick={onOpen}>
      <Icon of="sound" /> {w.check}
    </button>
  )
}
