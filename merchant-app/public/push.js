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
  event.waitUntil(open(event.notification.data.url))
})

// A second window would say every arrival once more: the one that is open comes to the front, and is told what was tapped.
async function open(url) {
  const [page] = await self.clients.matchAll({ type: 'window' })
  if (page === undefined) {
    await self.clients.openWindow(url)
    return
  }
  page.postMessage({ tapped: url })
  await page.focus()
}
