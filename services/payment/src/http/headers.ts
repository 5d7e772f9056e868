/**
 * What every answer says to a browser, the apps and their files included. No script or style inside a page and no other
 * origin, on any page; nobody may frame, embed or open us to look in. Outside a demo, https alone from then on.
 */
export function headersFor(demo: boolean): Record<string, string> {
  return {
    'content-security-policy': contentPolicy(demo),
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'origin-agent-cluster': '?1',
    // The camera reads codes; nothing else of a phone is asked for.
    'permissions-policy':
      'camera=(self), microphone=(), geolocation=(), payment=(), usb=(), serial=(), hid=(), midi=(), display-capture=()',
    // The address of a receipt holds its token.
    'referrer-policy': 'no-referrer',
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    ...(demo ? {} : { 'strict-transport-security': 'max-age=31536000; includeSubDomains' }),
  }
}

/** `nonce` lets the styles in of one page that cannot do without: the reference of the API (`docs.ts`). */
export function contentPolicy(demo: boolean, nonce?: string): string {
  const directives = {
    'default-src': "'none'",
    'script-src': "'self'",
    'style-src': nonce === undefined ? "'self'" : `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    'media-src': "'self'",
    'connect-src': "'self'",
    'manifest-src': "'self'",
    'worker-src': "'self'",
    'form-action': "'self'",
    'frame-ancestors': "'none'",
    'base-uri': "'none'",
  }
  const said = Object.entries(directives).map(([name, sources]) => `${name} ${sources}`)
  return [...said, ...(demo ? [] : ['upgrade-insecure-requests'])].join('; ')
}
