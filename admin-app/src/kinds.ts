import { useWords } from '@tienve/ui'

/** What each kind of txn is called. `kinds.test.ts` holds this against every kind of docs/MONEY.md. */
export const KIND_WORDS = {
  sale_bank: { vi: 'Bán, chuyển khoản', en: 'Sale by bank' },
  sale_cash: { vi: 'Bán, tiền mặt', en: 'Sale in cash' },
  refund_bank: { vi: 'Trả lại khách, chuyển khoản', en: 'Refund by bank' },
  refund_cash: { vi: 'Trả lại khách, tiền mặt', en: 'Refund in cash' },
  not_a_sale: { vi: 'Không phải tiền bán hàng', en: 'Not a sale' },
  charge_issued: { vi: 'Phát hành khoản thu', en: 'Charge issued' },
  charge_paid: { vi: 'Nộp khoản thu', en: 'Charge paid' },
  charge_adjusted: { vi: 'Điều chỉnh khoản thu', en: 'Charge adjusted' },
  charge_relieved: { vi: 'Miễn giảm khoản thu', en: 'Charge relieved' },
  charge_written_off: { vi: 'Xoá nợ', en: 'Debt written off' },
  written_off_paid: { vi: 'Nợ đã xoá nay nộp', en: 'Written-off debt paid' },
  payment_moved: { vi: 'Chuyển sang khoản của sạp khác', en: 'Payment moved to another stall' },
  advance_applied: { vi: 'Dùng tiền trả trước', en: 'Advance used' },
  advance_returned: { vi: 'Trả lại tiền trả trước', en: 'Advance returned' },
  utility_paid: { vi: 'Trả tiền điện, nước', en: 'Utility paid' },
  utility_settled: { vi: 'Quyết toán điện, nước', en: 'Utility settled' },
  deposit_in: { vi: 'Nhận tiền cọc', en: 'Deposit received' },
  deposit_back: { vi: 'Trả lại tiền cọc', en: 'Deposit returned' },
  deposit_applied: { vi: 'Trừ tiền cọc vào nợ', en: 'Deposit set against a debt' },
  deposit_forfeited: { vi: 'Giữ lại tiền cọc', en: 'Deposit forfeited' },
  suspense_in: { vi: 'Treo chờ xử lý', en: 'Into suspense' },
  suspense_to_charge: { vi: 'Từ treo sang khoản thu', en: 'Suspense to charge' },
  suspense_to_sale: { vi: 'Từ treo sang tiền bán hàng', en: 'Suspense to sale' },
  suspense_to_owner: { vi: 'Từ treo sang tiền riêng chủ hộ', en: 'Suspense to owner' },
  suspense_to_cash: { vi: 'Từ treo sang tiền mặt của quỹ', en: 'Suspense to cash' },
  suspense_to_general: { vi: 'Từ treo sang sổ kế toán chung', en: 'Suspense to general books' },
  suspense_returned: { vi: 'Trả lại tiền treo', en: 'Suspense returned' },
  outgoing_unknown: { vi: 'Tiền ra chưa rõ lý do', en: 'Outgoing, not known why' },
  outgoing_named: { vi: 'Tiền ra đã rõ lý do', en: 'Outgoing, named' },
  ticket_sold: { vi: 'Bán vé chợ', en: 'Day ticket sold' },
  cash_collected: { vi: 'Thu tiền mặt', en: 'Cash collected' },
  cash_handed_over: { vi: 'Người thu nộp quỹ', en: 'Cash handed over' },
  shortage_paid: { vi: 'Nộp bù tiền thiếu', en: 'Shortage paid' },
  shortage_settled: { vi: 'Xử lý tiền thiếu', en: 'Shortage settled' },
  surplus_settled: { vi: 'Xử lý tiền thừa', en: 'Surplus settled' },
  safe_counted: { vi: 'Kiểm quỹ', en: 'Safe counted' },
  cash_sent: { vi: 'Tiền mặt gửi vào ngân hàng', en: 'Cash sent to the bank' },
  cash_banked: { vi: 'Ngân hàng đã nhận tiền mặt', en: 'Cash banked' },
  cash_drawn: { vi: 'Lấy tiền mặt ở ngân hàng', en: 'Cash drawn' },
  cash_received: { vi: 'Tiền mặt về quỹ', en: 'Cash received' },
  bank_fee: { vi: 'Phí ngân hàng', en: 'Bank fee' },
  bank_interest: { vi: 'Lãi tiền gửi', en: 'Bank interest' },
  opening: { vi: 'Số đầu sổ', en: 'Opening figure' },
  year_carried: { vi: 'Kết chuyển cuối năm', en: 'Year carried' },
  reversal: { vi: 'Bút toán đảo', en: 'Reversal' },
} as const

/** The words of a kind; a kind without any shows as it is, rather than not at all. */
export function useKind(): (kind: string) => string {
  const words: Record<string, string> = useWords(KIND_WORDS)
  return (kind) => words[kind] ?? kind
}
