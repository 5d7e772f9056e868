import { AppError, type SetPull } from '@tienve/contracts'
import type { Tx } from '@tienve/db'
import type { Context } from '../context.ts'
import { pullContext, pullOf } from '../feeds/pull.ts'
import { seal } from '../feeds/secrets.ts'
import * as repository from './repository.ts'
import { listAddressOf } from './rules.ts'

/** How often orders are asked for where none of them is due sooner; the first asking of a provider that did not answer. */
const ORDERS_EVERY_SECONDS = 60

/** Asked for more often a list costs its rate limit; SePay's own pages tell integrators to ask every 15 to 30 minutes. */
const EVERY_SECONDS = 600

type Setup = Pick<Context, 'config' | 'now'>

/**
 * Asks a provider for its list or its orders from now on, with this key. The address is the provider's own or, in a demo, the fake bank's;
 * of our own contract it is the given one, on a host that the operator allows. Errors: `pull_not_possible`, `request_invalid`.
 */
export async function startPull(
  ctx: Setup,
  tx: Tx,
  marketId: string,
  { id, provider }: { id: string; provider: string },
  { key, address }: { key: string; address: SetPull['address'] },
): Promise<void> {
  const pull = pullOf(provider)
  const secret = key.trim()
  if (pull === null) throw new AppError('pull_not_possible')
  if (secret === '') throw new AppError('request_invalid', undefined, { fields: { key: 'it is blank' } })
  if ('create' in pull && !/^[^:]+:.+$/.test(secret))
    throw new AppError('request_invalid', undefined, { fields: { key: 'written clientId:apiKey' } })
  const { demoBankUrl, listHosts, masterKey } = ctx.config
  const now = ctx.now()
  await repository.upsertPull(
    tx,
    marketId,
    {
      connectionId: id,
      baseUrl:
        demoBankUrl === null
          ? (pull.baseUrl ?? listAddressOf(address ?? '', listHosts))
          : `${demoBankUrl}/pull/${id}`,
      ciphertext: seal(masterKey, secret, pullContext(id)),
      everySeconds: 'create' in pull ? ORDERS_EVERY_SECONDS : EVERY_SECONDS,
      readTo: now,
    },
    now,
  )
}

/** Whether the address of a provider's list must be given, since it is not the same for everybody. */
export function isAddressAsked({ config }: Setup, provider: string): boolean {
  return config.demoBankUrl === null && pullOf(provider)?.baseUrl === null
}
