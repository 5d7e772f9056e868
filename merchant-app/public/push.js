// Part of the service worker: shows what the service sends, and opens the app where it is about.
self.addEventListener('push', (event) => {
  const { title, body, tag, url } = event.data.json()
  const show = async () => {
    // Money that comes is told by the app itself while somebody looks at it.
    const pages = await self.clients.matchAll({ type: 'window' })
    const isSeen = pages.some(({ visibilityState }) => visibilityState === 'visible')
    if (isSeen && tag.startsWith('arrival ')) return
    await self.registration.showNotification(title, {
      body,
      tag,
      icon: '/m/icon-192.png',
      lang: 'vi',
      data: { url },
    })
  }
  event.waitUntil(show())
})
self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(self.clients.openWindow(event.notification.data.url))
})
