import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionList } from '@tienve/contracts'
import { Card, DeviceRows, ErrorPanel, useWords } from '@tienve/ui'
import { api } from '../api.ts'
import { Answer } from '../parts.tsx'

const WORDS = {
  title: { vi: 'Máy đang dùng', en: 'Devices in use' },
  what: {
    vi: 'Mỗi máy đã đăng nhập bằng tên của bạn. Máy lạ hoặc máy đã mất: không cho vào nữa, rồi báo quản trị hệ thống.',
    en: 'Every device that has logged in by your name. Throw out one that is lost or that you do not know, then tell the system administrator.',
  },
}
const DEVICES = ['devices']

/** Where somebody of the board is logged in, and how to throw a device out. */
export function DevicesScreen() {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const list = useQuery({ queryKey: DEVICES, queryFn: () => api.get<SessionList>('/v1/sessions') })
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/v1/sessions/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: DEVICES }),
  })
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <p>{w.what}</p>
      {end.isError ? <ErrorPanel error={end.error} /> : null}
      <Answer of={list}>
        {({ items }) => (
          <Card>
            <DeviceRows items={items} isBusy={end.isPending} onEnd={end.mutate} />
          </Card>
        )}
      </Answer>
    </div>
  )
}
