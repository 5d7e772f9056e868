import type { FeedState, ReceivingAccount } from '@tienve/contracts'
import { findBank } from '@tienve/vietqr'
import type { Actor } from '../http/types.ts'
import { shownTo } from '../privacy/rules.ts'

export type AccountRow = {
  id: string
  bin: string
  number: string
  holder: string
  isDefault: boolean
  feed: FeedState
}

/** `•••• 1234`: enough to recognise one's own account by, not enough to pay into. */
export function maskNumber(number: string): string {
  return `•••• ${number.slice(-4)}`
}

/** As much of the number as the viewer may see; null is a shopper. */
export function toReceivingAccount(row: AccountRow, viewer: Pick<Actor, 'role'> | null): ReceivingAccount {
  const bank = findBank(row.bin)
  return {
    id: row.id,
    bin: row.bin,
    bankCode: bank?.code ?? row.bin,
    bankName: bank?.shortName ?? row.bin,
    number: viewer === null ? maskNumber(row.number) : (shownTo(viewer.role, 'account', row.number) ?? ''),
    holder: row.holder,
    isDefault: row.isDefault,
    feed: row.feed,
  }
}

/** The bank's short code as people say it (`VCB`), or its number where we do not know it. */
export function bankCodeOf(bin: string): string {
  return findBank(bin)?.code ?? bin
}
