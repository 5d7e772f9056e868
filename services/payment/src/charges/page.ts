import type { PublicReceipt } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { escapeHtml, page } from '../http/page.ts'
import { periodName } from './rules.ts'

/** A receipt as its holder, or whoever they show it to, sees it. It says what it is not: an invoice. */
export function receiptPage(receipt: PublicReceipt | null): string {
  if (receipt === null) {
    return page({
      title: 'Không có biên nhận này',
      demo: false,
      body: `<h1>Không có biên nhận này</h1>
<p>Địa chỉ này không ứng với biên nhận nào. Hỏi Ban quản lý chợ. <span lang="en">There is no such receipt.</span></p>`,
    })
  }
  const lines = receipt.lines.map(
    (line) =>
      `<div><dt>${escapeHtml(line.name)} (${escapeHtml(line.decision)})</dt><dd>${escapeHtml(line.formula)} = ${vnd(line.amountVnd)}</dd></div>`,
  )
  const month = escapeHtml(periodName(receipt.period))
  return page({
    title: `Biên nhận ${receipt.number}`,
    demo: receipt.demo,
    body: `<p class="lead">Biên nhận số ${escapeHtml(receipt.number)}</p>
<h1 class="amount">${vnd(receipt.amountVnd)}</h1>
<p class="place">Ban quản lý ${escapeHtml(receipt.marketName.replace(/^Chợ /, 'chợ '))} đã nhận của sạp <b>${escapeHtml(receipt.stallCode)}</b></p>
<dl>
<div><dt>Sạp chuyển khoản lúc</dt><dd>${escapeHtml(whenOf(receipt.paidAt))}</dd></div>
<div><dt>Khoản nộp</dt><dd>Tiền chợ ${month}</dd></div>
${lines.join('\n')}
<div><dt>Phải nộp ${month}</dt><dd>${vnd(receipt.chargeTotalVnd)}</dd></div>
<div><dt>Tính đến bây giờ</dt><dd>${standing(receipt)}</dd></div>
</dl>
<p class="hint">Giữ địa chỉ trang này hoặc chụp màn hình để làm bằng chứng đã nộp. Ai có địa chỉ đều xem được.</p>
<p class="hint">Đây là biên nhận, không phải hóa đơn. Cần hóa đơn thì hỏi Ban quản lý chợ.
<span lang="en">The market board has received this sum from the stall. Keep this page's address as your proof. This is a receipt, not an invoice.</span></p>`,
  })
}

/** Whether anything is left to pay, in the words that the stall's own screen has for it. */
function standing({ chargeTotalVnd, paidVnd, outstandingVnd }: PublicReceipt): string {
  if (outstandingVnd > 0) return `Đã nộp ${vnd(paidVnd)}, còn nợ ${vnd(outstandingVnd)}`
  return paidVnd > chargeTotalVnd
    ? `Đã nộp đủ, thừa ${vnd(paidVnd - chargeTotalVnd)}: hỏi Ban quản lý chợ`
    : 'Đã nộp đủ'
}

function vnd(amount: number): string {
  return escapeHtml(formatVnd(BigInt(amount)))
}

/** `07:12 ngày 24/11/2026`, out of a moment that already carries Vietnam's offset. */
function whenOf(moment: string): string {
  const [day = '', time = ''] = moment.split('T')
  const [year, month, date] = day.split('-')
  return `${time.slice(0, 5)} ngày ${date}/${month}/${year}`
}
