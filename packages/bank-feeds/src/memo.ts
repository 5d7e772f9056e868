import { isPaymentCode, PAYMENT_CODE_PREFIX } from '@tienve/vietqr'

/** What follows the prefix: seven characters and a check character. */
const CODE_BODY_LENGTH = 8

export interface FindCodesOptions {
  readonly prefix?: string
  /** The code as the provider read it, if it reads codes at all. */
  readonly hint?: string | null
}

export interface FoundCodes {
  /** Distinct payment codes in the order found. Several mean that a person must decide. */
  readonly codes: string[]
  /** `token`: standing alone between non-alphanumerics. `squeezed`: only after taking every separator out. */
  readonly how: 'token' | 'squeezed' | 'none'
  /** Null without a hint. False whenever the hint is not the one code found here, even where none was. */
  readonly hintAgrees: boolean | null
}

/**
 * Finds payment codes in what a bank wrote around a payer's memo. Banks drop accents, change case, wrap the memo in
 * envelopes full of account digits, glue references to it and break it over lines; some of each is in
 * samples/content-corpus.synthetic.json. A code counts only with a valid check character, so digits of an account
 * never become one; a cut code is not completed. Any text at all is accepted.
 */
export function findCodes(content: string, options: FindCodesOptions = {}): FoundCodes {
  const prefix = normaliseMemo(options.prefix ?? PAYMENT_CODE_PREFIX)
  const text = normaliseMemo(content)
  const tokens = distinct(text.split(/[^A-Z0-9]+/).filter((token) => isPaymentCode(token, prefix)))
  const codes = tokens.length > 0 ? tokens : findSqueezed(squeeze(text), prefix)
  const how = tokens.length > 0 ? 'token' : codes.length > 0 ? 'squeezed' : 'none'
  const hint = squeeze(normaliseMemo(options.hint ?? ''))
  return { codes, how, hintAgrees: hint === '' ? null : codes.length === 1 && codes[0] === hint }
}

/** Upper-case Latin letters without Vietnamese marks: `Tiền đã về` becomes `TIEN DA VE`. */
export function normaliseMemo(text: string): string {
  return text.normalize('NFKD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'D').toUpperCase()
}

/**
 * A code that was cut and then glued to other text could still pass the check character once in 32; it would then have
 * to name one of our open codes out of 2^35 as well.
 */
function findSqueezed(squeezed: string, prefix: string): string[] {
  const codes: string[] = []
  for (let at = squeezed.indexOf(prefix); at >= 0; at = squeezed.indexOf(prefix, at + 1)) {
    const candidate = squeezed.slice(at, at + prefix.length + CODE_BODY_LENGTH)
    if (isPaymentCode(candidate, prefix)) codes.push(candidate)
  }
  return distinct(codes)
}

function squeeze(text: string): string {
  return text.replace(/[^A-Z0-9]+/g, '')
}

function distinct(codes: readonly string[]): string[] {
  return [...new Set(codes)]
}
