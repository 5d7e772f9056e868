import { z } from 'zod'
import { Moment, pageOf } from './primitives.ts'

/** A message that was proved and stored and yet came to nothing: unreadable, or failed too often. */
export const LETTER_STATES = ['malformed', 'dead'] as const
export type LetterState = (typeof LETTER_STATES)[number]

/**
 * How an account is heard: as usual, quiet for longer than usual, by the provider's list alone while its messages have stopped,
 * its feed is deaf, never heard yet, no feed at all.
 */
export const HEARING_STATES = ['good', 'quiet', 'unpushed', 'deaf', 'waiting', 'none'] as const
export type HearingState = (typeof HEARING_STATES)[number]

/** `GET /v1/markets/:id/feeds/dead-letters`: what, when and why; never what the message says. */
export const DeadLetter = z.object({
  id: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  provider: z.string(),
  via: z.enum(['push', 'pull', 'statement']),
  state: z.enum(LETTER_STATES),
  problem: z.string().nullable(),
  attempts: z.int(),
  bytes: z.int().nullable(),
  receivedAt: Moment,
})
export type DeadLetter = z.infer<typeof DeadLetter>
export const DeadLetters = pageOf(DeadLetter).meta({ id: 'DeadLetters' })
export type DeadLetters = z.infer<typeof DeadLetters>

const Seconds = z.int().min(0)

/**
 * `GET /v1/markets/:id/feeds/health`: the board's own accounts one by one; of the stalls' accounts how many are heard how, and
 * neither which nor what they sold.
 */
export const FeedHealth = z
  .object({
    accounts: z.array(
      z.object({
        accountId: z.string(),
        bankCode: z.string(),
        number: z.string(),
        holder: z.string(),
        state: z.enum(HEARING_STATES),
        lastHeardAt: Moment.nullable(),
        /** Longer than this is unusual, in its own trading hours; null before there is a history. */
        usualGapSeconds: Seconds.nullable(),
      }),
    ),
    stalls: z.object({ good: z.int(), unpushed: z.int(), deaf: z.int(), waiting: z.int(), none: z.int() }),
    feeds: z.array(
      z.object({
        connectionId: z.string(),
        name: z.string(),
        provider: z.string(),
        state: z.enum(HEARING_STATES),
        deafSince: Moment.nullable(),
        deafAfterSeconds: Seconds,
        accountCount: z.int(),
      }),
    ),
    /** From the bank's time to ours, of what was heard today; null before the first. */
    latency: z.object({ p50Seconds: z.number(), p95Seconds: z.number(), count: z.int() }).nullable(),
    letters: z.object({ malformed: z.int(), dead: z.int(), retrying: z.int() }),
    pulls: z.array(
      z.object({
        connectionId: z.string(),
        name: z.string(),
        provider: z.string(),
        askedAt: Moment.nullable(),
        readTo: Moment,
        problem: z.string().nullable(),
        failures: z.int(),
      }),
    ),
  })
  .meta({ id: 'FeedHealth' })
export type FeedHealth = z.infer<typeof FeedHealth>
