import type { PublicReceipt } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { periodName } from '../charges/rules.ts'
import { escapeHtml, page } from '../http/page.ts'

/** A receipt as its holder, or whoever they show it to, sees it. It says what it is not: an invoice. */
export function receiptPage(receipt: PublicReceipt | null, token: string): string {
  if (receipt === null) {
    return page({
      title: 'Không có biên nhận này',
      demo: false,
      body: `<h1>Không có biên nhận này</h1>
<p>Địa chỉ này không ứng với biên nhận nào. Hỏi Ban quản lý chợ. <span lang="en">There is no such receipt.</span></p>`,
    })
  }
  const name = escapeHtml(receipt.number ?? receipt.bookPage ?? '')
  if (receipt.state === 'waiting') return waitingPage(receipt, name)
  return page({
    title: `Biên nhận ${receipt.number ?? receipt.bookPage ?? ''}`,
    demo: receipt.demo,
    body: `<p class="lead">Biên nhận số ${name}</p>
${receipt.voidReason === null ? '' : voided(receipt.voidReason)}
${receipt.number === null ? '' : paid(receipt, token)}
<p class="hint">Đây là biên nhận, không phải hóa đơn. Cần hóa đơn thì hỏi Ban quản lý chợ.
<span lang="en">The market board has received this sum. Keep this page's address as your proof. This is a receipt, not an invoice.</span></p>`,
  })
}

/** A page of a collector's book whose money the market has not been told of: the phone had no network yet. */
function waitingPage({ demo, marketName }: PublicReceipt, name: string): string {
  return page({
    title: `Biên nhận ${name}: chưa đồng bộ`,
    demo,
    body: `<p class="lead">Biên nhận trang ${name}</p>
<h1>Chưa đồng bộ</h1>
<p class="place">Người thu của Ban quản lý ${escapeHtml(marketOf(marketName))} đã ghi tờ này trên điện thoại, máy chưa có mạng để gửi về.</p>
<p>Mở lại địa chỉ này sau. Đến hết ngày mai vẫn chưa thấy số tiền thì hỏi Ban quản lý chợ.
<span lang="en">The collector's phone has not sent this page yet. Open this address again later.</span></p>
<p class="hint">Đây là biên nhận, không phải hóa đơn.</p>`,
  })
}

function voided(reason: string): string {
  return `<div class="void" role="alert"><b>Biên nhận đã hủy</b><br>${escapeHtml(reason)}</div>`
}

function paid(receipt: PublicReceipt, token: string): string {
  const { charges } = receipt
  const lines = charges.flatMap((of) => of.lines)
  return `<h1 class="amount">${vnd(receipt.amountVnd)}</h1>
<p class="place">Ban quản lý ${escapeHtml(marketOf(receipt.marketName))} đã nhận ${payer(receipt)}</p>
<dl>
<div><dt>${receipt.paidBy === 'bank' ? 'Chuyển khoản lúc' : 'Trả tiền mặt lúc'}</dt><dd>${escapeHtml(whenOf(receipt.paidAt ?? ''))}</dd></div>
<div><dt>Khoản nộp</dt><dd>${whatFor(receipt)}</dd></div>
${charges.length > 1 ? charges.map((of) => row(`Vào tiền chợ ${periodName(of.period)}`, vnd(of.amountVnd))).join('\n') : ''}
${lines.map((line) => row(`${line.name} (${line.decision})`, `${escapeHtml(line.formula)} = ${vnd(line.amountVnd)}`)).join('\n')}
${receipt.creditVnd > 0 ? row('Phần nộp thừa, trừ vào kỳ sau', vnd(receipt.creditVnd)) : ''}
${charges.length === 0 ? '' : `${row('Phải nộp', vnd(receipt.chargeTotalVnd))}\n${row('Tính đến bây giờ', standing(receipt))}`}
${receipt.bookPage === null ? '' : row('Trang sổ của người thu', escapeHtml(receipt.bookPage))}
${receipt.invoiceNumber === null ? '' : row('Số hóa đơn', escapeHtml(receipt.invoiceNumber))}
</dl>
<div class="actions"><a class="button quiet" href="/r/${encodeURIComponent(token)}.pdf">Tải bản in</a></div>
<p class="hint">Giữ địa chỉ trang này hoặc chụp màn hình để làm bằng chứng đã nộp. Ai có địa chỉ đều xem được.</p>`
}

function row(name: string, value: string): string {
  return `<div><dt>${escapeHtml(name)}</dt><dd>${value}</dd></div>`
}

function payer({ stallCode }: PublicReceipt): string {
  return stallCode === null ? 'của người bán trong ngày' : `của sạp <b>${escapeHtml(stallCode)}</b>`
}

function whatFor({ purpose, charges, ticket }: PublicReceipt): string {
  if (purpose === 'deposit') return 'Tiền cọc'
  if (purpose === 'ticket') return escapeHtml(ticket ?? 'Vé ngày')
  if (charges.length === 0) return 'Nộp trước cho kỳ sau'
  return `Tiền chợ ${charges.map(({ period }) => escapeHtml(periodName(period))).join(', ')}`
}

/** Whether anything is left to pay, in the words that the stall's own screen has for it. */
function standing({ chargeTotalVnd, paidVnd, outstandingVnd }: PublicReceipt): string {
  if (outstandingVnd > 0) return `Đã nộp ${vnd(paidVnd)}, còn nợ ${vnd(outstandingVnd)}`
  return paidVnd > chargeTotalVnd
    ? `Đã nộp đủ, thừa ${vnd(paidVnd - chargeTotalVnd)}: trừ vào kỳ sau`
    : 'Đã nộp đủ'
}

function marketOf(marketName: string): string {
  return marketName.replace(/^Chợ /, 'chợ ')
}

function vnd(amount: number): string {
  return escapeHtml(formatVnd(BigInt(amount)))
}

/** `07:12 ngày 24/11/2026`, out of a moment that already carries Vietnam's offset. */
export function whenOf(moment: string): string {
  const [day = '', time = ''] = moment.split('T')
  const [year, month, date] = day.split('-')
  return `${time.slice(0, 5)} ngày ${date}/${month}/${year}`
}
