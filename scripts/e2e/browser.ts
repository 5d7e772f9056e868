import chromium from '@sparticuz/chromium'
import { chromium as playwright, type Browser } from 'playwright-core'

/** A real Chromium: the one that CHROMIUM_PATH names, or the one from the registry. */
export async function openBrowser(): Promise<Browser> {
  const own = process.env.CHROMIUM_PATH
  return playwright.launch({
    executablePath: own ?? (await chromium.executablePath()),
    // One process for everything, as its makers advise for small functions, would take every page down with one.
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--autoplay-policy=user-gesture-required',
    ],
    headless: true,
    // As on a Vietnamese phone: a field of dates speaks the browser's language and not the page's.
    env: { ...process.env, LANGUAGE: 'vi', LANG: 'vi_VN.UTF-8' },
  })
}

export const PHONE = { width: 360, height: 740 }
export const DESKTOP = { width: 1280, height: 800 }
