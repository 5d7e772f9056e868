import type { NewEnrolment } from '@tienve/contracts'
import type { BrowserContext, Page } from 'playwright-core'
import { logInAs } from '../e2e/demo.ts'
import { logIn } from '../stack/person.ts'
import type { Stack } from '../stack/stack.ts'
import type { Shoot } from './feeds.ts'

/** Each size has a stall of its own, whose holder has no phone yet. */
let turn = 0

/** How a stallholder and her helper get in, where they are logged in, and what the board prints for it. */
export async function shootPeople(stack: Stack, context: BrowserContext, shoot: Shoot): Promise<void> {
  const { baseUrl, stalls } = stack.demo
  const stall = stalls[20 + turn++]
  const accountant = await logIn(stack, 'accountant')
  const { link } = await accountant.post<NewEnrolment>(`/v1/stalls/${stall?.id}/enrolments`, {})

  const phone = await context.newPage()
  const tap = (name: string): Promise<void> => phone.getByRole('button', { name, exact: true }).click()
  await phone.goto(`${baseUrl}/m/`)
  await tap('Tôi có mã trên phiếu')
  await shoot(phone, 'm-enrol', 'Stall: the first time on a phone')
  await phone.goto(link)
  await phone.getByRole('heading', { name: 'Chọn 6 số PIN' }).waitFor()
  for (const digit of '907') await tap(digit)
  await shoot(phone, 'm-pin', 'Stall: choosing a PIN')
  for (const digit of '156907156') await tap(digit)
  await phone.getByTestId('qr').waitFor()
  await tap('Cài đặt')
  await tap('Người phụ bán')
  await tap('Thêm người phụ')
  await phone.getByTestId('qr').waitFor()
  await shoot(phone, 'm-invite', 'Stall: a helper is invited')
  await inviteAnother(stack, phone)
  await phone.getByRole('heading', { name: 'Cháu Linh' }).waitFor()
  await shoot(phone, 'm-helpers', 'Stall: who helps')
  await tap('Quay lại')
  await tap('Máy đang dùng')
  await phone.getByTestId('devices').waitFor()
  await shoot(phone, 'm-devices', 'Stall: devices in use')
  await tap('Quay lại')
  await tap('Ra khỏi sạp')
  await phone.getByLabel('Mã PIN').waitFor()
  await shoot(phone, 'm-known', 'Stall: log in on a known phone')

  const board = await logInAs(stack, context, '/admin/', 'accountant')
  await board.getByTestId('card-sales').waitFor()
  await board.goto(`${baseUrl}/admin/#/register/stall?id=${stall?.id}`)
  const card = board.getByRole('heading', { name: 'Vào app của sạp' })
  await card.scrollIntoViewIfNeeded()
  await board.getByRole('button', { name: 'Mất máy? In mã mới' }).click()
  await shoot(board, 'a-enrol', 'Board: a stall’s way into the app')
  await board.getByRole('button', { name: 'Đúng người, in mã' }).click()
  await board.getByTestId('enrolment-code').waitFor()
  await shoot(board, 'a-slip', 'Board: a one-time code')
  await board.getByRole('button', { name: 'Xong' }).click()
  await board.goto(`${baseUrl}/admin/#/devices`)
  await board.getByTestId('devices').waitFor()
  await shoot(board, 'a-devices', 'Board: devices in use')
}

/** Somebody else's phone uses the code that stands on this one. */
async function inviteAnother({ demo }: Stack, phone: Page): Promise<void> {
  const code = await phone.getByTestId('invitation').textContent()
  const response = await fetch(`${demo.baseUrl}/v1/enrolments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, pin: '907156', name: 'Cháu Linh' }),
  })
  if (!response.ok) throw new Error(`the code was refused: ${response.status}`)
}
