import {
  AppError,
  PROVIDER_CHOICES,
  type ConnectionState,
  type HearingState,
  type ProofScheme,
  type Provider,
  type SecretOddity,
} from '@tienve/contracts'
import { randomBytes } from 'node:crypto'

/** What is shorter can be guessed, or was cut while it was copied. */
const SHORT_CHARACTERS = 16

const NEW_BYTES = 32
const NAME_BYTES = 4

type Standing = {
  revokedAt: Date | null
  refusedAt: Date | null
  lastHeardAt: Date | null
  /** When it last delivered a statement, which is to be heard too. */
  deliveredAt: Date | null
  deafSince: Date | null
  pullProblem: string | null
}

/** How a connection stands, by what is most worth telling. A refusal counts until something comes after it. */
export function connectionStateOf(one: Standing): ConnectionState {
  if (one.revokedAt !== null) return 'revoked'
  const heardAt = Math.max(one.lastHeardAt?.getTime() ?? 0, one.deliveredAt?.getTime() ?? 0)
  if (one.refusedAt !== null && one.refusedAt.getTime() > heardAt) return 'refused'
  if (one.deafSince !== null) return 'deaf'
  if (one.pullProblem !== null) return 'pull_problem'
  return heardAt === 0 ? 'waiting' : 'heard'
}

/** How an account that some feeds are to hear is heard: as by the best of them. No feed at all is `none`. */
export function hearingOf(
  feeds: readonly { lastHeardAt: Date | string | null; deafSince: Date | string | null }[],
): Exclude<HearingState, 'quiet' | 'unpushed'> {
  if (feeds.length === 0) return 'none'
  const heard = feeds.filter(({ lastHeardAt }) => lastHeardAt !== null)
  if (heard.length === 0) return 'waiting'
  return heard.some(({ deafSince }) => deafSince === null) ? 'good' : 'deaf'
}

/** Errors: `request_invalid` for a scheme that the provider does not have. */
export function requireScheme(provider: Provider, scheme: ProofScheme) {
  const found = PROVIDER_CHOICES[provider].schemes.find((one) => one.scheme === scheme)
  if (found !== undefined) return found
  throw invalid('scheme', 'this provider does not prove its messages so')
}

/**
 * The secret of a new key: the pasted one, trimmed, with what is odd about it, or one of ours where none was pasted. `shown`
 * is what a person has to copy to the provider. Errors: `request_invalid` where only the provider can know it, and for one
 * that cannot be used at all.
 */
export function secretOf(
  provider: Provider,
  scheme: ProofScheme,
  pasted: string | undefined,
): { secret: string; shown: string | null; oddities: SecretOddity[] } {
  const { secretFrom } = requireScheme(provider, scheme)
  if (pasted === undefined) {
    if (secretFrom === 'provider') throw invalid('secret', 'the provider made it up: copy it from there')
    const secret = newSecret(provider, scheme)
    return { secret, shown: secret, oddities: [] }
  }
  const secret = pasted.trim()
  if (secret === '') throw invalid('secret', 'it is blank')
  if (scheme === 'token' && !/^[^:]+:.+$/.test(secret)) throw invalid('secret', 'written name:password')
  if (provider === 'standard' && !/^whsec_[A-Za-z0-9+/]{24,88}={0,2}$/.test(secret)) {
    throw invalid('secret', 'written whsec_ and base64')
  }
  return { secret, shown: null, oddities: odditiesOf(pasted, secret) }
}

function odditiesOf(pasted: string, secret: string): SecretOddity[] {
  const odd: SecretOddity[] = []
  if (pasted !== secret) odd.push('trimmed')
  if (/\s/.test(secret)) odd.push('has_space')
  if (secret.length < SHORT_CHARACTERS) odd.push('short')
  return odd
}

/** 256 random bits, in the form that the provider's field takes. */
function newSecret(provider: Provider, scheme: ProofScheme): string {
  const bytes = randomBytes(NEW_BYTES)
  if (provider === 'standard') return `whsec_${bytes.toString('base64')}`
  if (scheme === 'token')
    return `tienve_${randomBytes(NAME_BYTES).toString('hex')}:${bytes.toString('base64url')}`
  return bytes.toString('hex')
}

/**
 * Where a list of our own contract is asked for, without a slash at the end: https, and on a host that the operator allows,
 * since what asks is inside our network. Errors: `request_invalid`.
 */
export function listAddressOf(given: string, hosts: readonly string[]): string {
  const url = URL.parse(given.trim())
  if (url === null || url.protocol !== 'https:') throw invalid('address', 'written https://…')
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw invalid('address', 'without a name, a password, ? or #')
  const { hostname } = url
  if (!hosts.some((host) => hostname === host || hostname.endsWith(`.${host}`)))
    throw invalid('address', 'its host is not among LIST_HOSTS')
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

function invalid(field: string, why: string): AppError {
  return new AppError('request_invalid', undefined, { fields: { [field]: why } })
}
