import type { KeyPermission, Permission, Role } from '@tienve/contracts'
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifySchema,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from 'fastify'
import type { ZodTypeProvider } from 'fastify-type-provider-zod'

/** A Fastify instance whose routes are checked and described by zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>

/** Whoever makes a request: a person, as the session says, or a program by its key. Either is of one market. */
export type Actor = PersonActor | KeyActor

/** One person with one role in one market. */
type PersonActor = {
  marketId: string
  userId: string
  role: Role
  /** The person's own stall; null for the board's people. */
  stallId: string | null
  /** What others handed on to this person for a time, beside what the role holds. */
  delegated?: readonly Permission[]
  /** The request by which they do something, for the audit trail; nothing where nobody asked over HTTP. */
  asked?: Asked | undefined
}

/** Where a request came from, as the audit trail has it. */
export type Origin = { requestId: string; route: string; address: string; sessionId: string | null }

/** What an audit entry says of a change, as far as it is not plain from the request; what is noted wins. */
export type Change = {
  action?: string
  object?: { kind: string; id: string }
  stallId?: string | null
  /** The fields that changed, as they were and as they are. Text is kept as personal, but for the fields named in `open`. */
  before?: object
  after?: object
  open?: readonly string[]
}

/** A request as its services are asked by it; what they note of it waits here until the last statement. */
export type Asked = Origin & {
  action: string
  object: { kind: string; id: string | null }
  body: unknown
  changes: Change[]
  /** Looks at named stalls, which are no change and stand beside it. */
  looks: Change[]
}

/** A program. `userId` is the key's id: what is noted as looked at or written is noted as by the key. */
export type KeyActor = {
  marketId: string
  userId: string
  role: 'key'
  stallId: null
  permissions: readonly KeyPermission[]
  asked?: Asked | undefined
}

/** Every route says who may call it; one that says nothing does not start. */
export type Access = Permission | 'public' | 'session'

/** A route as it was registered, with who may call it. */
export type GuardedRoute = {
  method: string
  url: string
  access: Access
  schema: FastifySchema | undefined
  handler: (...args: never[]) => unknown
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, in the order of registration: what docs/ROLES.md and the tests of the guard go through. */
    guarded: GuardedRoute[]
    /** Whether cookies go over https alone: everywhere but in a demo, which runs on plain http. */
    hasSecureCookies: boolean
  }
  interface FastifyContextConfig {
    access?: Access
    /** What somebody may do who has yet to set up the second step of the log-in. */
    duringSetUp?: true
    /** For addresses that people open: what they can do, in their own words, while the page cannot be shown. */
    meanwhile?: string
  }
  interface FastifyRequest {
    actor: Actor | null
  }
}
