import type { BrowserContext, Page } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import { chooseWord, paySale, transfer } from '../e2e/voice.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** Lets a picture take the page's sound away, as a phone does that rings, and nobody gives it back. */
const TAKE_SOUND = `
  const contexts = []
  window.AudioContext = class extends AudioContext {
    constructor() {
      super()
      contexts.push(this)
    }
  }
  window.takeSound = () => {
    for (const one of contexts) {
      one.resume = () => Promise.resolve()
      void one.suspend()
    }
  }`

/** What is seen while money is heard, and each way of not hearing it. */
export async function shootVoice(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  await context.addInitScript(TAKE_SOUND)
  const phone = await logInAs(stack, context, '/m/', 'stallholder')
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await phone.getByTestId('qr').waitFor()
  await shootCrowd(stack, phone, shoot)
  await go('Thu tiền')
  await phone.getByTestId('repeat').waitFor()
  await shoot(phone, 'm-repeat', 'Stall: hearing the last one again, on every tab')
  await chooseWord(phone, 'bưởi')
  await shoot(phone, 'm-word', 'Stall: the code word of the day')
  await phone.getByRole('button', { name: 'Nghe thử' }).click()
  await phone.getByRole('button', { name: 'Không nghe thấy' }).click()
  await shoot(phone, 'm-sound', 'Stall: the voice, and what to do when it is not heard')
  await phone.getByLabel('To nhỏ', { exact: true }).fill('0')
  await go('Mã của tôi')
  await phone.getByTestId('sound-quiet').waitFor()
  await shoot(phone, 'm-quiet', 'Stall: the voice is turned down')
  await phone.getByTestId('sound-quiet').click()
  await phone.getByTestId('sound-quiet').waitFor({ state: 'detached' })
  await context.setOffline(true)
  await phone.getByTestId('stream-lost').waitFor()
  await shoot(phone, 'm-lost', 'Stall: no network')
  await context.setOffline(false)
  await phone.getByTestId('stream-lost').waitFor({ state: 'detached' })
  await phone.evaluate('window.takeSound()')
  await phone.getByTestId('sound-stopped').waitFor()
  await shoot(phone, 'm-stopped', 'Stall: the phone took the sound away')
}

/** Sales that come faster than they can be said: a sum and a list, and one that is not enough by itself. */
async function shootCrowd(stack: Stack, phone: Page, shoot: Shoot): Promise<void> {
  const go = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await go('Thu tiền')
  for (const key of ['1', '2', '0', '000']) await go(key)
  await go('Cho xem mã')
  const code = await phone.getByTestId('qr').getAttribute('data-payload')
  await Promise.all([
    ...[20_000, 15_000, 35_000, 1_250_000, 8_000].map((vnd) => paySale(stack, vnd)),
    // Arrivals cover the code, so that it cannot be read from the screen by then.
    transfer(stack, { payload: code, fault: 'short' }),
  ])
  await phone.locator('[data-testid=arrival][data-verdict=total]').waitFor()
  await shoot(phone, 'm-crowd', 'Stall: several at once, as a sum and a list')
  await phone.locator('[data-testid=arrival][data-verdict=short]').waitFor()
  await shoot(phone, 'm-crowd-short', 'Stall: the short one among them, by itself')
  // What waited behind it comes after.
  for (let at = 0; at < 4; at++) {
    if (await phone.getByTestId('arrival').isVisible()) await go('Xong')
    await phone.waitForTimeout(4_000)
  }
}
