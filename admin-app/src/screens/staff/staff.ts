import { useQuery } from '@tanstack/react-query'
import type { Me, StaffList } from '@tienve/contracts'
import { api } from '../../api.ts'

/** The board's people. */
export function useStaff(me: Me) {
  const { id } = me.market
  return useQuery({
    queryKey: ['staff', id],
    queryFn: () => api.get<StaffList>(`/v1/markets/${id}/staff`),
  })
}
