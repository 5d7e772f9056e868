/** Text as HTML shows it. Everything that comes from data passes through here. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)
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
