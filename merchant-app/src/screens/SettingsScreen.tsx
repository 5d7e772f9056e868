import type { Me, Role } from '@tienve/contracts'
import { Button, Card, LanguageSwitch, useWords } from '@tienve/ui'
import { LeaveBox } from '../offline/LeaveBox.tsx'
import type { UnsentSale } from '../offline/unsent.ts'
import type { PageName } from '../pages.tsx'

const WORDS = {
  title: { vi: 'Cài đặt', en: 'Settings' },
  sound: { vi: 'Tiếng nói, từ khóa', en: 'Voice, code word' },
  privacy: { vi: 'Dữ liệu của tôi', en: 'My data' },
  help: { vi: 'Hướng dẫn bằng hình', en: 'Help in pictures' },
  practice: { vi: 'Tập thử, không có tiền thật', en: 'Practise, with no real money' },
  look: { vi: 'Cỡ chữ và màu', en: 'Size of type and colours' },
  looks: { vi: 'Ai đã xem doanh thu của tôi', en: 'Who looked at my sales' },
  listen: { vi: 'Nghe ngân hàng', en: 'Hearing the bank' },
  helpers: { vi: 'Người phụ bán', en: 'Who helps me sell' },
  shifts: { vi: 'Giao ca', en: 'Shifts' },
  lend: { vi: 'Giao máy cho người phụ bán', en: 'Hand this phone to a helper' },
  patrol: { vi: 'Soi mã của sạp', en: 'Check the stall’s code' },
  devices: { vi: 'Máy đang dùng', en: 'Devices in use' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  version: { vi: 'Bản', en: 'Version' },
}

/** Of which build this is: its files are named by what is in them. */
const VERSION = `${APP_VERSION} · ${/-([\w-]+)\.js/.exec(import.meta.url)?.[1] ?? 'dev'}`

/** What is found behind the settings, in the order it is shown, and for whose eyes only. */
const BEHIND: readonly { name: PageName & keyof typeof WORDS; only?: Role }[] = [
  { name: 'help' },
  { name: 'practice' },
  { name: 'sound' },
  { name: 'listen', only: 'stallholder' },
  { name: 'helpers', only: 'stallholder' },
  { name: 'patrol' },
  { name: 'look' },
  { name: 'lend', only: 'stallholder' },
  { name: 'shifts', only: 'stallholder' },
  { name: 'looks' },
  { name: 'devices' },
  { name: 'privacy', only: 'stallholder' },
]

export function SettingsScreen({
  me,
  unsent,
  onOpen,
}: {
  me: Me
  unsent: readonly UnsentSale[]
  onOpen: (page: PageName) => void
}) {
  const w = useWords(WORDS)
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <p>{me.user.name}</p>
      {BEHIND.filter(({ only }) => only === undefined || only === me.user.role).map(({ name }) => (
        <Button key={name} kind="quiet" data-opens={name} onClick={() => onOpen(name)}>
          {w[name]}
        </Button>
      ))}
      <Card title={w.language}>
        <LanguageSwitch />
      </Card>
      <LeaveBox unsent={unsent} />
      <p className="hint" data-testid="version">
        {w.version} {VERSION}
      </p>
    </section>
  )
}
