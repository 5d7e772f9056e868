import { Card, useWords } from '@tienve/ui'
import { choose, CODE_WORDS, drawDaily, type CodeWordChoice } from '../../voice/code-word.ts'
import type { UsedCodeWord } from '../../voice/use-code-word.ts'

const WORDS = {
  title: { vi: 'Từ khóa trong ngày', en: 'Code word of the day' },
  why: {
    vi: 'Mỗi lần tiền về, máy đọc từ này trước. Nghe thiếu từ là băng ghi âm, không phải máy mình.',
    en: 'Each time money arrives this word is said first. A voice without it is a recording, and not your phone.',
  },
  here: {
    vi: 'Từ khóa chỉ ở máy này. Máy người phụ bán tự chọn, muốn giống thì chọn cùng một từ.',
    en: 'The word is on this phone only. A helper’s phone chooses its own: pick the same word to be alike.',
  },
  off: { vi: 'Không dùng', en: 'None' },
  daily: { vi: 'Mỗi sáng một từ', en: 'A new one each morning' },
  chosen: { vi: 'Tự chọn', en: 'My own' },
  today: { vi: 'Từ hôm nay', en: 'Today’s word' },
  pick: { vi: 'Chọn từ', en: 'Pick a word' },
}
const MODES = ['off', 'daily', 'chosen'] as const

/** What a tap on a mode means: a word by chance for today, or hers as it was. */
function choiceOf(mode: CodeWordChoice['mode'], before: CodeWordChoice): CodeWordChoice {
  const now = new Date()
  if (mode === 'off') return { mode }
  if (mode === 'daily') return drawDaily(now, Math.random)
  return choose(before.mode === 'off' ? CODE_WORDS[0] : before.word, now)
}

/** The word that every arrival begins with on this phone, so that a voice from a shopper's pocket is told apart. */
export function CodeWordCard({ codeWord }: { codeWord: UsedCodeWord }) {
  const w = useWords(WORDS)
  const { choice } = codeWord
  return (
    <Card title={w.title}>
      <p>{w.why}</p>
      <div className="word-modes" role="group" aria-label={w.title}>
        {MODES.map((mode) => (
          <button
            key={mode}
            type="button"
            aria-pressed={choice.mode === mode}
            onClick={() => codeWord.set(choiceOf(mode, choice))}
          >
            {w[mode]}
          </button>
        ))}
      </div>
      {choice.mode === 'off' ? null : (
        <p className="word-today" data-testid="code-word">
          {w.today}: <b>{choice.word}</b>
        </p>
      )}
      {choice.mode === 'chosen' ? (
        <div className="word-list" role="group" aria-label={w.pick}>
          {CODE_WORDS.map((word) => (
            <button
              key={word}
              type="button"
              aria-pressed={choice.word === word}
              onClick={() => codeWord.set({ ...choice, word })}
            >
              {word}
            </button>
          ))}
        </div>
      ) : null}
      <p className="hint">{w.here}</p>
    </Card>
  )
}
