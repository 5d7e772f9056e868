import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { PERMISSION_WORDS, type ApiKey, type ApiKeyList, type ApiKeyMade, type Me } from '@tienve/contracts'
import {
  Banner,
  Button,
  Card,
  CopyValue,
  Empty,
  ErrorPanel,
  fill,
  fullDateOf,
  Mark,
  useLanguage,
  useWords,
  whenOf,
} from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { NewKey } from './NewKey.tsx'

const WORDS = {
  title: { vi: 'Khóa kết nối (API)', en: 'API keys' },
  what: {
    vi: 'Mỗi phần mềm bên ngoài đọc số liệu chợ bằng một khóa riêng, chỉ đúng những việc đã chọn. Phần mềm kế toán hỏng hay đổi thì thu hồi khóa của nó, các khóa khác vẫn chạy.',
    en: 'Each program outside reads the market by a key of its own, for what was chosen and no more. When it is replaced, revoke its key; the others go on.',
  },
  none: { vi: 'Chưa có khóa nào.', en: 'There is no key yet.' },
  make: { vi: 'Tạo khóa', en: 'Make a key' },
  made: { vi: 'Khóa của «{name}»', en: 'The key of “{name}”' },
  once: {
    vi: 'Khóa chỉ hiện lần này. Chép vào phần mềm ngay, đừng gửi qua tin nhắn.',
    en: 'The key is shown this once. Copy it into the program now, and send it in no message.',
  },
  try: { vi: 'Thử:', en: 'Try it:' },
  done: { vi: 'Đã chép xong', en: 'I have copied it' },
  live: { vi: 'Dùng đến {day}', en: 'Holds until {day}' },
  expired: { vi: 'Hết hạn {day}', en: 'Ended {day}' },
  revoked: { vi: 'Đã thu hồi {day}', en: 'Revoked {day}' },
  used: { vi: 'dùng gần nhất {at}', en: 'last used {at}' },
  unused: { vi: 'chưa dùng lần nào', en: 'never used' },
  by: { vi: '{name} tạo {day}', en: 'made by {name}, {day}' },
  end: { vi: 'Thu hồi khóa', en: 'Revoke' },
  sure: {
    vi: 'Thu hồi là phần mềm này ngừng đọc được ngay, không lấy lại được.',
    en: 'The program stops reading at once, and the key does not come back.',
  },
  really: { vi: 'Thu hồi ngay', en: 'Revoke now' },
  keep: { vi: 'Thôi', en: 'Keep it' },
  over: { vi: 'Đã thôi dùng', en: 'No longer hold' },
}

/** The keys by which programs read the market: the list, one more, and the end of one. */
export function ApiKeysScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const queryKey = ['api-keys', me.market.id]
  const keys = useQuery({
    queryKey,
    queryFn: () => api.get<ApiKeyList>(`/v1/markets/${me.market.id}/api-keys`),
  })
  const [isMaking, setMaking] = useState(false)
  const [made, setMade] = useState<ApiKeyMade | null>(null)
  const refresh = () => queries.invalidateQueries({ queryKey })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      {made === null ? null : <Made made={made} marketId={me.market.id} onDone={() => setMade(null)} />}
      {isMaking ? (
        <NewKey
          marketId={me.market.id}
          onDone={(next) => {
            setMaking(false)
            setMade(next)
            void refresh()
          }}
        />
      ) : made === null ? (
        <div className="filters">
          <Button onClick={() => setMaking(true)}>{w.make}</Button>
        </div>
      ) : null}
      <Answer of={keys}>
        {({ items }) => {
          const live = items.filter(({ state }) => state === 'live')
          const over = items.filter(({ state }) => state !== 'live')
          return (
            <>
              {live.length === 0 ? <Empty>{w.none}</Empty> : <Keys keys={live} onChange={refresh} />}
              {over.length === 0 ? null : (
                <details>
                  <summary className="touch-summary">
                    {w.over} ({over.length})
                  </summary>
                  <Keys keys={over} onChange={refresh} />
                </details>
              )}
            </>
          )
        }}
      </Answer>
    </div>
  )
}

function Made({ made, marketId, onDone }: { made: ApiKeyMade; marketId: string; onDone: () => void }) {
  const w = useWords(WORDS)
  const { token, key } = made
  const title = fill(w.made, { name: key.name })
  if (token === null) return null
  return (
    <Card title={title}>
      <Banner kind="warn">{w.once}</Banner>
      <CopyValue value={token} label={title} />
      <p>{w.try}</p>
      <code className="command">
        {`curl -H "Authorization: Bearer $KEY" ${window.location.origin}/v1/markets/${marketId}/…`}
      </code>
      <Button kind="quiet" onClick={onDone}>
        {w.done}
      </Button>
    </Card>
  )
}

function Keys({ keys, onChange }: { keys: readonly ApiKey[]; onChange: () => void }) {
  return (
    <div className="cards">
      {keys.map((one) => (
        <Key key={one.id} of={one} onChange={onChange} />
      ))}
    </div>
  )
}

const MARKS = { live: 'good', expired: 'none', revoked: 'none' } as const

function Key({ of, onChange }: { of: ApiKey; onChange: () => void }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const [isAsked, setAsked] = useState(false)
  const revoke = useMutation({
    mutationFn: () => api.post<ApiKey>(`/v1/api-keys/${of.id}/revoke`),
    onSuccess: onChange,
  })
  return (
    <div className="tile">
      <span className="tile-title">{of.name}</span>
      <Mark kind={MARKS[of.state]}>
        {fill(w[of.state], { day: fullDateOf(of.revokedAt ?? of.expiresAt) })}
      </Mark>
      <span className="tile-more">
        {of.lastUsedHour === null ? w.unused : fill(w.used, { at: whenOf(of.lastUsedHour) })}
      </span>
      <span className="tile-more">{fill(w.by, { name: of.createdBy, day: fullDateOf(of.createdAt) })}</span>
      <ul className="key-list">
        {of.permissions.map((one) => (
          <li key={one}>{PERMISSION_WORDS[one][language]}</li>
        ))}
      </ul>
      {of.state !== 'live' ? null : isAsked ? (
        <>
          <p>{w.sure}</p>
          {revoke.isError ? <ErrorPanel error={revoke.error} /> : null}
          <div className="filters">
            <Button kind="danger" disabled={revoke.isPending} onClick={() => revoke.mutate()}>
              {w.really}
            </Button>
            <Button kind="quiet" onClick={() => setAsked(false)}>
              {w.keep}
            </Button>
          </div>
        </>
      ) : (
        <Button kind="quiet" className="small" onClick={() => setAsked(true)}>
          {w.end}
        </Button>
      )}
    </div>
  )
}
