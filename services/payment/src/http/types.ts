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
}

/** A program. `userId` is the key's id: what is noted as looked at or written is noted as by the key. */
export type KeyActor = {
  marketId: string
  userId: string
  role: 'key'
  stallId: null
  permissions: readonly KeyPermission[]
}

/** Every route says who may call it; one that says nothing does not start. */
export type Access = Permission | 'public' | 'session'

/** A route as it was registered, with who may call it. */
export type GuardedRoute = { method: string; url: string; access: Access; schema: FastifySchema | undefined }

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route, in the order of registration: what docs/ROLES.md and the tests of the guard go through. */
    guarded: GuardedRoute[]
  }
  interface FastifyContextConfig {
    access?: Access
    /** For addresses that people open: what they can do, in their own words, while the page cannot be shown. */
    meanwhile?: string
  }
  interface FastifyRequest {
    actor: Actor | null
  }
}
