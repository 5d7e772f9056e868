import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Me, Stall } from '@tienve/contracts'
import { Button, Card, ErrorPanel, LanguageSwitch, useWords } from '@tienve/ui'
import { api } from '../api.ts'
import { MyInvitations, MyMarket } from '../MyMarkets.tsx'
import { letSleep } from '../push.ts'
import { changeSession } from '../session.ts'
import { lines } from '../voice/voice.ts'
import type { UsedVoice } from '../voice/use-voice.ts'

const WORDS = {
  title: { vi: 'Cài đặt', en: 'Settings' },
  sound: { vi: 'Tiếng nói', en: 'Voice' },
  volume: { vi: 'To nhỏ', en: 'Volume' },
  test: { vi: 'Nghe thử', en: 'Test' },
  consent: { vi: 'Cho Ban quản lý chợ xem doanh thu theo tên sạp', en: 'Let the board see my sales by name' },
  consentOn: { vi: 'Đang cho xem. Tắt lúc nào cũng được.', en: 'Shown by name. You can stop at any time.' },
  consentOff: {
    vi: 'Không cho xem. Ban chỉ thấy tổng của cả khu.',
    en: 'Not shown. The board sees only totals of the zone.',
  },
  allow: { vi: 'Cho xem', en: 'Allow' },
  stop: { vi: 'Thôi cho xem', en: 'Stop' },
  looks: { vi: 'Ai đã xem doanh thu của tôi', en: 'Who looked at my sales' },
  listen: { vi: 'Nghe ngân hàng', en: 'Hearing the bank' },
  language: { vi: 'Ngôn ngữ', en: 'Language' },
  leave: { vi: 'Ra khỏi sạp', en: 'Log out' },
}

export function SettingsScreen({
  stall,
  me,
  voice,
  onLooks,
  onListen,
}: {
  stall: Stall
  me: Me
  voice: UsedVoice
  onLooks: () => void
  onListen: () => void
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const consent = useMutation({
    mutationFn: (salesConsent: boolean) => api.put<Stall>(`/v1/stalls/${stall.id}/consent`, { salesConsent }),
    onSuccess: (next) => queries.setQueryData(['stall', stall.id], next),
  })
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
      <MyMarket me={me} />
      <MyInvitations me={me} />
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
      {me.user.role === 'stallholder' ? (
        <Card title={w.consent}>
          <p>{stall.salesConsent ? w.consentOn : w.consentOff}</p>
          {consent.isError ? <ErrorPanel error={consent.error} /> : null}
          <Button
            kind="quiet"
            disabled={consent.isPending}
            onClick={() => consent.mutate(!stall.salesConsent)}
          >
            {stall.salesConsent ? w.stop : w.allow}
          </Button>
        </Card>
      ) : null}
      {me.user.role === 'stallholder' ? (
        <Button kind="quiet" onClick={onListen}>
          {w.listen}
        </Button>
      ) : null}
      <Button kind="quiet" onClick={onLooks}>
        {w.looks}
      </Button>
      <Card title={w.language}>
        <LanguageSwitch />
      </Card>
      {leave.isError ? <ErrorPanel error={leave.error} /> : null}
      <Button kind="danger" onClick={() => leave.mutate()}>
        {w.leave}
      </Button>
    </section>
  )
}
