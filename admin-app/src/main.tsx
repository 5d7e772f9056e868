import '@tienve/ui/styles.css'
import './admin.css'
import './ledger.css'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { ApiError } from '@tienve/contracts'
import { LanguageProvider } from '@tienve/ui'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root')
// Without a network a query must fail and say so; by default it would wait in silence.
const networkMode = 'always'
const queries = new QueryClient({
  queryCache: new QueryCache({ onError: showLogIn }),
  mutationCache: new MutationCache({ onError: showLogIn }),
  defaultOptions: { queries: { networkMode, retry: 1, staleTime: 5_000 }, mutations: { networkMode } },
})
/** A session that has ended, wherever it is noticed, leads to the log-in: to try again would be refused for ever. */
function showLogIn(error: Error): void {
  if (error instanceof ApiError && error.problem.code === 'session_required')
    queries.setQueryData(['me'], null)
}

createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
)
