import react from '@vitejs/plugin-react'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

const { version } = JSON.parse(readFileSync(new URL('./package.json', import.meta.url), 'utf8')) as {
  version: string
}

/** Puts the smaller forms of each text beside it: the service sends what the browser can read, and compresses nothing itself. */
function smallerForms(): Plugin {
  let folder = ''
  return {
    name: 'smaller-forms',
    apply: 'build',
    configResolved: ({ root, build }) => {
      folder = join(root, build.outDir)
    },
    closeBundle: {
      // After the service worker, which is a text too.
      order: 'post',
      sequential: true,
      handler: () => {
        for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
          if (!/\.(js|css|html|svg|webmanifest)$/.test(name)) continue
          const path = join(folder, name)
          const text = readFileSync(path)
          writeFileSync(`${path}.gz`, gzipSync(text, { level: 9 }))
          writeFileSync(`${path}.br`, brotliCompressSync(text))
        }
      },
    },
  }
}

export default defineConfig({
  define: { APP_VERSION: JSON.stringify(version) },
  base: '/m/',
  build: { assetsInlineLimit: 0 },
  plugins: [
    react(),
    VitePWA({
      // A new version waits until the app says that nobody is in the middle of a sale (src/offline/update.ts).
      registerType: 'prompt',
      injectRegister: false,
      includeAssets: ['icon.svg', 'icon-192.png', 'icon-512.png'],
      // The shell and the voice work without a network; what the bank said is never answered from a cache.
      // The API lies under the app's own path: a file that a tap on a link asks for must not become the app's page.
      workbox: {
        globPatterns: ['**/*.{js,css,html,mp3,svg}'],
        // The page fetches the type it shows; the worker keeps that and fetches nothing of it early.
        runtimeCaching: [
          {
            urlPattern: /\/m\/assets\/.+\.woff2$/,
            handler: 'CacheFirst',
            options: { cacheName: 'type', expiration: { maxEntries: 12 } },
          },
        ],
        clientsClaim: true,
        importScripts: ['/m/push.js', '/m/routes.js'],
        navigateFallback: '/m/index.html',
        navigateFallbackDenylist: [/^\/m\/v1\//],
      },
      manifest: {
        name: 'Tiền Về',
        short_name: 'Tiền Về',
        lang: 'vi',
        start_url: '/m/',
        scope: '/m/',
        display: 'standalone',
        background_color: '#f4f6f4',
        theme_color: '#0b6b3a',
        icons: [
          { src: '/m/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/m/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
        ],
      },
    }),
    smallerForms(),
  ],
})
