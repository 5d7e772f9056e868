import { useQuery } from '@tanstack/react-query'
import type { LedgerAccount, LedgerAccountPage } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Parts } from '../../parts.tsx'
import { addressOf } from '../../route.ts'

const WORDS = {
  stalls: { vi: 'các sạp không nêu tên', en: 'stalls not named' },
  expand: { vi: 'Mở', en: 'Open' },
  fold: { vi: 'Gập', en: 'Fold' },
}

/** The board's own book; every other one is a stall's, or that of all stalls that may not be named. */
export const BOARD = 'board'
export const UNNAMED = 'stalls'

/** Every account of a market. They are few enough to be had at once, and every page needs their names. */
export function useAccounts(market: string) {
  return useQuery({
    queryKey: ['ledger-accounts', market],
    queryFn: async () => {
      const items: LedgerAccount[] = []
      let cursor: string | undefined
      do {
        const page = await api.get<LedgerAccountPage>(`/v1/markets/${market}/ledger/accounts`, {
          limit: 200,
          cursor,
        })
        items.push(...page.items)
        cursor = page.nextCursor ?? undefined
      } while (cursor !== undefined)
      return items
    },
    staleTime: 30_000,
  })
}

export type Named = { id: string; glCode: string; name: string }

/** Names by id, for rows that carry ids alone. An account whose name is not known shows by its number. */
export function useNames(market: string): (id: string) => Named {
  const w = useWords(WORDS)
  const known = new Map(useAccounts(market).data?.map((account) => [account.id, account]))
  return (id) => {
    const [book = '', code = ''] = id.split(':')
    const [glCode = '', whose] = code.split('.')
    const fallback = book === UNNAMED ? w.stalls : (whose ?? (book === BOARD ? '' : book))
    return known.get(id) ?? { id, glCode, name: fallback }
  }
}

/** `131 · Phải thu · TH-01`. */
export function titleOf({ glCode, name }: { glCode: string; name: string }): string {
  return name === '' ? glCode : `${glCode} · ${name}`
}

export type Days = { fromDay?: string | undefined; toDay?: string | undefined }

/** The address of an account's statement, of the same days when some are given. */
export function statementOf(id: string, days: Days = {}): string {
  return addressOf('ledger/account', { id, ...days })
}

/** The same on the screen. */
export function AccountTitle({ of }: { of: { glCode: string; name: string } }) {
  return <Parts of={titleOf(of)} />
}

export type Group<T> = { key: string; glCode: string; name: string; accounts: T[] }
export type Line<T> = { key: string; group: Group<T>; account: T | null }

/** The accounts of one number together, in the order of the numbers. */
export function groupByNumber<T extends Named>(accounts: readonly T[]): Group<T>[] {
  const groups = new Map<string, Group<T>>()
  for (const account of accounts) {
    const group = groups.get(account.glCode)
    if (group === undefined) {
      const { glCode, name } = account
      groups.set(glCode, { key: glCode, glCode, name, accounts: [account] })
    } else group.accounts.push(account)
  }
  for (const group of groups.values()) group.name = commonName(group.accounts)
  return [...groups.values()].sort((a, b) => a.glCode.localeCompare(b.glCode))
}

/** What the names of a group have in common: `Phải thu` of `Phải thu · TH-01` and `Phải thu · TH-02`. */
function commonName(accounts: readonly { name: string }[]): string {
  const names = [...new Set(accounts.map(({ name }) => name.split(' · ')[0] ?? name))]
  return names.length > 2 ? `${names.slice(0, 2).join(', ')} …` : names.join(', ')
}

/** The lines of a table of groups: a group of one is its account; the others open and fold. */
export function linesOf<T extends Named>(
  groups: readonly Group<T>[],
  isOpen: (key: string) => boolean,
): Line<T>[] {
  return groups.flatMap((group) => {
    const [only] = group.accounts
    if (group.accounts.length === 1 && only !== undefined) return [{ key: only.id, group, account: only }]
    const inside = isOpen(group.key) ? group.accounts : []
    return [
      { key: `group ${group.key}`, group, account: null },
      ...inside.map((account) => ({ key: account.id, group, account })),
    ]
  })
}

/** The keys that somebody has switched from how they were, and the switch. */
export function useSwitched(): [ReadonlySet<string>, (key: string) => void] {
  const [switched, setSwitched] = useState<ReadonlySet<string>>(new Set())
  const toggle = (key: string): void => {
    const next = new Set(switched)
    if (!next.delete(key)) next.add(key)
    setSwitched(next)
  }
  return [switched, toggle]
}

/** The first cell of such a line: a link to the statement, or the switch of the group. */
export function LineName<T extends Named>({
  line,
  isOpen,
  onToggle,
  href,
}: {
  line: Line<T>
  isOpen: boolean
  onToggle: () => void
  href: (id: string) => string
}) {
  const w = useWords(WORDS)
  const { group, account } = line
  if (account !== null) {
    return (
      <a className="row-link" href={href(account.id)}>
        <AccountTitle of={account} />
      </a>
    )
  }
  return (
    <button type="button" className="group-switch" aria-expanded={isOpen} onClick={onToggle}>
      <span aria-hidden="true">{isOpen ? '▾' : '▸'}</span> {titleOf(group)} ({group.accounts.length})
      <span className="sr-only"> {isOpen ? w.fold : w.expand}</span>
    </button>
  )
}

/** How each line of such a table looks: a group stands out, what is in it is set in. */
export function lookOf<T>({ account, group }: Line<T>): string {
  if (account === null) return 'group-row'
  return group.accounts.length > 1 ? 'linked inside' : 'linked'
}

/** Letters without their marks, so that `phai thu` finds `Phải thu`. */
export function plain(text: string): string {
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('đ', 'd')
    .replaceAll('Đ', 'D')
    .toLowerCase()
}
