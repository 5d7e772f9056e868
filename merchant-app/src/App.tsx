import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ErrorPanel, Loading, ME } from '@tienve/ui'
import { Home } from './Home.tsx'
import { LogInScreen } from './screens/LogInScreen.tsx'
import { changeSession, readMe } from './session.ts'

export function App() {
  const queries = useQueryClient()
  const me = useQuery({ queryKey: ME, queryFn: readMe, staleTime: Number.POSITIVE_INFINITY })
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
    return <LogInScreen onDone={(next) => changeSession(queries, next)} />
  }
  return <Home key={stallId} me={data} stallId={stallId} />
}
