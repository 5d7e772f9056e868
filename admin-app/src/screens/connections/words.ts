import { PROVIDER_CHOICES, PROVIDERS } from '@tienve/contracts'

/** What a connection is called: by its own name and its provider's, or by the provider's alone. */
export function nameOf({ name, provider }: { name: string; provider: string }): string {
  const known = PROVIDERS.find((one) => one === provider)
  const called = known === undefined ? provider : PROVIDER_CHOICES[known].name
  return name === '' ? called : `${name} · ${called}`
}
