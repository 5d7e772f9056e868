import type { FastifyRequest } from 'fastify'

/** Text as HTML shows it. Everything that comes from data passes through here. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
}

/** True when a program asks; a person's browser asks for a page. */
export function asksForJson(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('application/json') === true
}

/** What a person reads where a page should be. `meanwhile` says what they can do until it is back. */
export function problemPage({
  isOurFault,
  meanwhile,
  demo,
}: {
  isOurFault: boolean
  meanwhile: string
  demo: boolean
}): string {
  if (!isOurFault) {
    return page({
      title: 'Không có trang này',
      demo,
      body: `<h1>Không có trang này</h1>
<p>Xem lại địa chỉ, hoặc quét lại mã. <span lang="en">There is no such page. Check the address or scan again.</span></p>`,
    })
  }
  return page({
    title: 'Chưa xem được lúc này',
    demo,
    body: `<h1>Chưa xem được lúc này</h1>
<p>Máy chủ đang bận, không phải lỗi ở máy của bạn. Đợi một phút rồi bấm Thử lại.
<span lang="en">This page cannot be shown just now. Wait a minute, then try again.</span></p>
<p>${escapeHtml(meanwhile)}</p>
<div class="actions"><a class="button" href="">Thử lại</a></div>`,
  })
}

/** The frame of the few pages that the service writes itself. Style and script are files, so the CSP needs no exception. */
export function page({ title, demo, body }: { title: string; demo: boolean; body: string }): string {
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escapeHtml(title)} · Tiền Về</title>
<link rel="stylesheet" href="/public/page.css">
<script src="/public/page.js" defer></script>
</head>
<body>
${demo ? '<header class="demo">Dữ liệu mẫu – không chuyển tiền thật</header>' : ''}
<main>
${body}
</main>
</body>
</html>
`
}
