import { useInfiniteQuery } from '@tanstack/react-query'
import { api } from './api.ts'

/**
 * A list that comes page by page, each asked for by the cursor that the page before it gave. `lookAgainMs` says of the
 * pages at hand after how long they are asked for anew, or false.
 */
export function usePages<Page extends { nextCursor: string | null }>(
  queryKey: readonly unknown[],
  address: string,
  query: Record<string, string | number | undefined>,
  {
    enabled = true,
    lookAgainMs = () => false,
  }: { enabled?: boolean; lookAgainMs?: (pages: readonly Page[]) => number | false } = {},
) {
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) =>
      api.get<Page>(address, { ...query, cursor: pageParam === '' ? undefined : pageParam }),
    enabled,
    initialPageParam: '',
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
    refetchInterval: ({ state }) => lookAgainMs(state.data?.pages ?? []),
  })
}
