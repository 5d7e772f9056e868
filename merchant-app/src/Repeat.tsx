import './hearing.css'
import { formatNumber } from '@tienve/money'
import { clockOf, useWords } from '@tienve/ui'
import { Icon } from './Icon.tsx'
import type { UsedVoice } from './voice/use-voice.ts'

const WORDS = { repeat: { vi: 'Nghe lại', en: 'Say again' } }

/** What arrived last, to be heard once more: above the tabs on every screen, where a thumb finds it without looking. */
export function Repeat({ voice }: { voice: UsedVoice }) {
  const w = useWords(WORDS)
  const { last } = voice
  if (last === null) return null
  return (
    <button type="button" className="repeat" data-testid="repeat" onClick={voice.repeat}>
      <Icon of="sound" />
      <b>{w.repeat}</b>
      <span>
        {formatNumber(last.amountVnd)} · {clockOf(last.occurredAt)}
      </span>
    </button>
  )
}
