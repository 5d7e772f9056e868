import type { PublicStall } from '@tienve/contracts'
import { formatDay } from '../documents/table.ts'
import { escapeHtml, page } from '../http/page.ts'
import type { Unpayable } from './service.ts'

/**
 * The shopper's page: who will be paid, by which bank, and the code. It works without any script but copying. The code is
 * a PNG in an element of its own, since galleries and banks' apps take no SVG, and an iPhone saves a picture to its gallery
 * by a long press alone.
 */
export function stallPage(stall: PublicStall | Unpayable, today: string): string {
  if (stall === 'stall_without_account') {
    return page({
      title: 'Sạp chưa nhận chuyển khoản',
      demo: false,
      body: `<h1>Sạp này chưa nhận chuyển khoản được</h1>
<p>Sạp chưa có tài khoản nhận tiền ở đây. Trả người bán bằng tiền mặt.
<span lang="en">This stall cannot be paid by bank transfer here yet. Pay the seller in cash.</span></p>`,
    })
  }
  if (stall === 'not_found') {
    return page({
      title: 'Không có sạp này',
      demo: false,
      body: `<h1>Không có sạp này</h1>
<p>Xem lại mã in ở sạp, hoặc hỏi người bán. <span lang="en">There is no such stall.</span></p>`,
    })
  }
  const address = `/p/${encodeURIComponent(stall.code)}/qr.png`
  return page({
    title: `${stall.name} · ${stall.marketName}`,
    demo: stall.demo,
    body: `<p class="lead">Trả tiền cho</p>
<h1>${escapeHtml(stall.name)}</h1>
<p class="place">Sạp ${escapeHtml(stall.code)} · ${escapeHtml(stall.zone)} · ${escapeHtml(stall.marketName)}</p>
<div class="code"><img src="${address}" alt="Mã QR của sạp ${escapeHtml(stall.code)}"></div>
<dl>
<div><dt>Chủ tài khoản</dt><dd>${escapeHtml(stall.holder)}</dd></div>
<div><dt>Ngân hàng</dt><dd>${escapeHtml(stall.bankName)}</dd></div>
<div><dt>Số tài khoản</dt><dd>${escapeHtml(stall.accountMasked)}</dd></div>
<div><dt>Nội dung chuyển khoản</dt><dd class="memo" id="memo">${escapeHtml(stall.memo)}</dd></div>
</dl>
${stall.checkedAt === null ? '' : checkedLine(stall.checkedAt, today)}
<div class="actions">
<a class="button" href="${address}" download="${escapeHtml(stall.code)}.png">Lưu ảnh mã</a>
<button class="button quiet" type="button" data-copy="${escapeHtml(stall.memo)}">Chép nội dung</button>
</div>
<p class="hint" role="status" id="copied"></p>
<p class="hint">Lưu xong, mở app ngân hàng, chọn quét mã từ ảnh. Nút trên không lưu được thì nhấn giữ ảnh mã.
<span lang="en">Once saved, open your bank's app and scan the picture. If the button does not save it, press and hold the code.</span></p>
<p class="hint">Trước khi trả, xem tên chủ tài khoản trên app ngân hàng có đúng tên ở trên không.
<span lang="en">Before you pay, check that your bank's app shows the same holder's name.</span></p>`,
  })
}

/** When somebody of the market last read the code that hangs at the stall, and found that it pays this account. */
function checkedLine(checkedAt: string, today: string): string {
  const [day = '', time = ''] = checkedAt.split('T')
  const at = `${day === today ? 'hôm nay' : formatDay(day)} ${time.slice(0, 5)}`
  return `<p class="checked">✓ Lần soi gần nhất: ${at}, đúng
<span lang="en">The code at the stall was last checked then, and it was right.</span></p>`
}
