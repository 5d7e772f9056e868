import { z } from 'zod'
import { Moment } from './primitives.ts'
import { KEY_PERMISSIONS } from './key-permissions.ts'

/** A year, and a day for the leap: no key holds for longer, so that one that is forgotten ends by itself. */
export const KEY_MAX_DAYS = 366

const KeyPermissions = z
  .array(z.enum(KEY_PERMISSIONS))
  .min(1)
  .max(KEY_PERMISSIONS.length)
  .refine((all) => new Set(all).size === all.length, 'each permission once')

export const NewApiKey = z
  .object({
    name: z.string().trim().min(1).max(80),
    permissions: KeyPermissions,
    expiresAt: Moment,
  })
  .meta({ id: 'NewApiKey' })
export type NewApiKey = z.infer<typeof NewApiKey>

/** A key of a program, without its secret, which nobody can read again. `lastUsedHour` is the hour and no finer. */
export const ApiKey = z
  .object({
    id: z.string(),
    name: z.string(),
    permissions: z.array(z.enum(KEY_PERMISSIONS)),
    state: z.enum(['live', 'expired', 'revoked']),
    createdBy: z.string(),
    createdAt: Moment,
    expiresAt: Moment,
    revokedAt: Moment.nullable(),
    lastUsedHour: Moment.nullable(),
  })
  .meta({ id: 'ApiKey' })
export type ApiKey = z.infer<typeof ApiKey>

/** `token` is what goes into `Authorization: Bearer …`. It is answered once; a repeat of the same request has null there. */
export const ApiKeyMade = z.object({ key: ApiKey, token: z.string().nullable() }).meta({ id: 'ApiKeyMade' })
export type ApiKeyMade = z.infer<typeof ApiKeyMade>

export const ApiKeyList = z
  .object({ items: z.array(ApiKey), nextCursor: z.null() })
  .meta({ id: 'ApiKeyList' })
export type ApiKeyList = z.infer<typeof ApiKeyList>
