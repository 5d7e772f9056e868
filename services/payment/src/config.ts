import { sealKeyOf } from '@tienve/ledger'
import { z } from 'zod'

/** `api` answers HTTP and stores messages; `worker` processes them; `all` does both in one process. */
export const PROCESS_ROLES = ['api', 'worker', 'all'] as const

const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((value) => value === '1')
const port = (usual: number) => z.coerce.number().int().min(0).max(65_535).default(usual)

const key = z
  .base64()
  .refine((text) => Buffer.from(text, 'base64').length === 32, 'must be 32 bytes in base 64')

/** Where the browsers in use have their push services: the only places that a browser's word may send us to. */
const PUSH_HOSTS = 'fcm.googleapis.com,push.services.mozilla.com,notify.windows.com,push.apple.com'

const Env = z.object({
  DATABASE_URL: z.url(),
  WORKER_DATABASE_URL: z.url().optional(),
  ROLE: z.enum(PROCESS_ROLES).default('all'),
  HOST: z.string().default('127.0.0.1'),
  PORT: port(8080),
  METRICS_PORT: port(9464),
  PUBLIC_URL: z.url().optional(),
  DEMO: flag,
  DEMO_FILE: z.string().optional(),
  DEMO_BANK_URL: z.url().optional(),
  MASTER_KEY: key,
  SEAL_KEY: key.optional(),
  SEALS_FILE: z.string().optional(),
  SEAL_PUBLIC_KEYS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((one) => one !== ''))
    .pipe(z.array(key)),
  SMTP_URL: z.url({ protocol: /^smtps?$/ }).optional(),
  SMTP_FROM: z.string().optional(),
  VAPID_PUBLIC_KEY: z.string().optional(),
  VAPID_PRIVATE_KEY: z.string().optional(),
  VAPID_SUBJECT: z.string().optional(),
  PUSH_HOSTS: z
    .string()
    .default(PUSH_HOSTS)
    .transform((text) => text.split(',').filter((one) => one !== '')),
  LIST_HOSTS: z
    .string()
    .default('')
    .transform((text) => text.split(',').filter((one) => one !== '')),
  TRUST_PROXY: z.coerce.number().int().min(0).max(5).default(0),
  REQUESTS_A_MINUTE: z.coerce.number().int().min(60).default(1_200),
  LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
})

export type Config = ReturnType<typeof readConfig>

/**
 * Reads the environment, once. Throws one sentence that names every variable at fault and never repeats a value,
 * since some of them are secrets.
 */
export function readConfig(env: NodeJS.ProcessEnv = process.env) {
  const parsed = Env.safeParse(env)
  if (!parsed.success) {
    const faults = parsed.error.issues.map((issue) => `${issue.path.join('.')} (${issue.message})`)
    throw new Error(`These settings are missing or wrong: ${faults.join(', ')}.`)
  }
  const e = parsed.data
  const sealKey = e.SEAL_KEY === undefined ? null : sealKeyOf(Buffer.from(e.SEAL_KEY, 'base64'))
  return {
    databaseUrl: e.DATABASE_URL,
    workerDatabaseUrl: e.WORKER_DATABASE_URL ?? e.DATABASE_URL,
    role: e.ROLE,
    host: e.HOST,
    port: e.PORT,
    metricsPort: e.METRICS_PORT,
    publicUrl: e.PUBLIC_URL ?? `http://localhost:${e.PORT}`,
    demo: e.DEMO,
    demoFile: e.DEMO_FILE,
    /** Where a demo asks for lists of movements, instead of at the providers; never set outside one. */
    demoBankUrl: e.DEMO && e.DEMO_BANK_URL !== undefined ? e.DEMO_BANK_URL.replace(/\/$/, '') : null,
    masterKey: Buffer.from(e.MASTER_KEY, 'base64'),
    /** Signs the ledger; the worker alone needs it. */
    sealKey,
    /** The file that seals are appended to, to be kept away from the database. */
    sealsFile: e.SEALS_FILE,
    /** The keys that may have signed: those of earlier years too, so that old seals stay provable. */
    sealPublicKeys: [
      ...(sealKey === null ? [] : [sealKey.publicKey]),
      ...e.SEAL_PUBLIC_KEYS.map((text) => Buffer.from(text, 'base64')),
    ],
    /** Null when no e-mail is sent. */
    smtp: together(e, { url: 'SMTP_URL', from: 'SMTP_FROM' }),
    /** Null when no browser is woken. */
    push: pushOf(e),
    /** Whom one may name as the place of a list of our own contract: the only hosts that a person's word may have us ask. */
    listHosts: e.LIST_HOSTS,
    /** How many proxies stand before us: what the last of them says of the address is believed, and nothing before it. */
    trustProxy: e.TRUST_PROXY,
    /** How many requests one person may make in a minute, on all phones together. */
    requestsAMinute: e.REQUESTS_A_MINUTE,
    logLevel: e.LOG_LEVEL,
  }
}

/** Settings that mean something only together: all of them, or null for none. Throws where some are missing. */
function together<K extends string>(
  env: Record<string, unknown>,
  names: Record<K, string>,
): Record<K, string> | null {
  const found: Partial<Record<K, string>> = {}
  const missing: string[] = []
  for (const key in names) {
    const value = env[names[key]]
    if (typeof value === 'string' && value !== '') found[key] = value
    else missing.push(names[key])
  }
  if (Object.keys(found).length === 0) return null
  if (missing.length > 0) throw new Error(`These settings are missing or wrong: ${missing.join(', ')}.`)
  // Every key of `names` was found.
  return found as Record<K, string>
}

function pushOf(env: { PUSH_HOSTS: string[] } & Record<string, unknown>) {
  const vapid = together(env, {
    publicKey: 'VAPID_PUBLIC_KEY',
    privateKey: 'VAPID_PRIVATE_KEY',
    subject: 'VAPID_SUBJECT',
  })
  return vapid === null ? null : { vapid, hosts: env.PUSH_HOSTS }
}
