/** Whom a one-time code lets in: the stallholder (chủ sạp), or somebody who helps her sell (phụ bán). */
export const ENROLMENT_KINDS = ['holder', 'helper'] as const
export type EnrolmentKind = (typeof ENROLMENT_KINDS)[number]

/** The first letter of a code says whom it is for, so that the app knows what to ask before it asks the service. */
const LETTERS: Record<EnrolmentKind, string> = { holder: 'C', helper: 'P' }

/** Crockford's base 32: no I, L, O or U, so that a code typed from paper is not mistaken. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * 50 random bits: of a whole city's stalls, say 10,000 codes open at once, one try in 10¹¹ meets one, and an address has 60
 * tries a minute (`POST /v1/enrolments`).
 */
export const ENROLMENT_RANDOM_CHARACTERS = 10

/** A code of twelve characters from its random part, which the caller draws in base 32: letter, random, check character. */
export function enrolmentCodeOf(kind: EnrolmentKind, random: string): string {
  const body = `${LETTERS[kind]}${random.toUpperCase()}`
  return `${body}${checkOf(body)}`
}

/** What somebody typed or scanned as a code, whoever it is for; null when it cannot be one. Forgives spaces, dashes, o, i and l. */
export function readEnrolmentCode(text: string): { code: string; kind: EnrolmentKind } | null {
  const code = text.toUpperCase().replaceAll(/[\s-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  const kind = ENROLMENT_KINDS.find((one) => code.startsWith(LETTERS[one]))
  const isWhole =
    code.length === ENROLMENT_RANDOM_CHARACTERS + 2 && checkOf(code.slice(0, -1)) === code.at(-1)
  return kind === undefined || !isWhole ? null : { code, kind }
}

/** `CAB1-2C3D-4E5F`, to be read and typed in three goes. */
export function writeEnrolmentCode(code: string): string {
  return code.replaceAll(/(.{4})(?=.)/g, '$1-')
}

/** Each character times its place, modulo 31: two that changed places and a wrong one are noticed, but for 0 read as Z. */
function checkOf(body: string): string | undefined {
  const values = Array.from(body, (letter) => ALPHABET.indexOf(letter))
  if (values.includes(-1)) return undefined
  return ALPHABET[values.reduce((sum, value, at) => sum + value * (at + 1), 0) % 31]
}

/** A PIN is six digits: what a thumb types with wet hands, and what every bank of hers asks for. */
export const PIN_DIGITS = 6

/** What a stranger at a found phone tries first: one digit, a run, a piece that is repeated. */
export function isWeakPin(pin: string): boolean {
  const steps = new Set(Array.from(pin.slice(1), (digit, at) => Number(digit) - Number(pin[at])))
  const isRun = steps.size === 1 && [0, 1, -1].includes([...steps][0] ?? 0)
  return isRun || /^(\d{2})\1\1$/.test(pin) || /^(\d{3})\1$/.test(pin)
}
