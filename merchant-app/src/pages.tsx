import { ApiError, type Stall } from '@tienve/contracts'
import { ErrorPanel } from '@tienve/ui'
import { lazy, type ComponentType } from 'react'

export type PageProps = { stall: Stall; onBack: () => void }
/** `under` is the tab that a page belongs to and goes back to. */
type Page = { under: 'owe' | 'today' | 'settings'; Screen: ComponentType<PageProps> }

/**
 * The screens that are not needed to take money: they come after the first one, each in a file of its own with its own
 * look. The service worker keeps them for when there is no network.
 */
export const PAGES = {
  owe: page('owe', () => import('./screens/owe/OweScreen.tsx').then((part) => part.OweScreen)),
  taxes: page('today', () => import('./screens/taxes/TaxScreen.tsx').then((part) => part.TaxScreen)),
  listen: page('settings', () =>
    import('./screens/listen/ListenScreen.tsx').then((part) => part.ListenScreen),
  ),
  helpers: page('settings', () =>
    import('./screens/people/HelpersScreen.tsx').then((part) => part.HelpersScreen),
  ),
  help: page('settings', () => import('./screens/help/HelpScreen.tsx').then((part) => part.HelpScreen)),
  look: page('settings', () => import('./screens/look/LookScreen.tsx').then((part) => part.LookScreen)),
  looks: page('settings', () => import('./screens/privacy/LooksScreen.tsx').then((part) => part.LooksScreen)),
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
