import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ErrorPanel, Loading, ME } from '@tienve/ui'
import { Suspense, useEffect, useState } from 'react'
import { Home } from './Home.tsx'
import { later } from './pages.tsx'
import { LogInScreen } from './screens/LogInScreen.tsx'
import { changeSession, readLastMe, readMe } from './session.ts'

/** Needed once on a phone. */
const EnrolScreen = later(() => import('./screens/enrol/EnrolScreen.tsx').then((part) => part.EnrolScreen))

export function App() {
  const queries = useQueryClient()
  const me = useQuery({
    queryKey: ME,
    queryFn: readMe,
    staleTime: Number.POSITIVE_INFINITY,
    // With no network she sees her code all the same; with one the service says at once whether it still is her.
    initialData: readLastMe,
    refetchOnMount: 'always',
  })
  const [scanned, setScanned] = useState(takeCode)
  const [isEnrolling, setEnrolling] = useState(false)
  useEffect(() => {
    // A code may be scanned while the app stands open.
    const look = (): void => setScanned((before) => takeCode() ?? before)
    window.addEventListener('hashchange', look)
    return () => window.removeEventListener('hashchange', look)
  }, [])
  const endEnrolling = (): void => {
    setScanned(null)
    setEnrolling(false)
  }
  if (me.isPending) return <Loading />
  // Once logged in, a network that fails is told by the screens; only a first load has nothing to show.
  if (me.isError && me.data === undefined) {
    return (
      <main className="screen">
        <ErrorPanel error={me.error} onRetry={() => void me.refetch()} />
      </main>
    )
  }
  if (scanned !== null || isEnrolling) {
    return (
      <Suspense fallback={<Loading />}>
        <EnrolScreen
          key={scanned}
          scanned={scanned}
          onDone={(next) => {
            endEnrolling()
            changeSession(queries, next)
          }}
          onBack={endEnrolling}
        />
      </Suspense>
    )
  }
  const { data } = me
  const { stallId } = data?.user ?? { stallId: null }
  if (data === null || stallId === null) {
    return <LogInScreen onDone={(next) => changeSession(queries, next)} onEnrol={() => setEnrolling(true)} />
  }
  return <Home key={data.user.id} me={data} stallId={stallId} />
}

/** A code that the app was opened with. It is taken out of the address at once: it is nobody else's, and opens nothing twice. */
function takeCode(): string | null {
  const code = new URLSearchParams(window.location.hash.slice(1)).get('ma')
  if (code !== null) window.history.replaceState(null, '', window.location.pathname)
  return code
}
