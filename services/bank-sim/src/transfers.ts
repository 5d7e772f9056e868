import { feeds } from '@tienve/bank-feeds'
import { AppError, type DemoFile } from '@tienve/contracts'
import { decodeVietQr, findBank } from '@tienve/vietqr'
import { findAccount, type Account } from './accounts.ts'
import { garble, wrapMemo } from './envelope.ts'

export const FAULTS = [
  'duplicate',
  'delayed',
  'bad-signature',
  'short',
  'over',
  'repeated',
  'no-memo',
  'garbled-memo',
  'lost',
  'out',
] as const
export type Fault = (typeof FAULTS)[number]

export type Order = {
  payload?: string | undefined
  bin?: string | undefined
  account?: string | undefined
  amountVnd?: number | undefined
  memo?: string | undefined
  fault?: Fault | undefined
}

export type Delivery = { attempt: number; status: number | null; body: string }
export type Outcome = {
  transactionId: string
  amountVnd: number
  memo: string
  holder: string
  deliveries: Delivery[]
}

export type Bank = {
  demo: DemoFile
  accounts: readonly Account[]
  fetch: typeof fetch
  now: () => Date
  sleep: (ms: number) => Promise<void>
  nextId: () => number
}

type Target = { bin: string; account: string; amountVnd: bigint; memo: string }
type Connection = DemoFile['connections'][number]

const DELAY_MS = 3_000
/** SePay tries again for hours; a demo's patience is shorter. */
const RETRY_AFTER_MS = [500, 1_000, 2_000, 4_000]

/**
 * Pays a code or an account as a shopper's bank would, and tells of it as the provider would, trying again until the
 * service has stored it. Nothing but demo accounts can be paid. Errors: `request_invalid`, `amount_invalid`, `not_found`.
 */
export async function transfer(bank: Bank, order: Order): Promise<Outcome> {
  const target = applyFault(readTarget(order), order.fault)
  const connection = bank.demo.connections.find(({ accounts }) =>
    accounts.some(({ bin, number }) => bin === target.bin && number === target.account),
  )
  const account = findAccount(bank.accounts, target.bin, target.account)
  if (account === undefined) {
    throw new AppError('not_found', 'This bank does not know the account', { fields: { account: 'unknown' } })
  }
  const id = bank.nextId()
  const told = {
    transactionId: `sim_${id}`,
    amountVnd: Number(target.amountVnd),
    memo: target.memo,
    holder: account.holder,
  }
  // An account that no feed hears: the money moves and nobody is told, as in life.
  if (connection === undefined || order.fault === 'lost') return { ...told, deliveries: [] }
  const deliveries = await deliverAll(bank, connection, target, id, order.fault)
  return { ...told, deliveries }
}

async function deliverAll(
  bank: Bank,
  connection: Connection,
  target: Target,
  id: number,
  fault: Fault | undefined,
): Promise<Delivery[]> {
  if (fault === 'delayed') await bank.sleep(DELAY_MS)
  const first = await deliver(bank, connection, target, id, fault)
  if (fault === 'duplicate') return [...first, ...(await deliver(bank, connection, target, id, fault))]
  if (fault === 'repeated')
    return [...first, ...(await deliver(bank, connection, target, bank.nextId(), fault))]
  return first
}

/** Sends one message until it is stored, signing each attempt anew over the same bytes. */
async function deliver(
  bank: Bank,
  connection: Connection,
  target: Target,
  id: number,
  fault: Fault | undefined,
): Promise<Delivery[]> {
  const deliveries: Delivery[] = []
  const transactionAt = bank.now()
  for (const [attempt, waitMs] of [...RETRY_AFTER_MS, 0].entries()) {
    const { hmacSecret, apiKey } = connection.secrets
    const { headers, rawBody } = feeds.sepay.request(
      {
        id,
        gateway: findBank(target.bin)?.shortName ?? 'Bank',
        transactionAt,
        accountNumber: target.account,
        transferType: fault === 'out' ? 'out' : 'in',
        transferAmount: target.amountVnd,
        content: wrapMemo(target.memo, id, target.account),
        referenceCode: `FT${id}`,
      },
      {
        secret: fault === 'bad-signature' ? 'not the secret' : (hmacSecret ?? apiKey ?? ''),
        scheme: hmacSecret === undefined ? 'api-key' : 'hmac',
        now: bank.now(),
      },
    )
    const delivery = await send(bank, connection.webhookUrl, headers, rawBody, attempt + 1)
    deliveries.push(delivery)
    const refused = delivery.status !== null && delivery.status >= 400 && delivery.status < 500
    if ((delivery.status !== null && delivery.status < 300) || refused) break
    await bank.sleep(waitMs)
  }
  return deliveries
}

async function send(
  bank: Bank,
  url: string,
  headers: Record<string, string>,
  body: Buffer,
  attempt: number,
): Promise<Delivery> {
  try {
    const response = await bank.fetch(url, { method: 'POST', headers, body: new Uint8Array(body) })
    return { attempt, status: response.status, body: (await response.text()).slice(0, 500) }
  } catch {
    return { attempt, status: null, body: '' }
  }
}

function readTarget(order: Order): Target {
  const read = order.payload === undefined ? null : decodeVietQr(order.payload.trim())
  if (read !== null && !read.ok) {
    throw new AppError('request_invalid', 'This is no VietQR code', {
      fields: { payload: `${read.code} at ${read.at || 'the start'}` },
    })
  }
  const bin = read?.value.bin ?? order.bin
  const account = read?.value.account ?? order.account
  if (bin === undefined || account === undefined) {
    throw new AppError('request_invalid', undefined, {
      fields: { payload: 'a code, or `bin` and `account`' },
    })
  }
  if (!account.startsWith('000')) {
    throw new AppError('request_invalid', 'Only demo accounts, which begin with 000, can be paid here', {
      fields: { account: 'not a demo account' },
    })
  }
  const amountVnd = order.amountVnd === undefined ? read?.value.amountVnd : BigInt(order.amountVnd)
  if (amountVnd === undefined)
    throw new AppError('amount_invalid', undefined, { fields: { amountVnd: 'missing' } })
  return { bin, account, amountVnd, memo: order.memo ?? read?.value.memo ?? '' }
}

/** Part of what the shopper does wrong, before any bank is involved. */
function applyFault(target: Target, fault: Fault | undefined): Target {
  const slipVnd = target.amountVnd > 10_000n ? 5_000n : (target.amountVnd + 1n) / 2n
  if (fault === 'short')
    return { ...target, amountVnd: target.amountVnd > slipVnd ? target.amountVnd - slipVnd : 1n }
  if (fault === 'over') return { ...target, amountVnd: target.amountVnd + slipVnd }
  if (fault === 'no-memo') return { ...target, memo: 'chuyen tien' }
  if (fault === 'garbled-memo') return { ...target, memo: garble(target.memo) }
  return target
}
