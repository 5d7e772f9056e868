import { z } from 'zod'
import { PERSONAL_DATA, type PersonalKind } from './personal-data.ts'
import { Day, Moment, pageOf } from './primitives.ts'
import { ROLES } from './roles.ts'

/** What of a named stall's sales somebody of the board looked at, or took away as a file. */
export const LOOKS = [
  'sales',
  'sales_file',
  'day',
  'payments',
  'journal',
  'statement',
  'balances',
  'txn',
  'origin',
  'ledger_file',
] as const
export type LookedAt = (typeof LOOKS)[number]

/** One look at one stall: the first of its hour. Both days are null where no span was asked for: all that there is. */
export const Look = z.object({
  id: z.string(),
  by: z.string(),
  /** `key` is a program that the board gave a key; `by` is then what the key is called. */
  role: z.enum([...ROLES, 'key']),
  what: z.enum(LOOKS),
  fromDay: Day.nullable(),
  toDay: Day.nullable(),
  at: Moment,
})
export type Look = z.infer<typeof Look>
export const LookPage = pageOf(Look).meta({ id: 'LookPage' })
export type LookPage = z.infer<typeof LookPage>

/**
 * The words in which the board's seeing of sales is asked for, by version: a new wording is a new one, and the old ones
 * stay, since a consent is to what was shown. Three lines: what is seen, by whom, and what stays as it is.
 */
export const CONSENT_WORDS = {
  '2026-11': {
    vi: [
      'Cho xem: trưởng ban, kế toán, quản trị, phường thấy tiền bán từng ngày kèm tên sạp.',
      'Không cho xem: họ chỉ thấy tổng của từ năm sạp trở lên, không có tên.',
      'Chọn bên nào thì tiền chợ, chỗ bán vẫn như cũ. Đổi lại lúc nào cũng được.',
    ],
    en: [
      'Shown: the head, accountant, administrator and ward see what the stall sold each day, by its name.',
      'Not shown: they see only totals of five stalls or more, without a name.',
      'Charges and the place stay the same either way. You can change it at any time.',
    ],
  },
} as const satisfies Record<string, { vi: readonly string[]; en: readonly string[] }>
export const CONSENT_VERSIONS = ['2026-11'] as const
export const CONSENT_VERSION: (typeof CONSENT_VERSIONS)[number] = '2026-11'

/** `words` is the version that she was shown when she chose. */
export const SetConsent = z
  .object({ salesConsent: z.boolean(), words: z.enum(CONSENT_VERSIONS) })
  .meta({ id: 'SetConsent' })
export type SetConsent = z.infer<typeof SetConsent>

/** `GET /v1/stalls/:id/consents`: what was said when, the newest first. `by` and `device` are null where nobody knows. */
export const Consents = z
  .object({
    items: z.array(
      z.object({
        id: z.string(),
        given: z.boolean(),
        at: Moment,
        by: z.string().nullable(),
        words: z.string(),
        device: z.string().nullable(),
      }),
    ),
  })
  .meta({ id: 'Consents' })
export type Consents = z.infer<typeof Consents>

export const DATA_REQUEST_STATUSES = ['open', 'done', 'refused', 'withdrawn'] as const

/**
 * What still stands between the market and a person, so that what is kept of them cannot go yet. `unknown`: the stall is or was
 * let, and nobody can tell which of the people of its contracts asks.
 */
export const ERASURE_BLOCKS = ['unknown', 'contract', 'debt', 'refund', 'dispute'] as const
export type ErasureBlock = (typeof ERASURE_BLOCKS)[number]

const kinds = Object.keys(PERSONAL_DATA) as [PersonalKind, ...PersonalKind[]]

/**
 * A request that what is kept of a person goes, with when it is to be answered by. `items` says what went (with how many)
 * and what stays, once it is done; `blocks` what is still to be settled, while it is open.
 */
export const DataRequest = z
  .object({
    id: z.string(),
    stallId: z.string(),
    stallCode: z.string(),
    name: z.string(),
    status: z.enum(DATA_REQUEST_STATUSES),
    askedAt: Moment,
    dueAt: Moment,
    answeredAt: Moment.nullable(),
    answeredBy: z.string().nullable(),
    reason: z.string().nullable(),
    blocks: z.array(z.enum(ERASURE_BLOCKS)),
    items: z.array(z.object({ kind: z.enum(kinds), gone: z.boolean(), count: z.int().nullable() })),
  })
  .meta({ id: 'DataRequest' })
export type DataRequest = z.infer<typeof DataRequest>
export const DataRequests = pageOf(DataRequest).meta({ id: 'DataRequests' })
export type DataRequests = z.infer<typeof DataRequests>

/** `POST /v1/data-requests/:id/answer`: it is carried out, or refused with a reason that the person reads. */
export const AnswerDataRequest = z
  .discriminatedUnion('as', [
    z.object({ as: z.literal('done') }),
    z.object({ as: z.literal('refused'), reason: z.string().trim().min(5).max(300) }),
  ])
  .meta({ id: 'AnswerDataRequest' })
export type AnswerDataRequest = z.infer<typeof AnswerDataRequest>
