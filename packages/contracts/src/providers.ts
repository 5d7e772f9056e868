/** Who can send us a bank's messages, by the name in `/webhooks/:provider/…`. */
export const PROVIDERS = ['sepay', 'casso', 'payos', 'vietqrvn', 'standard'] as const
export type Provider = (typeof PROVIDERS)[number]

/** How a provider proves its messages; `none` proves nothing, so that its messages only make us ask. */
export const PROOF_SCHEMES = ['hmac', 'api-key', 'token', 'none'] as const
export type ProofScheme = (typeof PROOF_SCHEMES)[number]

/** Who makes up the secret: we do and it is pasted there, or the provider does and it is pasted here. */
type SecretFrom = 'us' | 'provider' | 'nobody'
type SchemeOf = { scheme: ProofScheme; secretFrom: SecretFrom }

/** What can be chosen of each provider, the best first. `canPull`: it can be asked for what it knows, with a key of its own. */
export const PROVIDER_CHOICES: Record<
  Provider,
  { name: string; schemes: readonly SchemeOf[]; canPull: boolean }
> = {
  sepay: {
    name: 'SePay',
    schemes: [
      { scheme: 'hmac', secretFrom: 'us' },
      { scheme: 'api-key', secretFrom: 'us' },
      { scheme: 'token', secretFrom: 'us' },
      { scheme: 'none', secretFrom: 'nobody' },
    ],
    canPull: true,
  },
  casso: {
    name: 'Casso',
    schemes: [
      { scheme: 'hmac', secretFrom: 'provider' },
      { scheme: 'api-key', secretFrom: 'us' },
    ],
    canPull: true,
  },
  payos: { name: 'payOS', schemes: [{ scheme: 'hmac', secretFrom: 'provider' }], canPull: true },
  vietqrvn: { name: 'VietQR.vn', schemes: [{ scheme: 'token', secretFrom: 'us' }], canPull: false },
  standard: {
    name: 'Standard Webhooks',
    schemes: [{ scheme: 'hmac', secretFrom: 'us' }],
    canPull: true,
  },
}
