import './sound.css'
import { Button, Card, useWords } from '@tienve/ui'
import { useState } from 'react'
import type { PageProps } from '../../pages.tsx'
import { keepChecked } from '../../voice/checked.ts'
import type { UsedVoice } from '../../voice/use-voice.ts'
import { lines, withWord } from '../../voice/voice.ts'
import { CodeWordCard } from './CodeWordCard.tsx'

const WORDS = {
  title: { vi: 'Tiếng nói', en: 'Voice' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** All about being heard: whether she hears it, how loud and how fast, and the word that a recording does not have. */
export function SoundScreen({ voice, onBack }: PageProps) {
  const w = useWords(WORDS)
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <HearingCheck voice={voice} />
      <LoudAndFast voice={voice} />
      <CodeWordCard codeWord={voice.codeWord} />
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

const CHECK = {
  title: { vi: 'Nghe thử mỗi sáng', en: 'Try it each morning' },
  why: {
    vi: 'App không biết điện thoại để to hay nhỏ. Chỉ tai mình biết.',
    en: 'The app cannot know how loud the phone is set. Only your ears can.',
  },
  play: { vi: 'Nghe thử', en: 'Play' },
  asked: { vi: 'Có nghe thấy không?', en: 'Did you hear it?' },
  yes: { vi: 'Có', en: 'Yes' },
  no: { vi: 'Không nghe thấy', en: 'No' },
  fine: { vi: 'Tốt. Hôm nay tiền về là nghe.', en: 'Good. Today you will hear money arrive.' },
  mute: {
    vi: 'Bấm nút to bên hông điện thoại, nhiều lần.',
    en: 'Press the louder button on the side of the phone, several times.',
  },
  silent: { vi: 'Gạt nút im lặng về chỗ có chuông.', en: 'Move the silent switch to where it rings.' },
  headset: {
    vi: 'Rút tai nghe; tắt Bluetooth nếu đang nối loa khác.',
    en: 'Unplug headphones; turn Bluetooth off if another speaker is connected.',
  },
  anew: {
    vi: 'Rồi nghe thử lần nữa. Vẫn không: tắt hẳn app, mở lại.',
    en: 'Then play it again. Still nothing: close the app and open it again.',
  },
}

function HearingCheck({ voice }: { voice: UsedVoice }) {
  const w = useWords(CHECK)
  const [state, setState] = useState<'before' | 'asked' | 'heard' | 'unheard'>('before')
  const play = (): void => {
    setState('asked')
    void voice.unlock().then(() => voice.ask(withWord(voice.codeWord.read(), lines.test)))
  }
  const answer = (next: 'heard' | 'unheard'): void => {
    setState(next)
    if (next === 'heard') keepChecked(new Date())
  }
  return (
    <Card title={w.title}>
      <p>{w.why}</p>
      {state === 'heard' ? (
        <p className="sound-fine" role="status">
          {w.fine}
        </p>
      ) : null}
      {state === 'unheard' ? (
        <div role="status">
          <ol className="sound-help">
            {[w.mute, w.silent, w.headset, w.anew].map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ol>
        </div>
      ) : null}
      {state === 'asked' ? (
        <>
          <p className="sound-asked">{w.asked}</p>
          <div className="pair">
            <Button onClick={() => answer('heard')}>{w.yes}</Button>
            <Button kind="danger" onClick={() => answer('unheard')}>
              {w.no}
            </Button>
          </div>
        </>
      ) : null}
      <Button kind={state === 'before' || state === 'unheard' ? 'main' : 'quiet'} onClick={play}>
        {w.play}
      </Button>
    </Card>
  )
}

const LEVELS = {
  title: { vi: 'To nhỏ, nhanh chậm', en: 'Volume and speed' },
  volume: { vi: 'To nhỏ', en: 'Volume' },
  speed: { vi: 'Nhanh chậm', en: 'Speed' },
}

function LoudAndFast({ voice }: { voice: UsedVoice }) {
  const w = useWords(LEVELS)
  return (
    <Card title={w.title}>
      <label htmlFor="volume">{w.volume}</label>
      <input
        id="volume"
        type="range"
        min="0"
        max="1"
        step="0.1"
        value={voice.volume}
        onChange={(event) => voice.setVolume(Number(event.target.value))}
      />
      <label htmlFor="speed">{w.speed}</label>
      <input
        id="speed"
        type="range"
        min="0.8"
        max="1.3"
        step="0.1"
        value={voice.speed}
        onChange={(event) => voice.setSpeed(Number(event.target.value))}
      />
    </Card>
  )
}
