import { z } from 'zod'
import { Moment, pageOf } from './primitives.ts'
import { LETTER_STATES } from './letters.ts'
import { PROVIDERS, PROOF_SCHEMES } from './providers.ts'
import { FEED_STATES } from './statuses.ts'

/**
 * How a connection stands, by what is most worth telling: ended; turned away since it was last heard; quiet for too long; not
 * answering when asked; not heard yet; heard.
 */
export const CONNECTION_STATES = ['revoked', 'refused', 'deaf', 'pull_problem', 'waiting', 'heard'] as const
export type ConnectionState = (typeof CONNECTION_STATES)[number]

/** Why a message or a delivered statement was turned away. */
export const REFUSALS = [
  'no_active_key',
  'credentials_missing',
  'credentials_unreadable',
  'timestamp_missing',
  'timestamp_unreadable',
  'timestamp_outside_tolerance',
  'signature_mismatch',
  'api_key_mismatch',
  'token_mismatch',
  'token_expired',
  /** A delivered statement that was proved, and then did not read or add up, or was of no account of the connection. */
  'statement_refused',
] as const
export type Refusal = (typeof REFUSALS)[number]

export const PULL_PROBLEMS = ['unauthorised', 'rate_limited', 'unreadable', 'unavailable'] as const
export type PullProblemName = (typeof PULL_PROBLEMS)[number]

const InBoth = z.object({ vi: z.string(), en: z.string() })

/**
 * One thing to do at the provider: `copy` a value into a field there, `choose` a value, or `do` something. `secret` stands for
 * the secret, or for a part of one written `name:password`: it is shown once and is not in here. `isUnsure` where no
 * public page of the provider says so.
 */
export const SetupStep = z.object({
  kind: z.enum(['copy', 'choose', 'do']),
  label: InBoth,
  value: InBoth.nullable(),
  secret: z.enum(['whole', 'name', 'password']).nullable(),
  isUnsure: z.boolean(),
})
export type SetupStep = z.infer<typeof SetupStep>

/** A secret of a connection, which is itself shown once, when it is made. */
const SecretShown = z.object({
  id: z.string(),
  scheme: z.enum(PROOF_SCHEMES),
  createdAt: Moment.nullable(),
  notAfter: Moment.nullable(),
  isActive: z.boolean(),
})

/** `number` is whole for the stall whose account it is, and masked for everybody else. */
const ConnectionAccount = z.object({
  accountId: z.string(),
  bankCode: z.string(),
  number: z.string(),
  holder: z.string(),
  stallCode: z.string().nullable(),
  /** What this feed tells of the account is money; what others tell of it bears that out. */
  authoritative: z.boolean(),
})

/** One connection, whole: for the board its own, for a stall its own. */
export const Connection = z
  .object({
    id: z.string(),
    provider: z.enum(PROVIDERS),
    name: z.string(),
    owner: z.enum(['board', 'stall']),
    scheme: z.enum(PROOF_SCHEMES),
    state: z.enum(CONNECTION_STATES),
    createdAt: Moment,
    createdBy: z.string().nullable(),
    lastHeardAt: Moment.nullable(),
    /** When it last delivered a statement. */
    deliveredAt: Moment.nullable(),
    deafSince: Moment.nullable(),
    revokedAt: Moment.nullable(),
    refusal: z.object({ at: Moment, reason: z.enum(REFUSALS) }).nullable(),
    accounts: z.array(ConnectionAccount),
    secrets: z.array(SecretShown),
    pull: z
      .object({
        baseUrl: z.string(),
        everySeconds: z.int(),
        askedAt: Moment.nullable(),
        readTo: Moment,
        problem: z.enum(PULL_PROBLEMS).nullable(),
        failures: z.int(),
      })
      .nullable(),
    canPull: z.boolean(),
    /** The address of its list has to be given with the key: there is no public one. */
    pullAsksAddress: z.boolean(),
    /** Messages of the last week that were about an account that is not bound here: their money is in suspense. */
    foreignCount: z.int(),
    /** The latest messages that could not be read or processed. */
    letters: z.array(
      z.object({
        id: z.string(),
        state: z.enum(LETTER_STATES),
        problem: z.string().nullable(),
        receivedAt: Moment,
      }),
    ),
    setup: z.array(SetupStep),
  })
  .meta({ id: 'Connection' })
export type Connection = z.infer<typeof Connection>

/** What is odd about a secret that somebody pasted; it is taken all the same. */
export const SECRET_ODDITIES = ['trimmed', 'has_space', 'short'] as const
export type SecretOddity = (typeof SECRET_ODDITIES)[number]

/** The one time that a secret is shown: null when it was pasted, and in the answer to a repeated request. */
const Made = z.object({ secret: z.string().nullable(), oddities: z.array(z.enum(SECRET_ODDITIES)) })
export const ConnectionMade = Made.extend({ connection: Connection }).meta({ id: 'ConnectionMade' })
export type ConnectionMade = z.infer<typeof ConnectionMade>

/** A line of the board's list. Of a feed that a stall set up for itself, how it stands and no more. */
export const ConnectionRow = z.object({
  id: z.string(),
  provider: z.enum(PROVIDERS),
  name: z.string(),
  owner: z.enum(['board', 'stall']),
  stallCode: z.string().nullable(),
  state: z.enum(CONNECTION_STATES),
  lastHeardAt: Moment.nullable(),
  accountCount: z.int().nullable(),
})
export type ConnectionRow = z.infer<typeof ConnectionRow>
export const ConnectionList = pageOf(ConnectionRow).meta({ id: 'ConnectionList' })
export type ConnectionList = z.infer<typeof ConnectionList>

/** `GET /v1/stalls/:id/connections`: its own feeds, and for each of its accounts who else listens to it. */
export const StallConnections = pageOf(ConnectionRow)
  .extend({
    accounts: z.array(
      z.object({
        accountId: z.string(),
        bankName: z.string(),
        number: z.string(),
        feed: z.enum(FEED_STATES),
        /** The board's feeds that hear it, which the stall may forbid. */
        heardByBoard: z.array(
          z.object({ connectionId: z.string(), provider: z.enum(PROVIDERS), lastHeardAt: Moment.nullable() }),
        ),
      }),
    ),
  })
  .meta({ id: 'StallConnections' })
export type StallConnections = z.infer<typeof StallConnections>

/** `GET /v1/markets/:id/receiving-accounts`: what the board can bind a feed to. */
export const BindableAccount = z.object({
  id: z.string(),
  bankCode: z.string(),
  number: z.string(),
  holder: z.string(),
  stallCode: z.string().nullable(),
  stallName: z.string().nullable(),
  /** A feed has authority over it already: another one would only bear it out. */
  isHeard: z.boolean(),
})
export type BindableAccount = z.infer<typeof BindableAccount>
export const BindableAccounts = pageOf(BindableAccount).meta({ id: 'BindableAccounts' })
export type BindableAccounts = z.infer<typeof BindableAccounts>

const Secret = z.string().min(1).max(500)
const AccountIds = z.array(z.string()).min(1).max(2_000)

/** `POST /v1/markets/:id/connections` and `/v1/stalls/:id/connections`. `secret` where the provider made it up. */
export const CreateConnection = z
  .object({
    provider: z.enum(PROVIDERS),
    scheme: z.enum(PROOF_SCHEMES),
    name: z.string().trim().max(80).default(''),
    accountIds: AccountIds,
    secret: Secret.optional(),
  })
  .meta({ id: 'CreateConnection' })
export type CreateConnection = z.input<typeof CreateConnection>

/** `POST /v1/connections/:id/secrets`: a new one from now on; the old ones until a moment, of at most 30 days ahead. */
export const RotateSecret = z
  .object({ secret: Secret.optional(), oldUntil: Moment })
  .meta({ id: 'RotateSecret' })
export type RotateSecret = z.infer<typeof RotateSecret>

/** `PUT /v1/connections/:id/accounts`: all that it is to hear. Authority moves to it from another feed of the same owner. */
export const SetConnectionAccounts = z
  .object({ accounts: z.array(z.object({ accountId: z.string(), authoritative: z.boolean() })).max(2_000) })
  .meta({ id: 'SetConnectionAccounts' })
export type SetConnectionAccounts = z.infer<typeof SetConnectionAccounts>

/**
 * `PUT /v1/connections/:id/pull`: asks with this key at the provider's own address (a demo's at the fake bank), or at the one
 * given where `pullAsksAddress`; a null key stops.
 */
export const SetPull = z
  .object({ key: Secret.nullable(), address: z.string().trim().max(500).optional() })
  .meta({ id: 'SetPull' })
export type SetPull = z.infer<typeof SetPull>
