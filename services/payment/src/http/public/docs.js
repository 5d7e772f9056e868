// Scalar's Zod tries whether it may compile code. It may not, and each try would be told as a breach of our policy.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })

// Some of Scalar's styles do not ask for the nonce of the page, which lets no other in.
const { content: nonce } = document.querySelector('meta[property=csp-nonce]')
const createElement = document.createElement.bind(document)
document.createElement = (...given) =>
  Object.assign(createElement(...given), given[0] === 'style' ? { nonce } : {})

// A style that is written as an attribute is kept out by the policy, and the same one set by the browser's own interface is not.
const { setAttribute } = Element.prototype
Element.prototype.setAttribute = function setStyleToo(name, value) {
  if (name === 'style') this.style.cssText = value
  else setAttribute.call(this, name, value)
}
const { set: setHtml, ...asHtml } = Object.getOwnPropertyDescriptor(Element.prototype, 'innerHTML')
Object.defineProperty(Element.prototype, 'innerHTML', {
  ...asHtml,
  set(html) {
    setHtml.call(this, String(html).replaceAll(' style="', ' data-style="'))
    const parts = (this.content ?? this).querySelectorAll('[data-style]')
    for (const styled of parts) styled.style.cssText = styled.dataset.style
  },
})

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
