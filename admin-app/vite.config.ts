import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { VitePWA } from 'vite-plugin-pwa'

export default defineConfig({
  base: '/admin/',
  build: { assetsInlineLimit: 0 },
  plugins: [
    react(),
    VitePWA({
      registerType: 'autoUpdate',
      injectRegister: 'script-defer',
      includeAssets: ['icon.svg', 'icon-192.png', 'icon-512.png'],
      // A collector opens the app where there is no network. Only the app's own files are kept this way, never an answer of
      // the API: what a collector's phone has to remember is kept by person (`src/walk`), and another person does not see it.
      workbox: {
        globPatterns: ['**/*.{js,css,html,woff2,svg}'],
        navigateFallback: '/admin/index.html',
        navigateFallbackDenylist: [/^\/admin\/v1\//],
      },
      manifest: {
        name: 'Tiền Về · Ban quản lý chợ',
        short_name: 'Ban quản lý',
        lang: 'vi',
        start_url: '/admin/',
        scope: '/admin/',
        display: 'standalone',
        background_color: '#f4f6f4',
        theme_color: '#0b6b3a',
        icons: [
          { src: '/admin/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: '/admin/icon-512.png', sizes: '512x512', type: 'image/png', purpose: 'any maskable' },
        ],
      },
    }),
  ],
})
