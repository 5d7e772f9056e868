// Scalar's Zod tries whether it may compile code. It may not, and each try would be told as a breach of our policy.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

// Some of Scalar's styles do not ask for the nonce of the page, which lets no other in.
const { content: nonce } = document.querySelector('meta[property=csp-nonce]')
const createElement = document.createElement.bind(document)
document.createElement = (...given) =>
  Object.assign(createElement(...given), given[0] === 'style' ? { nonce } : {})

const scalar = document.createElement('script')
scalar.src = '/docs/js/scalar.js'
scalar.addEventListener('load', () => {
  // Nothing from elsewhere: no fonts, no proxy, nobody who counts the visits.
  globalThis.Scalar.createApiReference('#app', {
    url: '/docs/json',
    withDefaultFonts: false,
    telemetry: false,
    showDeveloperTools: 'never',
    hideClientButton: true,
    agent: { disabled: true },
    mcp: { disabled: true },
  })
})
document.head.append(scalar)
