import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { SessionList } from '@tienve/contracts'
import { Button, Card, DeviceRows, ErrorPanel, Loading, useWords } from '@tienve/ui'
import { api } from '../../api.ts'

const WORDS = {
  title: { vi: 'Máy đang dùng', en: 'Devices in use' },
  lost: {
    vi: 'Mất máy này? Ra Ban quản lý chợ xin mã mới. Máy cũ ra ngay.',
    en: 'If this phone is lost, ask the board for a new code. The old phone is out at once.',
  },
  back: { vi: 'Quay lại', en: 'Back' },
}
const DEVICES = ['devices']

/** On which phones she is logged in, and how to throw one out. */
export function DevicesScreen({ onBack }: { onBack: () => void }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const list = useQuery({ queryKey: DEVICES, queryFn: () => api.get<SessionList>('/v1/sessions') })
  const end = useMutation({
    mutationFn: (id: string) => api.delete(`/v1/sessions/${id}`),
    onSuccess: () => queries.invalidateQueries({ queryKey: DEVICES }),
  })
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {list.isPending ? <Loading /> : null}
      {list.isError ? <ErrorPanel error={list.error} onRetry={() => void list.refetch()} /> : null}
      {end.isError ? <ErrorPanel error={end.error} /> : null}
      {list.data === undefined ? null : (
        <Card>
          <DeviceRows items={list.data.items} isBusy={end.isPending} onEnd={end.mutate} />
        </Card>
      )}
      <p>{w.lost}</p>
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}
