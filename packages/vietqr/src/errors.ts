/** What can be wrong with a code, read or made. One word per rule, the same in both directions. */
export type VietQrErrorCode =
  | 'EMPTY'
  | 'TOO_LONG'
  | 'TRUNCATED'
  | 'TRAILING_DATA'
  | 'STRUCTURE'
  | 'BAD_LENGTH'
  | 'DUPLICATE'
  | 'CRC_MISMATCH'
  | 'NOT_VIETQR'
  | 'MISSING_TAG'
  | 'BAD_VALUE'
  | 'BAD_AMOUNT'
  | 'UNSUPPORTED_SERVICE'

/** Thrown by `encodeVietQr` when a field may not go into a code. `field` is the name of the input at fault. */
export class VietQrError extends Error {
  readonly code: VietQrErrorCode
  readonly field: string

  constructor(code: VietQrErrorCode, field: string, why: string) {
    super(`${field}: ${why}`)
    this.name = 'VietQrError'
    this.code = code
    this.field = field
  }
}

/** Why a text is not a code that we can read; `at` is the path of tags, such as `38.01.00`. */
export type VietQrFailure = { readonly ok: false; readonly code: VietQrErrorCode; readonly at: string }

export function failure(code: VietQrErrorCode, at: string): VietQrFailure {
  return { ok: false, code, at }
}
