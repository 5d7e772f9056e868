// Part of the service worker: what the API answers is never kept, so that no call of it need wake the worker, nor keep one from
// giving way to a newer. In a browser that knows no such routes the worker is asked, and lets each call through.
self.addEventListener('install', (event) => {
  event.addRoutes?.({ condition: { urlPattern: { pathname: '/m/v1/*' } }, source: 'network' })
})
