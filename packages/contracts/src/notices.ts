import { z } from 'zod'
import { Day, Moment, TotalVnd, pageOf } from './primitives.ts'

/** What a stall is told of. `reminder` comes before a charge is due, `overdue` after. */
export const NOTICE_KINDS = [
  'charge_issued',
  'reminder',
  'overdue',
  'changed',
  'dispute_answered',
  'code_wrong',
] as const
export type NoticeKind = (typeof NOTICE_KINDS)[number]

/** How a stall is told: in the app, by waking its browser, by e-mail. */
export const NOTICE_CHANNELS = ['app', 'push', 'email'] as const
export type NoticeChannel = (typeof NOTICE_CHANNELS)[number]

/** `waiting` to be sent or tried again; `dropped` because there was no reason for it any more; `failed` for good. */
export const NOTICE_STATES = ['waiting', 'sent', 'dropped', 'failed'] as const
export type NoticeState = (typeof NOTICE_STATES)[number]

/** Why a notice was not sent: paid meanwhile, disputed, nobody to send it to, or tried too often. */
export const NOTICE_DROP_REASONS = ['paid', 'disputed', 'no_address', 'failed'] as const
export type NoticeDropReason = (typeof NOTICE_DROP_REASONS)[number]

const InBoth = z.object({ vi: z.string(), en: z.string() })

/** `GET /v1/stalls/:id/notices`, the newest first; `pushKey` is what a browser subscribes with, null when push is off. */
export const Notice = z.object({
  id: z.string(),
  kind: z.enum(NOTICE_KINDS),
  title: InBoth,
  body: InBoth,
  chargeId: z.string().nullable(),
  sentAt: Moment,
  readAt: Moment.nullable(),
})
export type Notice = z.infer<typeof Notice>
export const NoticePage = pageOf(Notice)
  .extend({ unread: z.int(), pushKey: z.string().nullable() })
  .meta({ id: 'NoticePage' })
export type NoticePage = z.infer<typeof NoticePage>

/** `PUT /v1/stalls/:id/notices/read`: all that were sent until then were seen. */
export const ReadNotices = z.object({ until: Moment }).meta({ id: 'ReadNotices' })

/** `POST /v1/push-subscriptions`: what the browser's `PushSubscription.toJSON()` says. */
export const CreatePushSubscription = z
  .object({
    endpoint: z.url().max(1_000),
    keys: z.object({
      p256dh: z.string().regex(/^[\w-]{80,100}={0,2}$/),
      auth: z.string().regex(/^[\w-]{20,30}={0,2}$/),
    }),
    /** What it is woken for; `restsAtNight`: money waits for the morning too. What the board says alone, when left out. */
    about: z
      .object({ notices: z.boolean(), arrivals: z.boolean(), restsAtNight: z.boolean() })
      .refine(({ notices, arrivals }) => notices || arrivals, 'woken for nothing')
      .optional(),
  })
  .meta({ id: 'CreatePushSubscription' })
export type CreatePushSubscription = z.infer<typeof CreatePushSubscription>
export const PushSubscriptionMade = z.object({ id: z.string() }).meta({ id: 'PushSubscriptionMade' })

/**
 * `GET /v1/markets/:id/reminders`: whom a reminder sent now would go to, and when: `at` is later than now in the market's
 * quiet hours. Nobody is reminded of a charge that is disputed or not past due, or a second time in a day.
 */
export const ReminderPlan = z
  .object({
    at: Moment,
    /** It is now one of the hours in which nobody is reminded. */
    isQuiet: z.boolean(),
    quietFromHour: z.int(),
    quietToHour: z.int(),
    stalls: z.array(
      z.object({
        stallId: z.string(),
        stallCode: z.string(),
        stallName: z.string(),
        charges: z.int(),
        overdueVnd: TotalVnd,
      }),
    ),
    /** Charges past due that nobody is reminded of now. */
    disputed: z.int(),
    remindedToday: z.int(),
    channels: z.array(z.enum(NOTICE_CHANNELS)),
  })
  .meta({ id: 'ReminderPlan' })
export type ReminderPlan = z.infer<typeof ReminderPlan>

/** `POST /v1/markets/:id/reminders`: all stalls that are past due, or those named. */
export const SendReminders = z
  .object({ stallIds: z.array(z.string()).min(1).max(2_000).nullish() })
  .meta({ id: 'SendReminders' })
export type SendReminders = z.infer<typeof SendReminders>
export const RemindersQueued = z
  .object({ stalls: z.int(), charges: z.int(), at: Moment })
  .meta({ id: 'RemindersQueued' })
export type RemindersQueued = z.infer<typeof RemindersQueued>

/** `GET /v1/markets/:id/notices`: the outbox, the newest first, with the sums of all of it by state. */
export const OutboxNotice = z.object({
  id: z.string(),
  stallCode: z.string(),
  kind: z.enum(NOTICE_KINDS),
  channel: z.enum(NOTICE_CHANNELS),
  state: z.enum(NOTICE_STATES),
  createdAt: Moment,
  dueAt: Moment,
  sentAt: Moment.nullable(),
  dropReason: z.enum(NOTICE_DROP_REASONS).nullable(),
  attempts: z.int(),
  /** A code of what went wrong last, never an address. */
  lastError: z.string().nullable(),
})
export type OutboxNotice = z.infer<typeof OutboxNotice>
export const OutboxPage = pageOf(OutboxNotice)
  .extend({ counts: z.record(z.enum(NOTICE_STATES), z.int()), since: Day })
  .meta({ id: 'OutboxPage' })
export type OutboxPage = z.infer<typeof OutboxPage>
