import { useQuery } from '@tanstack/react-query'
import type { NoticePage } from '@tienve/contracts'
import { api } from './api.ts'
import { isSavingData } from './device/device.ts'

const LOOK_AGAIN_MS = 15_000

/** What the board told the stall, with how much of it is unread; for its stallholder alone. */
export function useNotices(stallId: string, enabled = true) {
  return useQuery({
    queryKey: ['notices', stallId],
    queryFn: () => api.get<NoticePage>(`/v1/stalls/${stallId}/notices`, { limit: 50 }),
    enabled,
    refetchInterval: () => (isSavingData() ? false : LOOK_AGAIN_MS),
  })
}
