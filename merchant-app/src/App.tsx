import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ApiError, type Me } from '@tienve/contracts'
import { ErrorPanel, Loading } from '@tienve/ui'
import { api } from './api.ts'
import { Home } from './Home.tsx'
import { LogInScreen } from './screens/LogInScreen.tsx'

/** Nobody is logged in is an answer and not a failure; a missing network is a failure. */
async function readMe(): Promise<Me | null> {
  try {
    const me = await api.get<Me>('/v1/me')
    api.setCsrfToken(me.csrfToken)
    return me
  } catch (error) {
    if (error instanceof ApiError && error.problem.status === 401) return null
    throw error
  }
}

export function App() {
  const queries = useQueryClient()
  const me = useQuery({ queryKey: ['me'], queryFn: readMe, staleTime: Number.POSITIVE_INFINITY })
  if (me.isPending) return <Loading />
  // Once logged in, a network that fails is told by the screens; only a first load has nothing to show.
  if (me.isError && me.data === undefined) {
    return (
      <main className="screen">
        <ErrorPanel error={me.error} onRetry={() => void me.refetch()} />
      </main>
    )
  }
  const { data } = me
  const { stallId } = data?.user ?? { stallId: null }
  if (data === null || stallId === null) {
    return (
      <LogInScreen
        onDone={(next) => {
          api.setCsrfToken(next.csrfToken)
          queries.setQueryData(['me'], next)
        }}
      />
    )
  }
  return <Home key={stallId} me={data} stallId={stallId} />
}
