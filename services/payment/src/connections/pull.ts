import { AppError } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import type { Context } from '../context.ts'
import { pullContext, pullOf } from '../feeds/pull.ts'
import { seal } from '../feeds/secrets.ts'
import * as repository from './repository.ts'

/** How often orders are asked for where none of them is due sooner; the first asking of a provider that did not answer. */
const ORDERS_EVERY_SECONDS = 60

/** Asked for more often a list costs its rate limit; SePay's own pages tell integrators to ask every 15 to 30 minutes. */
const EVERY_SECONDS = 600

/**
 * Asks a provider for its list or its orders from now on, with this key. The address is the provider's own or, in a demo, the fake bank's:
 * none can be given. Errors: `pull_not_possible`, `request_invalid`.
 */
export async function startPull(
  ctx: Pick<Context, 'config' | 'now'>,
  tx: Tx,
  marketId: string,
  { id, provider }: { id: string; provider: string },
  key: string,
): Promise<void> {
  const pull = pullOf(provider)
  const secret = key.trim()
  if (pull === null) throw new AppError('pull_not_possible')
  if (secret === '') throw new AppError('request_invalid', undefined, { fields: { key: 'it is blank' } })
  if ('create' in pull && !/^[^:]+:.+$/.test(secret))
    throw new AppError('request_invalid', undefined, { fields: { key: 'written clientId:apiKey' } })
  const { demoBankUrl, masterKey } = ctx.config
  const now = ctx.now()
  await repository.upsertPull(
    tx,
    marketId,
    {
      connectionId: id,
      baseUrl: demoBankUrl === null ? pull.baseUrl : `${demoBankUrl}/pull/${id}`,
      ciphertext: seal(masterKey, secret, pullContext(id)),
      everySeconds: 'create' in pull ? ORDERS_EVERY_SECONDS : EVERY_SECONDS,
      readTo: now,
    },
    now,
  )
}
