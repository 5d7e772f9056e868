import scalar from '@scalar/fastify-api-reference'
import { ERRORS } from '@tienve/contracts'
import { randomBytes } from 'node:crypto'
import { contentPolicy } from './headers.ts'
import { escapeHtml, page } from './page.ts'
import type { App } from './types.ts'

const HTML = 'text/html; charset=utf-8'

/** `/docs/json`, the page that shows it, and `/docs/errors`, where the `type` of every problem leads. */
export async function addDocs(app: App, demo: boolean): Promise<void> {
  const open = { config: { access: 'public' as const }, schema: { hide: true } }
  app.get('/docs/json', open, async () => app.swagger())
  const errors = errorsPage()
  app.get('/docs/errors', open, async (_request, reply) => reply.type(HTML).send(errors))
  await app.register(async (scope) => {
    // Scalar's own page starts by a script inside it, which the policy of this service lets run nowhere: ours has it in a file.
    // Its styles come from inside that file, so each answer lets in those that know its nonce, and no other.
    scope.addHook('onSend', async (_request, reply, payload) => {
      if (reply.getHeader('content-type') !== HTML) return payload
      const nonce = randomBytes(16).toString('base64')
      void reply.header('content-security-policy', contentPolicy(demo, nonce)).removeHeader('content-length')
      return referencePage(nonce)
    })
    await scope.register(scalar, { routePrefix: '/docs', configuration: { url: '/docs/json' } })
  })
}

const referencePage = (nonce: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>API · Tiền Về</title>
<meta property="csp-nonce" content="${nonce}">
<script src="/public/docs.js" defer></script>
</head>
<body>
<div id="app"></div>
<noscript>This page needs JavaScript. The same as a file: <a href="/docs/json">/docs/json</a>.</noscript>
</body>
</html>
`

/** Every code with its status and meaning. It is for whoever writes a client: the apps have words of their own. */
function errorsPage(): string {
  const items = Object.entries(ERRORS).map(
    ([code, { status, title, retry }]) => `<div id="${code}">
<dt><a href="#${code}">${code}</a> · ${status}${retry ? ' · the same request may succeed later' : ''}</dt>
<dd>${escapeHtml(title)}</dd>
</div>`,
  )
  return page({
    title: 'Errors',
    demo: false,
    body: `<div lang="en">
<h1>Errors</h1>
<p class="lead">Every refusal is <code>application/problem+json</code> with one of these codes. Its <code>fields</code> say what is wrong with each field.</p>
<dl>
${items.join('\n')}
</dl>
<p class="hint"><a href="/docs/">All calls of the API</a></p>
</div>`,
  })
}
