import { AppError } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import type { Context } from '../context.ts'
import { pullContext, pullOf } from '../feeds/pull.ts'
import { seal } from '../feeds/secrets.ts'
import * as repository from './repository.ts'

/** Asked for more often a list costs its rate limit; SePay's own pages tell integrators to ask every 15 to 30 minutes. */
const EVERY_SECONDS = 600

/**
 * Asks a provider for its list from now on, with this key. The address is the provider's own or, in a demo, the fake bank's:
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
  const { demoBankUrl, masterKey } = ctx.config
  const now = ctx.now()
  await repository.upsertPull(
    tx,
    marketId,
    {
      connectionId: id,
      baseUrl: demoBankUrl === null ? pull.baseUrl : `${demoBankUrl}/pull/${id}`,
      ciphertext: seal(masterKey, secret, pullContext(id)),
      everySeconds: EVERY_SECONDS,
      readTo: now,
    },
    now,
  )
}
