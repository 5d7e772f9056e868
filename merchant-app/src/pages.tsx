import { ApiError, type Stall } from '@tienve/contracts'
import { ErrorPanel } from '@tienve/ui'
import { lazy, type ComponentType } from 'react'
import type { UsedVoice } from './voice/use-voice.ts'

export type PageProps = { stall: Stall; voice: UsedVoice; onBack: () => void }
/** `under` is the tab that a page belongs to and goes back to. */
type Page = { under: 'owe' | 'today' | 'settings'; Screen: ComponentType<PageProps> }

/**
 * The screens that are not needed to take money: they come after the first one, each in a file of its own with its own
 * look. The service worker keeps them for when there is no network.
 */
export const PAGES = {
  owe: page('owe', () => import('./screens/owe/OweScreen.tsx').then((part) => part.OweScreen)),
  months: page('today', () => import('./screens/totals/MonthsScreen.tsx').then((part) => part.MonthsScreen)),
  search: page('today', () => import('./screens/totals/SearchScreen.tsx').then((part) => part.SearchScreen)),
  credits: page('today', () =>
    import('./screens/credits/CreditsScreen.tsx').then((part) => part.CreditsScreen),
  ),
  taxes: page('today', () => import('./screens/taxes/TaxScreen.tsx').then((part) => part.TaxScreen)),
  sound: page('settings', () => import('./screens/sound/SoundScreen.tsx').then((part) => part.SoundScreen)),
  listen: page('settings', () =>
    import('./screens/listen/ListenScreen.tsx').then((part) => part.ListenScreen),
  ),
  helpers: page('settings', () =>
    import('./screens/people/HelpersScreen.tsx').then((part) => part.HelpersScreen),
  ),
  help: page('settings', () => import('./screens/help/HelpScreen.tsx').then((part) => part.HelpScreen)),
  practice: page('settings', () =>
    import('./screens/help/PracticeScreen.tsx').then((part) => part.PracticeScreen),
  ),
  look: page('settings', () => import('./screens/look/LookScreen.tsx').then((part) => part.LookScreen)),
  shifts: page('settings', () =>
    import('./screens/helping/ShiftsScreen.tsx').then((part) => part.ShiftsScreen),
  ),
  lend: page('settings', () => import('./screens/helping/LendScreen.tsx').then((part) => part.LendScreen)),
  looks: page('settings', () => import('./screens/privacy/LooksScreen.tsx').then((part) => part.LooksScreen)),
  patrol: page('settings', () =>
    import('./screens/patrol/PatrolScreen.tsx').then((part) => part.PatrolScreen),
  ),
  devices: page('settings', () =>
    import('./screens/people/DevicesScreen.tsx').then((part) => part.DevicesScreen),
  ),
  privacy: page('settings', () =>
    import('./screens/privacy/PrivacyScreen.tsx').then((part) => part.PrivacyScreen),
  ),
} satisfies Record<string, Page>
export type PageName = keyof typeof PAGES

export function isPage(name: string): name is PageName {
  return Object.hasOwn(PAGES, name)
}

/** A screen that is fetched when it is opened first. Where that fails, a new start asks for it again. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  return lazy<ComponentType<P>>(() =>
    load().then(
      (part) => ({ default: part }),
      () => ({ default: NotLoaded }),
    ),
  )
}

function page(under: Page['under'], load: () => Promise<ComponentType<PageProps>>): Page {
  return { under, Screen: later(load) }
}

const NO_NETWORK = new ApiError(
  { type: 'about:blank', title: '', status: 0, code: 'offline', detail: '', requestId: '' },
  true,
)

function NotLoaded() {
  return <ErrorPanel error={NO_NETWORK} onRetry={() => window.location.reload()} />
}
