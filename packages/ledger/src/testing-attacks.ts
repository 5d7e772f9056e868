import type { Tx } from '@tienve/db'
import { addSeal, makeSeal, type Seal, type SealKey } from './seal.ts'
import { rehash } from './testing-forge.ts'
import { KEY, OTHER_KEY } from './testing-sealed.ts'

/**
 * Every way we know to make the books of `aSealedLedger` lie, step by step in plain SQL, and the row that verify must name
 * afterwards. `another` holds the seals of another market that stands at the same height.
 */
export type Step = string | ((tx: Tx, marketId: string, another: readonly Seal[]) => Promise<void>)
export type Attack = { steps: Step[]; found: { what: string; where: string | RegExp } }

export const M = `market_id = current_setting('app.market_id')`
export const hashAll: Step = (tx, marketId) => rehash(tx, marketId)
const hashFrom5: Step = (tx, marketId) => rehash(tx, marketId, 5n)

const txn = (seq: number) => ({ what: 'ledger_txn', where: `seq ${seq}` })
const block = (height: number) => ({ what: 'ledger_block', where: `height ${height}` })
const account = (height: number) => ({ what: 'ledger_account', where: `height ${height}` })
const seal = (height: number) => ({ what: 'ledger_seal', where: `height ${height}` })
const balance = (id: string) => ({ what: 'ledger_balance', where: id })
const head = { what: 'ledger_head', where: /^mkt_/ }

const renumber = (from: number, by: string): string[] => [
  `update ledger_txn set seq = seq + 1000000 where ${M} and seq >= ${from}`,
  `update ledger_transfer set seq = seq + 1000000 where ${M} and seq >= ${from}`,
  `update ledger_txn set seq = seq - 1000000 ${by} where ${M} and seq >= 1000000`,
  `update ledger_transfer set seq = seq - 1000000 ${by} where ${M} and seq >= 1000000`,
  `update ledger_block set first_seq = first_seq ${by} where ${M} and first_seq >= ${from}`,
  `update ledger_block set last_seq = last_seq ${by} where ${M} and last_seq >= ${from}`,
]
const drop = (seq: number): string[] => [
  `delete from ledger_transfer where ${M} and seq = ${seq}`,
  `delete from ledger_txn where ${M} and seq = ${seq}`,
]
const copy = (
  seq: number,
  to: number,
  over: { key?: string; day?: string; block?: number } = {},
): string[] => [
  `insert into ledger_txn (market_id, seq, kind, idem_key, req_hash, occurred_at, recorded_at, business_day, source_kind,
     source_id, block, salt, leaf)
   select market_id, ${to}, kind, 'forged:${to}', req_hash, occurred_at, recorded_at, ${over.day ?? 'business_day'},
     source_kind, source_id, ${over.block ?? 'block'}, salt, leaf from ledger_txn where ${M} and seq = ${seq}`,
  `insert into ledger_transfer select market_id, ${to}, leg, book, debit_account, credit_account, amount_vnd
   from ledger_transfer where ${M} and seq = ${seq}`,
]
/** A block of its own behind the last one, with a copy of txn 8 in it. */
export const forgeTail = (over: { day?: string } = {}, change = 'select'): string[] => [
  ...copy(8, 10, { ...over, block: 6 }),
  change,
  `insert into ledger_block select market_id, 6, 10, 10, hash, hash, 2 from ledger_block where ${M} and height = 5`,
]
export const amount = `update ledger_transfer set amount_vnd = amount_vnd + 1 where ${M} and seq = 3`
const moneyToo = ['ledger_balance', 'ledger_day'].map(
  (
    table,
  ) => `update ${table} set debit_vnd = debit_vnd + case when account_id = 'stl_one:112' then 1 else 0 end,
    credit_vnd = credit_vnd + case when account_id = 'stl_one:511' then 1 else 0 end
    where ${M} ${table === 'ledger_day' ? "and business_day = '2026-11-21'" : ''}`,
)
/** Only the hashes of one row are made to fit: the block above it is left. */
const hashRowOnly: Step = async (tx, marketId) => {
  const before = `(select hash, prev_hash from ledger_block where ${M} and height = 2)`
  await tx.execute(`create temp table kept on commit drop as ${before}`)
  await rehash(tx, marketId, 2n)
  await tx.execute(`update ledger_block set hash = (select hash from kept) where ${M} and height = 2`)
}
export const set = (table: string, change: string, where: string): string =>
  `update ${table} set ${change} where ${M} and ${where}`

/** Seals where the books stand now, with whatever key is at hand. */
const sealAgain =
  (key: SealKey): Step =>
  async (tx, marketId) => {
    const seal = await makeSeal(tx, marketId, key, new Date())
    if (seal !== null) await addSeal(tx, seal)
  }

/** Takes a seal that is genuine, but of another market at the same height and day. */
const sealOfAnother: Step = async (tx, marketId, another) => {
  const [, theirs] = another
  if (theirs === undefined) throw new Error('a sealed ledger has seals')
  await tx.execute(`delete from ledger_seal where ${M} and height = 4`)
  await tx.execute(
    `update ledger_block set hash = '\\x${theirs.hash.toString('hex')}' where ${M} and height = 4`,
  )
  await addSeal(tx, { ...theirs, marketId })
}

export const ATTACKS: Record<string, Attack> = {
  'changing an amount': { steps: [amount], found: txn(3) },
  'changing an amount, its balance and its day': { steps: [amount, ...moneyToo], found: txn(3) },
  'changing an amount, its balance, day, request hash and leaf': {
    steps: [amount, ...moneyToo, hashRowOnly],
    found: block(2),
  },
  'changing an amount, its hashes and its salt': {
    steps: [amount, set('ledger_txn', `salt = sha256('x')`, 'seq = 3'), hashRowOnly],
    found: block(2),
  },
  'changing an amount and writing the chain anew from its block on': {
    steps: [amount, hashAll],
    found: block(2),
  },
  'deleting a txn': { steps: drop(3), found: txn(3) },
  'deleting a txn, closing the gap and writing the chain anew': {
    steps: [...drop(3), ...renumber(4, '- 1'), hashAll],
    found: block(2),
  },
  'inserting a txn': { steps: copy(3, 10), found: txn(10) },
  'inserting a txn in its place and writing the chain anew': {
    steps: [...renumber(5, '+ 1'), ...copy(3, 5), set('ledger_block', 'last_seq = 5', 'height = 2'), hashAll],
    found: block(2),
  },
  'swapping two txns': {
    steps: [
      set('ledger_txn', 'seq = 100', 'seq = 1'),
      set('ledger_txn', 'seq = 1', 'seq = 2'),
      set('ledger_txn', 'seq = 2', 'seq = 100'),
    ],
    found: txn(1),
  },
  'swapping two txns and writing the chain anew': {
    steps: [
      set('ledger_txn', 'seq = 100', 'seq = 1'),
      set('ledger_txn', 'seq = 1', 'seq = 2'),
      set('ledger_txn', 'seq = 2', 'seq = 100'),
      hashAll,
    ],
    found: block(2),
  },
  'swapping two blocks and writing the chain anew': {
    steps: [
      set('ledger_txn', 'seq = seq + 100', 'block = 1'),
      set('ledger_transfer', 'seq = seq + 100', 'seq <= 2'),
      set('ledger_txn', 'seq = seq - 2', 'block = 2'),
      set('ledger_transfer', 'seq = seq - 2', 'seq in (3, 4)'),
      set('ledger_txn', 'seq = seq - 98', 'block = 1'),
      set('ledger_transfer', 'seq = seq - 98', 'seq > 100'),
      hashAll,
    ],
    found: block(2),
  },
  'cutting the tail off, its seals included': {
    steps: [
      `delete from ledger_transfer where ${M} and seq > 4`,
      `delete from ledger_txn where ${M} and seq > 4`,
      `delete from ledger_seal where ${M} and height > 2`,
      `delete from ledger_block where ${M} and height > 2`,
      hashAll,
    ],
    found: block(3),
  },
  'deleting everything': {
    steps: ['transfer', 'txn', 'seal', 'block', 'day', 'balance', 'account', 'close', 'head'].map(
      (table) => `delete from ledger_${table} where ${M}`,
    ),
    found: account(2),
  },
  'forging a block between two': {
    steps: [
      set('ledger_block', 'height = height + 100', 'height > 2'),
      set('ledger_block', 'height = height - 99', 'height > 100'),
      set('ledger_txn', 'block = block + 1', 'block > 2'),
      ...renumber(5, '+ 1'),
      ...copy(6, 5, { day: `'2026-11-22'`, block: 3 }),
      `insert into ledger_block select market_id, 3, 5, 5, hash, hash, 2 from ledger_block where ${M} and height = 2`,
      hashAll,
    ],
    found: block(4),
  },
  'forging a last block that falls into a closed day': {
    steps: [
      ...forgeTail(
        { day: `'2026-11-22'` },
        set('ledger_txn', `occurred_at = '2026-11-22T02:00:00Z'`, 'seq = 10'),
      ),
      hashAll,
    ],
    found: txn(10),
  },
  'forging a last block on a day before the money came': {
    steps: [...forgeTail({ day: `'2026-11-23'` }), hashAll],
    found: txn(10),
  },
  'forging a transfer between two books': {
    steps: [...forgeTail({}, set('ledger_transfer', `credit_account = 'stl_two:511'`, 'seq = 10')), hashAll],
    found: { what: 'ledger_transfer', where: 'seq 10 leg 1' },
  },
  'forging a transfer of less than nothing': {
    steps: [...forgeTail({}, set('ledger_transfer', `amount_vnd = -1`, 'seq = 10')), hashAll],
    found: { what: 'ledger_transfer', where: 'seq 10 leg 1' },
  },
  'forging a transfer to an account that was never opened': {
    steps: [
      ...forgeTail({}, set('ledger_transfer', `credit_account = 'stl_one:999'`, 'seq = 10')),
      `insert into ledger_balance (market_id, account_id) values (current_setting('app.market_id'), 'stl_one:999')`,
      hashAll,
    ],
    found: { what: 'ledger_transfer', where: 'seq 10 leg 1' },
  },
  'posting into a closed day, with the day and the chain written anew': {
    steps: [
      set('ledger_txn', `business_day = '2026-11-22', occurred_at = '2026-11-22T02:00:00Z'`, 'seq = 8'),
      hashFrom5,
    ],
    found: txn(8),
  },
  'saying what a posted txn reverses': {
    steps: [set('ledger_txn', 'reverses_seq = 0', 'seq = 8')],
    found: txn(8),
  },
  'giving a source to what a person said': {
    steps: [set('ledger_txn', `source_hash = decode(repeat('00', 32), 'hex')`, 'seq = 9')],
    found: txn(9),
  },
  'giving a source of nothing to what a person said': {
    steps: [set('ledger_txn', `source_hash = ''`, 'seq = 9')],
    found: txn(9),
  },
  'taking the digest of a source away': {
    steps: [set('ledger_txn', 'source_hash = null', 'seq = 8')],
    found: txn(8),
  },
  'a time that is none': { steps: [set('ledger_txn', `recorded_at = 'infinity'`, 'seq = 8')], found: txn(8) },
  'a day that is none': { steps: [set('ledger_txn', `business_day = 'infinity'`, 'seq = 8')], found: txn(8) },
  'showing an account under another number': {
    steps: [set('ledger_account', `gl_code = '112'`, `id = 'stl_one:511'`)],
    found: account(2),
  },
  'renaming an account': {
    steps: [set('ledger_account', `name = 'X'`, `id = 'board:511'`)],
    found: account(2),
  },
  'turning the side of an account': {
    steps: [set('ledger_account', `side = 'credit'`, `id = 'stl_one:112'`)],
    found: account(2),
  },
  'letting an account leave its side': {
    steps: [
      set('ledger_account', 'keeps_side = false', `id = 'board:3387'`),
      set('ledger_balance', 'kept_side = null', `account_id = 'board:3387'`),
    ],
    found: account(2),
  },
  'letting a balance leave its side': {
    steps: [set('ledger_balance', 'kept_side = null', `account_id = 'board:3387'`)],
    found: balance('board:3387'),
  },
  'taking away a balance that never moved, and with it the side it keeps': {
    steps: [`delete from ledger_balance where ${M} and account_id = 'board:3387'`],
    found: balance('board:3387'),
  },
  'taking away the balance of an account that may turn': {
    steps: [`delete from ledger_balance where ${M} and account_id = 'stl_two:112'`],
    found: balance('stl_two:112'),
  },
  'moving an account into another book': {
    steps: [set('ledger_account', `book = 'board'`, `id = 'stl_one:511'`)],
    found: { what: 'ledger_account', where: 'stl_one:511' },
  },
  'moving an account and its balance to another id': {
    steps: [
      set('ledger_account', `id = 'stl_two:112x'`, `id = 'stl_two:112'`),
      set('ledger_balance', `account_id = 'stl_two:112x'`, `account_id = 'stl_two:112'`),
    ],
    found: account(2),
  },
  'deleting an account': {
    steps: [
      `delete from ledger_balance where ${M} and account_id = 'stl_two:112'`,
      `delete from ledger_account where ${M} and id = 'stl_two:112'`,
    ],
    found: account(2),
  },
  'inserting an account as if it had always been there': {
    steps: [
      `insert into ledger_account (market_id, id, book, code, gl_code, side, name, opened_at)
       values (current_setting('app.market_id'), 'board:999', 'board', '999', '112', 'debit', 'X', now())`,
      `insert into ledger_balance (market_id, account_id) values (current_setting('app.market_id'), 'board:999')`,
    ],
    found: account(2),
  },
  'deleting the close of a day': {
    steps: [`delete from ledger_close where ${M} and business_day = '2026-11-21'`],
    found: account(2),
  },
  'changing what was seen when a day was closed': {
    steps: [set('ledger_close', 'difference_vnd = 1', `business_day = '2026-11-22'`)],
    found: account(4),
  },
  'changing who closed a day': {
    steps: [set('ledger_close', `closed_by = 'usr_other'`, `business_day = '2026-11-22'`)],
    found: account(4),
  },
  'changing when a day was closed': {
    steps: [set('ledger_close', `closed_at = closed_at - interval '1 hour'`, `business_day = '2026-11-22'`)],
    found: account(4),
  },
  'changing at which block a day was closed': {
    steps: [set('ledger_close', 'height = 5', `business_day = '2026-11-22'`)],
    found: account(4),
  },
  'closing a day that is none, so that no day counts as closed': {
    steps: [
      `insert into ledger_close select market_id, 'infinity', 0, closed_at, closed_by, 0, 0, 0, 0 from ledger_close where ${M} limit 1`,
      set('ledger_head', `closed_through = 'infinity'`, 'true'),
    ],
    found: { what: 'ledger_close', where: 'infinity' },
  },
  'moving the last closed day back': {
    steps: [set('ledger_head', `closed_through = '2026-11-20'`, 'true')],
    found: head,
  },
  'moving the last closed day on, without a word of who closed it': {
    steps: [set('ledger_head', `closed_through = '2026-11-23'`, 'true')],
    found: head,
  },
  'moving the last closed day back in a market that kept no word of who closed it': {
    steps: [`delete from ledger_close where ${M}`, set('ledger_head', 'closed_through = null', 'true')],
    found: account(2),
  },
  'changing the block that a seal names': {
    steps: [set('ledger_seal', 'height = 3', 'height = 4')],
    found: seal(3),
  },
  'changing the hash that a seal names': {
    steps: [set('ledger_seal', `hash = sha256('x')`, 'height = 4')],
    found: seal(4),
  },
  'changing the day that a seal names': {
    steps: [set('ledger_seal', `business_day = '2026-11-23'`, 'height = 4')],
    found: seal(4),
  },
  'changing the time of a seal': {
    steps: [set('ledger_seal', `sealed_at = sealed_at + interval '1 s'`, 'height = 4')],
    found: seal(4),
  },
  'changing the time of a seal to none': {
    steps: [set('ledger_seal', `sealed_at = 'infinity'`, 'height = 4')],
    found: seal(4),
  },
  'changing the day of a seal to none': {
    steps: [set('ledger_seal', `business_day = 'infinity'`, 'height = 4')],
    found: seal(4),
  },
  'changing a signature': {
    steps: [set('ledger_seal', `signature = decode(repeat('00', 64), 'hex')`, 'height = 4')],
    found: seal(4),
  },
  'signing a rewritten chain with another key': {
    steps: [amount, hashAll, sealAgain(OTHER_KEY)],
    found: seal(5),
  },
  'signing with another key under the name of ours': {
    steps: [sealAgain({ ...OTHER_KEY, id: KEY.id })],
    found: seal(5),
  },
  'putting the seal of another market in place of ours': { steps: [sealOfAnother], found: seal(4) },
}
