import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ErrorPanel, Loading, ME } from '@tienve/ui'
import { useRoute } from './route.ts'
import { LogInScreen } from './screens/LogInScreen.tsx'
import { MustSetUp } from './screens/MustSetUp.tsx'
import { SetUpScreen } from './screens/SetUpScreen.tsx'
import { changeSession, readMe } from './session.ts'
import { Shell } from './Shell.tsx'

export function App() {
  const queries = useQueryClient()
  const { path } = useRoute()
  const me = useQuery({ queryKey: ME, queryFn: readMe, staleTime: Number.POSITIVE_INFINITY })
  if (me.isPending) return <Loading />
  if (path === 'set-up') return <SetUpScreen onDone={(next) => void changeSession(queries, next)} />
  if (me.isError) return <ErrorPanel error={me.error} onRetry={() => void me.refetch()} />
  const { data } = me
  if (data === null || data.user.stallId !== null) {
    return <LogInScreen onDone={(next) => void changeSession(queries, next)} />
  }
  return data.totp.isDue ? <MustSetUp /> : <Shell me={data} />
}
