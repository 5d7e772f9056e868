import type { DifferenceReason } from '@tienve/contracts'
import type { Words } from '@tienve/ui'

/** Why a movement makes a difference. */
export const WHY_WORDS: Words<DifferenceReason> = {
  foreign_account: {
    vi: 'Tài khoản lạ: không phải của chợ hay sạp nào. Xem ở Treo chờ xử lý.',
    en: 'An account that is neither the board’s nor a stall’s. See Suspense.',
  },
  not_posted: {
    vi: 'Ngân hàng đã báo, sổ chưa ghi.',
    en: 'The bank has told of it, the books do not have it.',
  },
}
