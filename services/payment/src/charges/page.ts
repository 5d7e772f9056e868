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
      `<div><dt>${escapeHtml(line.name)} · ${escapeHtml(line.decision)}</dt><dd>${escapeHtml(line.formula)} = ${vnd(line.amountVnd)}</dd></div>`,
  )
  return page({
    title: `Biên nhận ${receipt.number}`,
    demo: receipt.demo,
    body: `<p class="lead">Biên nhận số ${escapeHtml(receipt.number)}</p>
<h1 class="amount">${vnd(receipt.amountVnd)}</h1>
<p class="place">${escapeHtml(receipt.marketName)} · Sạp ${escapeHtml(receipt.stallCode)} · ${escapeHtml(periodName(receipt.period))}</p>
<dl>
<div><dt>Trả lúc</dt><dd>${escapeHtml(whenOf(receipt.paidAt))}</dd></div>
${lines.join('\n')}
<div><dt>Khoản phải thu</dt><dd>${vnd(receipt.chargeTotalVnd)}</dd></div>
<div><dt>Còn nợ</dt><dd>${vnd(receipt.outstandingVnd)}</dd></div>
</dl>
<p class="hint">Đây là biên nhận, không phải hóa đơn.
<span lang="en">This is a receipt, not an invoice.</span></p>`,
  })
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
