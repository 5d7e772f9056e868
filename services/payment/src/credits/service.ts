import {
  AppError,
  CREDIT_ENTRY_KINDS,
  type CreateCreditSale,
  type CreditAccount,
  type CreditCustomerList,
  type CreditEntry,
  type CreditWritten,
  type PaymentRequest,
} from '@tienve/contracts'
import { newId, type Tx } from '@tienve/db'
import { vndToJson } from '@tienve/money'
import { createCashSale, undoCashSale } from '../cash/service.ts'
import { readOne } from '../columns.ts'
import type { Context } from '../context.ts'
import { isOwnDay } from '../contracts/rules.ts'
import { dayOf, toMoment } from '../days.ts'
import type { Actor } from '../http/types.ts'
import { createRequest } from '../payments/service.ts'
import { getOwnDays } from '../privacy/service.ts'
import * as repository from './repository.ts'
import { after, isReversible, stepOf, type Step } from './rules.ts'

type Clock = Pick<Context, 'now'>

/** What a line says beside its sums. */
type Line = {
  kind: string
  note?: string | undefined
  cashSaleId?: string
  reversesId?: string
}

/** Everybody who buys on credit from whoever has the stall now, those who owe most first, and what all owe together. */
export async function getCustomers(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  stallId: string,
): Promise<CreditCustomerList> {
  const days = await getOwnDays(ctx, tx, actor, stallId)
  const rows = await repository.listCustomers(tx, actor.marketId, stallId, days)
  return {
    items: rows.map(({ lastAt, owedVnd, surplusVnd, ...row }) => ({
      ...row,
      owedVnd: vndToJson(owedVnd),
      surplusVnd: vndToJson(surplusVnd),
      lastAt: toMoment(lastAt),
    })),
    owedVnd: vndToJson(rows.reduce((sum, { owedVnd }) => sum + owedVnd, 0n)),
    surplusVnd: vndToJson(rows.reduce((sum, { surplusVnd }) => sum + surplusVnd, 0n)),
    nextCursor: null,
  }
}

/** One shopper with the latest lines. Errors: `not_found`. */
export async function getAccount(ctx: Clock, tx: Tx, actor: Actor, id: string): Promise<CreditAccount> {
  const customer = await requireCustomer(ctx, tx, actor, id)
  const entries = await repository.listEntries(tx, actor.marketId, id)
  const [last] = entries
  const reversed = new Set(entries.map(({ reversesId }) => reversesId))
  return {
    id,
    name: customer.name,
    phone: customer.phone,
    owedVnd: vndToJson(last?.owedAfterVnd ?? 0n),
    surplusVnd: vndToJson(last?.surplusAfterVnd ?? 0n),
    lastAt: toMoment(last?.at ?? customer.createdAt),
    entries: entries.map((entry) => toEntry(entry, reversed.has(entry.id))),
  }
}

/**
 * Notes that somebody took goods and pays later. It is no money that came: neither the ledger nor a total of the day knows of it
 * before it is paid. Errors: `not_found` (of the shopper), `request_invalid` (neither a shopper nor a name).
 */
export async function sellOnCredit(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  stallId: string,
  { customerId, name, phone, amountVnd, note }: CreateCreditSale,
): Promise<CreditWritten> {
  const id = customerId ?? newId('cus')
  if (customerId !== undefined) {
    const customer = await requireCustomer(ctx, tx, actor, customerId)
    if (customer.stallId !== stallId || customer.erasedAt !== null) throw new AppError('not_found')
  } else if (name === undefined) {
    throw new AppError('request_invalid', undefined, { fields: { name: 'missing' } })
  } else {
    const { marketId } = actor
    const number = phone === undefined || phone === '' ? null : phone
    await repository.insertCustomer(tx, { marketId, id, stallId, name, phone: number, createdAt: ctx.now() })
  }
  return write(ctx, tx, actor, id, stepOf('sale', BigInt(amountVnd)), { kind: 'sale', note })
}

/** Asks a shopper by a code for some of what they owe: what the bank tells of it is taken off by itself. Errors: `not_found`, `credit_too_much`, as `createRequest`. */
export async function askForCredit(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  customerId: string,
  amountVnd: number,
): Promise<PaymentRequest> {
  const { marketId } = actor
  const { stallId } = await requireCustomer(ctx, tx, actor, customerId)
  const { owedVnd } = await repository.lockBalance(tx, marketId, customerId)
  if (BigInt(amountVnd) > owedVnd) throw new AppError('credit_too_much')
  const request = await createRequest(ctx, tx, actor, stallId, { amountVnd })
  await repository.insertRequestOf(tx, { marketId, requestId: request.id, customerId })
  return request
}

/** A shopper paid in cash: a cash sale of now like any, and as much less owed. Errors: `not_found`, `credit_too_much`. */
export async function payCreditInCash(
  ctx: Context,
  tx: Tx,
  actor: Actor,
  customerId: string,
  amountVnd: number,
): Promise<CreditWritten> {
  const { stallId } = await requireCustomer(ctx, tx, actor, customerId)
  // Before the sale, since the day and the ledger are locked after the book everywhere.
  const { owedVnd } = await repository.lockBalance(tx, actor.marketId, customerId)
  if (BigInt(amountVnd) > owedVnd) throw new AppError('credit_too_much')
  const { id: cashSaleId } = await createCashSale(ctx, tx, actor, stallId, { amountVnd })
  const line = { kind: 'paid_cash', cashSaleId }
  return write(ctx, tx, actor, customerId, stepOf('paid_cash', BigInt(amountVnd)), line)
}

/** Lets a shopper off a sum, with the reason. Errors: `not_found`, `credit_too_much`. */
export async function forgiveCredit(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  customerId: string,
  { amountVnd, reason }: { amountVnd: number; reason: string },
): Promise<CreditWritten> {
  await requireCustomer(ctx, tx, actor, customerId)
  const step = stepOf('forgiven', BigInt(amountVnd))
  return write(ctx, tx, actor, customerId, step, { kind: 'forgiven', note: reason })
}

/**
 * Says what became of what a shopper paid too much: it went back, or is taken off what they owe. It is the stallholder's word,
 * and no total of a day changes by it. Errors: `not_found`, `credit_too_much`.
 */
export async function settleSurplus(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  customerId: string,
  { as, amountVnd }: { as: 'given_back' | 'offset'; amountVnd: number },
): Promise<CreditWritten> {
  await requireCustomer(ctx, tx, actor, customerId)
  return write(ctx, tx, actor, customerId, stepOf(as, BigInt(amountVnd)), { kind: as })
}

/**
 * Takes back a line that the owner wrote, by one that says the opposite; with a payment in cash goes its sale. Errors:
 * `not_found`, `credit_entry_final`, `credit_too_much` (less is owed by now than the line made).
 */
export async function reverseEntry(ctx: Context, tx: Tx, actor: Actor, id: string): Promise<CreditWritten> {
  const { marketId } = actor
  const entry = await repository.findEntry(tx, marketId, { id })
  if (entry === null) throw new AppError('not_found')
  await requireCustomer(ctx, tx, actor, entry.customerId)
  if (!isReversible(readOne(CREDIT_ENTRY_KINDS, entry.kind))) throw new AppError('credit_entry_final')
  await repository.lockBalance(tx, marketId, entry.customerId)
  if (await repository.isReversed(tx, marketId, id)) throw new AppError('credit_entry_final')
  const written = await writeReversal(ctx, tx, actor, entry)
  if (entry.cashSaleId !== null) await undoCashSale(ctx, tx, actor, entry.cashSaleId)
  return written
}

/** What was paid by a cash sale that is about to be taken back is owed again; nothing where it paid nobody's credit. */
export async function reverseCashOf(ctx: Clock, tx: Tx, actor: Actor, cashSaleId: string): Promise<void> {
  const entry = await repository.findEntry(tx, actor.marketId, { cashSaleId })
  if (entry === null) return
  await repository.lockBalance(tx, actor.marketId, entry.customerId)
  if (await repository.isReversed(tx, actor.marketId, entry.id)) return
  await writeReversal(ctx, tx, actor, entry)
}

/** Takes away a shopper's name, phone and what they bought; the sums stay. Errors: `not_found`. */
export async function eraseCustomer(ctx: Clock, tx: Tx, actor: Actor, id: string): Promise<CreditAccount> {
  await requireCustomer(ctx, tx, actor, id)
  await repository.eraseCustomer(tx, actor.marketId, id, ctx.now())
  return getAccount(ctx, tx, actor, id)
}

function writeReversal(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  { id, customerId, amountVnd, surplusVnd }: repository.EntryRow,
): Promise<CreditWritten> {
  const step = { amountVnd: -amountVnd, surplusVnd: -surplusVnd }
  return write(ctx, tx, actor, customerId, step, { kind: 'reversal', reversesId: id })
}

/** Adds the next line to a shopper's book. Errors: `credit_too_much` where less than nothing would be owed. */
async function write(
  ctx: Clock,
  tx: Tx,
  { marketId, userId }: Actor,
  customerId: string,
  step: Step,
  { note, ...line }: Line,
): Promise<CreditWritten> {
  const before = await repository.lockBalance(tx, marketId, customerId)
  const balance = after(before, step)
  if (balance === null) throw new AppError('credit_too_much')
  const id = newId('cen')
  await repository.insertEntry(tx, {
    marketId,
    id,
    customerId,
    number: balance.number,
    ...step,
    owedBeforeVnd: before.owedVnd,
    owedAfterVnd: balance.owedVnd,
    surplusBeforeVnd: before.surplusVnd,
    surplusAfterVnd: balance.surplusVnd,
    note: note === undefined || note === '' ? null : note,
    at: ctx.now(),
    userId,
    ...line,
  })
  const owed = { owedVnd: vndToJson(balance.owedVnd), surplusVnd: vndToJson(balance.surplusVnd) }
  return { customerId, entryId: id, ...owed }
}

/** A shopper of the actor's own stall, of the days that it is theirs: the next holder finds nobody of this one's. Errors: `not_found`. */
async function requireCustomer(
  ctx: Clock,
  tx: Tx,
  actor: Actor,
  id: string,
): Promise<repository.CustomerRow> {
  const row = await repository.findCustomer(tx, actor.marketId, id)
  if (row === null || row.stallId !== actor.stallId) throw new AppError('not_found')
  const days = await getOwnDays(ctx, tx, actor, row.stallId)
  if (!isOwnDay(days, dayOf(row.createdAt))) throw new AppError('not_found')
  return row
}

function toEntry(row: repository.EntryRow, reversed: boolean): CreditEntry {
  return {
    id: row.id,
    number: row.number,
    kind: readOne(CREDIT_ENTRY_KINDS, row.kind),
    amountVnd: vndToJson(row.amountVnd),
    surplusVnd: vndToJson(row.surplusVnd),
    owedAfterVnd: vndToJson(row.owedAfterVnd),
    note: row.note === '' ? null : row.note,
    at: toMoment(row.at),
    reversesId: row.reversesId,
    reversed,
  }
}
