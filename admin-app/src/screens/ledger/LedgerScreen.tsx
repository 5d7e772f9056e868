import type { Me } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { useRoute } from '../../route.ts'
import { AccountsScreen } from './AccountsScreen.tsx'
import { JournalScreen } from './JournalScreen.tsx'
import { ProofScreen } from './ProofScreen.tsx'
import { StatementScreen } from './StatementScreen.tsx'
import { TrialScreen } from './TrialScreen.tsx'
import { TxnScreen } from './TxnScreen.tsx'
import { ZonesScreen } from './ZonesScreen.tsx'

const WORDS = {
  title: { vi: 'Sổ cái', en: 'Ledger' },
  journal: { vi: 'Nhật ký', en: 'Journal' },
  accounts: { vi: 'Tài khoản', en: 'Accounts' },
  trial: { vi: 'Bảng cân đối', en: 'Trial balance' },
  zones: { vi: 'Theo khu', en: 'By zone' },
  proof: { vi: 'Kiểm tra và niêm phong', en: 'Proof and seals' },
}

/** The pages of the ledger, and under which of them each of the others is found. */
const PAGES = ['journal', 'accounts', 'trial', 'zones', 'proof'] as const
const SCREENS = {
  journal: { under: 'journal', Screen: JournalScreen },
  txn: { under: 'journal', Screen: TxnScreen },
  accounts: { under: 'accounts', Screen: AccountsScreen },
  account: { under: 'accounts', Screen: StatementScreen },
  trial: { under: 'trial', Screen: TrialScreen },
  zones: { under: 'zones', Screen: ZonesScreen },
  proof: { under: 'proof', Screen: ProofScreen },
} as const

export function LedgerScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const asked = useRoute().path.split('/')[1] ?? 'journal'
  const name = (Object.keys(SCREENS) as (keyof typeof SCREENS)[]).find((one) => one === asked) ?? 'journal'
  const { under, Screen } = SCREENS[name]
  return (
    <div className="stack">
      <h1>{w.title}</h1>
      <nav className="tabs" aria-label={w.title}>
        {PAGES.map((one) => (
          <a
            key={one}
            href={one === 'journal' ? '#/ledger' : `#/ledger/${one}`}
            aria-current={one === name ? 'page' : one === under ? 'true' : undefined}
          >
            {w[one]}
          </a>
        ))}
      </nav>
      <Screen me={me} />
    </div>
  )
}
