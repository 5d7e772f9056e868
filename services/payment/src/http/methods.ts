const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Whether a request, or a route, may change something, so that it asks for the token. */
export const isChange = ({ method }: { method: string }): boolean => !SAFE_METHODS.has(method)

/** Whether a route is a bank's, which knows neither sessions nor browsers. */
export const isWebhook = (url: string | undefined): boolean => url?.startsWith('/webhooks/') === true
