import '@tienve/ui/styles.css'
import '@tienve/ui/looks.css'
import './app.css'
import { MutationCache, QueryCache, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { LanguageProvider } from '@tienve/ui'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './App.tsx'
import { wearAsKept } from './look.ts'
import { startUpdates } from './offline/update.ts'
import { endIfOver } from './session.ts'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root')
wearAsKept()
// Without a network a query must fail and say so. What is sent later is a sale in cash alone, which is shown as unsent until then.
const networkMode = 'always'
const onError = (error: Error): void => endIfOver(queries, error)
const queries: QueryClient = new QueryClient({
  queryCache: new QueryCache({ onError }),
  mutationCache: new MutationCache({ onError }),
  defaultOptions: { queries: { networkMode, retry: 1, staleTime: 5_000 }, mutations: { networkMode } },
})
createRoot(root).render(
  <StrictMode>
    <LanguageProvider>
      <QueryClientProvider client={queries}>
        <App />
      </QueryClientProvider>
    </LanguageProvider>
  </StrictMode>,
)
startUpdates()
