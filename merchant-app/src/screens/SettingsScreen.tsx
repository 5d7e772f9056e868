import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Me, Role } from '@tienve/contracts'
import { Button, Card, ErrorPanel, LanguageSwitch, useWords } from '@tienve/ui'
import { api } from '../api.ts'
import type { PageName } from '../pages.tsx'
import { letSleep } from '../push.ts'
import { changeSession } from '../session.ts'
import { lines } from '../voice/voice.ts'
import type { UsedVoice } from '../voice/use-voice.ts'

const WORDS = {
  title: { vi: 'Cài đặt', en: 'Settings' },
  sound: { vi: 'Tiếng nói', en: 'Voice' },
  volume: { vi: 'To nhỏ', en: 'Volume' },
  test: { vi: 'Nghe thử', en: 'Test' },
  privacy: { vi: 'Dữ liệu của tôi', en: 'My data' },
  help: { vi: 'Hướng dẫn bằng hình', en: 'Help in pictures' },
  look: { vi: 'Cỡ chữ và màu', en: 'Size of type and colours' },
  looks: { vi: 'Ai đã xem doanh thu của tôi', en: 'Who looked at my sales' },
  listen: { vi: 'Nghe ngân hàng', en: 'Hearing the bank' },
  helpers: { vi: 'Người phụ bán', en: 'Who helps me sell' },
  devices: { vi: 'Máy đang dùng', en: 'Devices in use' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  version: { vi: 'Bản', en: 'Version' },
  leave: { vi: 'Ra khỏi sạp', en: 'Log out' },
}

/** Of which build this is: its files are named by what is in them. */
const VERSION = `${APP_VERSION} · ${/-([\w-]+)\.js/.exec(import.meta.url)?.[1] ?? 'dev'}`

/** What is found behind the settings, in the order it is shown, and for whose eyes only. */
const BEHIND: readonly { name: PageName & keyof typeof WORDS; only?: Role }[] = [
  { name: 'help' },
  { name: 'listen', only: 'stallholder' },
  { name: 'helpers', only: 'stallholder' },
  { name: 'look' },
  { name: 'looks' },
  { name: 'devices' },
  { name: 'privacy', only: 'stallholder' },
]

export function SettingsScreen({
  me,
  voice,
  onOpen,
}: {
  me: Me
  voice: UsedVoice
  onOpen: (page: PageName) => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const leave = useMutation({
    mutationFn: async () => {
      // Without a network the browser stays as it is, and leaving must not wait for that.
      await letSleep().catch(() => {})
      await api.delete('/v1/sessions/current')
    },
    onSuccess: () => changeSession(queries, null),
  })
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{me.user.name}</p>
      <Card title={w.sound}>
        <label htmlFor="volume">{w.volume}</label>
        <input
          id="volume"
          type="range"
          min="0.2"
          max="1"
          step="0.1"
          value={voice.volume}
          onChange={(event) => voice.setVolume(Number(event.target.value))}
        />
        <Button
          kind="quiet"
          onClick={() => {
            void voice.unlock().then(() => voice.say(lines.test))
          }}
        >
          {w.test}
        </Button>
      </Card>
      {BEHIND.filter(({ only }) => only === undefined || only === me.user.role).map(({ name }) => (
        <Button key={name} kind="quiet" data-opens={name} onClick={() => onOpen(name)}>
          {w[name]}
        </Button>
      ))}
      <Card title={w.language}>
        <LanguageSwitch />
      </Card>
      {leave.isError ? <ErrorPanel error={leave.error} /> : null}
      <Button kind="danger" onClick={() => leave.mutate()}>
        {w.leave}
      </Button>
      <p className="hint" data-testid="version">
        {w.version} {VERSION}
      </p>
    </section>
  )
}
