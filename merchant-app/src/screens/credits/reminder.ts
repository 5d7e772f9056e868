import type { PaymentRequest, Stall } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'

/**
 * What a stallholder sends to somebody who owes her, from her own phone: we send nothing. By the memo the transfer is known to be
 * theirs, whenever it comes; the page shows whose account it is.
 */
export function reminderOf(
  stall: Stall,
  name: string,
  request: Pick<PaymentRequest, 'code' | 'amountVnd' | 'accountId'>,
  origin: string,
): string {
  const account = stall.accounts.find(({ id }) => id === request.accountId)
  const to = account === undefined ? '' : `${account.bankName} ${account.number}, ${account.holder}`
  return [
    `Chào ${name}, còn gửi ${stall.name} ${formatVnd(BigInt(request.amountVnd))}.`,
    `Chuyển khoản: ${to}.`,
    `Nội dung: ${request.code}`,
    `Xem đúng tài khoản của sạp: ${origin}/p/${stall.code}`,
  ].join('\n')
}
