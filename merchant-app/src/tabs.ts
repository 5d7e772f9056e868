import type { PageName } from './pages.tsx'

export const TABS = ['take', 'code', 'today', 'owe'] as const
export type TabName = (typeof TABS)[number] | 'helping'
export type Tab = TabName | 'settings' | PageName

/** What whoever helps may open: on a phone of their own, and on the owner’s that was lent to them. */
const HELPER_TABS: readonly TabName[] = ['helping', 'take', 'code', 'today']
const LENT_TABS: readonly TabName[] = ['helping', 'take', 'code']
/** What the code screen of a lent phone leads to: neither page shows a sum. */
const LENT_PAGES: readonly PageName[] = ['patrol', 'sound']

export function tabsOf(isHolder: boolean, isLocked: boolean): readonly TabName[] {
  if (isHolder) return TABS
  return isLocked ? LENT_TABS : HELPER_TABS
}

/** What is shown of what was asked for, by whatever way: on a lent phone nothing but what may be seen there. */
export function shownTab(asked: Tab, isLocked: boolean): Tab {
  if (!isLocked || asked === 'settings') return asked
  return [...LENT_TABS, ...LENT_PAGES].some((one) => one === asked) ? asked : 'helping'
}

/** Where a page goes back to. Behind the settings of a lent phone its owner is asked for her PIN. */
export function tabBehind(under: Tab, isLocked: boolean): Tab {
  return isLocked ? 'code' : under
}
