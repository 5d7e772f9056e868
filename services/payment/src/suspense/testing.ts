import { inMarket, type Tx } from '@tienve/db'
import { balances, boardAccounts, verifyMarket } from '@tienve/ledger'
import { sql } from 'drizzle-orm'
import { expect } from 'vitest'
import { chargesOf, type Charging } from '../testing-charges.ts'
import { startService, until, type Answer, type Session, type TestService } from '../testing.ts'

/** A market's desk as a test works at it: money that comes, and the two people who resolve it. */
export type TestDesk = {
  service: TestService
  charging: Charging
  accountant: Session
  head: Session
  stallOf(at: number): string
  /** Has the bank tell of a movement, and waits until it is in the books; answers its id. */
  hear(movement: Parameters<TestService['tell']>[0]): Promise<string>
  /** Money on the board's account that nobody can name; answers its id in suspense. */
  arrive(amountVnd: bigint, memo?: string): Promise<string>
  /** What leaves the board's account, as the bank tells of it. */
  leave(amountVnd: bigint, memo: string, at?: Date): Promise<void>
  read(id: string): Promise<Answer['body']>
  resolve(id: string, body: object, headers?: Record<string, string>): Promise<Answer>
  act(id: string, name: 'approve' | 'refuse' | 'undo', body?: object, session?: Session): Promise<Answer>
  balanceOf(account: string): Promise<bigint>
  rows(statement: ReturnType<typeof sql>): Promise<Record<string, unknown>[]>
  /** The books' suspense is what is open or going back, each stall owes what its account says, and the ledger verifies. */
  balanced(): Promise<void>
  stop(): Promise<void>
}

const BOARD = '0001999999'

export async function startDesk(): Promise<TestDesk> {
  const service = await startService()
  const [accountant, head] = [await service.logIn('accountant'), await service.logIn('head')]
  const { marketId } = head
  const charging = chargesOf(service, marketId)
  let told = 0
  const within = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => inMarket(charging.owner, marketId, work)
  const rows = (statement: ReturnType<typeof sql>) =>
    within(async (tx) => (await tx.execute<Record<string, unknown>>(statement)).rows)
  const balanceOf = async (account: string): Promise<bigint> =>
    (await within((tx) => balances(tx, marketId, [account])))[0]?.balanceVnd ?? 0n
  const hear: TestDesk['hear'] = async (movement) => {
    await service.tell(movement)
    return until(async () => {
      const [found] = await rows(
        sql`select bank_transaction_id as id from feed_event where provider_event_id like ${`%${movement.id}`}`,
      )
      return found === undefined ? null : String(found['id'])
    }, 'the bank to be heard')
  }
  return {
    service,
    charging,
    accountant,
    head,
    hear,
    stallOf: (at) => service.markets[0]?.stalls[at]?.id ?? '',
    arrive: async (amountVnd, memo = 'nop tien cho') => {
      told += 1
      const transactionId = await hear({ id: 700_000 + told, account: BOARD, amountVnd, memo })
      const [item] = await rows(sql`select id from suspense where bank_transaction_id = ${transactionId}`)
      return String(item?.['id'])
    },
    leave: async (amountVnd, memo, at) => {
      told += 1
      const when = at === undefined ? {} : { at }
      await hear({ id: 700_000 + told, account: BOARD, amountVnd, memo, type: 'out', ...when })
    },
    read: async (id) => (await service.call(`/v1/suspense/${id}`, { session: accountant })).body,
    resolve: (id, body, headers = {}) =>
      service.call(`/v1/suspense/${id}/resolve`, {
        body: { reason: 'chị Hà gọi điện', ...body },
        session: accountant,
        headers,
      }),
    act: (id, name, body = {}, session = name === 'undo' ? accountant : head) =>
      service.call(`/v1/suspense/${id}/${name}`, {
        method: 'POST',
        body: name === 'approve' ? undefined : body,
        session,
      }),
    balanceOf,
    rows,
    balanced: async () => {
      const [held] = await rows(sql`
        select (select coalesce(sum(amount_vnd), 0) from suspense where posted and direction = 'in' and status = 'open')::bigint
          + (select coalesce(sum(amount_vnd), 0) from refund where status = 'due' and resolution_id is not null)::bigint as vnd`)
      expect(await balanceOf(boardAccounts.suspense)).toBe(BigInt(String(held?.['vnd'])))
      for (const { id } of service.markets[0]?.stalls.slice(0, 8) ?? []) {
        const { owedVnd, receivableVnd, paidVnd, settledVnd } = await charging.standing(id)
        expect([owedVnd, paidVnd]).toEqual([receivableVnd, settledVnd])
      }
      const { creditVnd, advanceVnd } = await charging.advances()
      expect(creditVnd).toBe(advanceVnd)
      expect(await verifyMarket(service.ctx.db, marketId)).toMatchObject({ ok: true })
    },
    stop: async () => {
      await charging.stop()
      await service.stop()
    },
  }
}
