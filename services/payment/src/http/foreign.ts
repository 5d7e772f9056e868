import { AppError } from '@tienve/contracts'
import type { Config } from '../config.ts'
import { isChange, isWebhook } from './methods.ts'
import type { App } from './types.ts'

/** What a browser says of where a request was begun (Fetch Metadata, W3C): on our own pages, or by the person alone. */
const OWN_SITES = new Set(['same-origin', 'none'])

/**
 * Refuses every change that another site's page has begun, before a session is looked for: log-ins too, which have no
 * token yet. Whoever is no browser sends neither header. A bank's message is proved by its signature instead.
 * Errors: `csrf_failed`.
 */
export function refuseForeignPages(app: App, { publicUrl }: Pick<Config, 'publicUrl'>): void {
  const ownOrigin = new URL(publicUrl).origin
  app.addHook('onRequest', async (request) => {
    if (!isChange(request) || isWebhook(request.routeOptions.url)) return
    const { origin, 'sec-fetch-site': site } = request.headers
    const isForeign =
      (origin !== undefined && origin !== ownOrigin && URL.parse(origin)?.host !== request.host) ||
      (site !== undefined && !OWN_SITES.has(String(site)))
    if (isForeign) throw new AppError('csrf_failed', 'Another site has sent this')
  })
}
