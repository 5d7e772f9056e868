/** How the app looks on this phone: `auto` is what the phone itself is set to. `typePercent` is the size of all type. */
export type Look = {
  scheme: 'auto' | 'light' | 'dark'
  contrast: 'auto' | 'more'
  typePercent: 100 | 125 | 150 | 200
}

const STORAGE_KEY = 'tienve.look'
const AS_THE_PHONE: Look = { scheme: 'auto', contrast: 'auto', typePercent: 100 }

export function readLook(): Look {
  const kept = localStorage.getItem(STORAGE_KEY)
  // Written below, by this app alone.
  return kept === null ? AS_THE_PHONE : (JSON.parse(kept) as Look)
}

const dark = matchMedia('(prefers-color-scheme: dark)')
const more = matchMedia('(prefers-contrast: more)')
let worn = readLook()

/** Puts a look on, and keeps it for the next start. */
export function wear(look: Look): void {
  worn = look
  localStorage.setItem(STORAGE_KEY, JSON.stringify(look))
  put()
}

/** Once at the start: what was chosen before, and from then on what the phone changes to where it says `auto`. */
export function wearAsKept(): void {
  put()
  dark.addEventListener('change', put)
  more.addEventListener('change', put)
}

function put(): void {
  const { style, dataset } = document.documentElement
  dataset['scheme'] = worn.scheme === 'auto' ? (dark.matches ? 'dark' : 'light') : worn.scheme
  dataset['contrast'] = worn.contrast === 'more' || more.matches ? 'more' : 'auto'
  // On top of what the browser itself is set to.
  style.fontSize = `${worn.typePercent}%`
}
