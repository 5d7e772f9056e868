import { z } from 'zod'
import { ROLES } from './roles.ts'

/**
 * `.data/demo.json`: everything a script needs to drive the demo. Written at seeding with mode 600, git-ignored, never
 * served. It names demo accounts only, none of which can take money.
 */
export const DemoFile = z.object({
  baseUrl: z.url(),
  bankSimUrl: z.url(),
  markets: z.array(z.object({ id: z.string(), name: z.string() })),
  users: z.array(
    z.object({
      login: z.string(),
      secret: z.string(),
      role: z.enum(ROLES),
      name: z.string(),
      marketId: z.string(),
      stallId: z.string().optional(),
      totpSecret: z.string().optional(),
      deviceToken: z.string().optional(),
    }),
  ),
  connections: z.array(
    z.object({
      id: z.string(),
      provider: z.string(),
      marketId: z.string(),
      webhookUrl: z.url(),
      /** What it proves itself by: `hmacSecret`, `apiKey` or `tokenSecret`; `pullKey` opens its list. */
      secrets: z.record(z.string(), z.string()),
      /** What its user chose at the provider, such as SePay's `form`. */
      settings: z.record(z.string(), z.string()).optional(),
      accounts: z.array(z.object({ bin: z.string(), number: z.string() })),
      /** It delivers statements of its accounts, which others tell of, and sends nothing else. */
      statementsOnly: z.boolean().optional(),
    }),
  ),
  stalls: z.array(
    z.object({
      id: z.string(),
      code: z.string(),
      name: z.string(),
      zone: z.string(),
      marketId: z.string(),
      bin: z.string(),
      account: z.string(),
      holder: z.string(),
      /** What the memo of its printed code says. */
      memo: z.string(),
    }),
  ),
  databaseUrl: z.string(),
  ownerDatabaseUrl: z.string(),
})
export type DemoFile = z.infer<typeof DemoFile>
