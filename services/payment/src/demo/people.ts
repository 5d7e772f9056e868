import type { Role } from '@tienve/contracts'
import {
  BANKS,
  FAMILY_NAMES,
  GIVEN_NAMES,
  MIDDLE_NAMES,
  type MarketPlan,
  type ZonePlan,
} from './demo-markets.ts'
import { chanceOf } from './random.ts'

/** A stall of the demo with all that the seed decides about it. The same seed gives the same stalls. */
export type DemoStall = {
  id: string
  code: string
  name: string
  zone: ZonePlan
  zoneId: string
  areaM2: string
  positionGrade: number
  accountId: string
  bin: string
  account: string
  holder: string
  owner: string
  login: string
  /** How much it sells beside a middling stall of its zone. */
  factor: number
  consents: boolean
  notesCash: boolean
  /** False for the few stalls whose bank no feed can hear. */
  heard: boolean
}

/** The mean of a log-normal with median 1 and σ 0.55, taken out so that a zone sells what its plan says. */
const MEAN_FACTOR = Math.exp(0.55 ** 2 / 2)

export type DemoUser = {
  id: string
  login: string
  secret: string
  role: Role
  name: string
  stallId?: string
  /** Who of the register a stallholder is. */
  holderId?: string
  /** The zone that a leader looks after. */
  zoneId?: string
  /** The second step is on, with this secret. */
  totpSecret?: string
}

/** Known to everybody, like every log-in of a demo. */
export const DEMO_PIN = '246800'
export const DEMO_PASSWORD = 'cho-mau-2026'
export const DEMO_TOTP_SECRET = 'MNUG6LLNMF2S2MRQGI3C2ZDFNVXS2MJQ'

export function stallsOf(market: MarketPlan): DemoStall[] {
  let number = 0
  return market.zones.flatMap((zone) =>
    Array.from({ length: zone.stalls }, (_, at) => {
      number += 1
      return stallOf(market, zone, at + 1, number)
    }),
  )
}

function stallOf(market: MarketPlan, zone: ZonePlan, place: number, number: number): DemoStall {
  const code = `${market.code}-${zone.code}${String(place).padStart(2, '0')}`
  const chance = chanceOf(code)
  const first = number === 1
  const drawn = first ? '' : chance.pick(GIVEN_NAMES)
  const owner = first
    ? market.first.owner
    : `${chance.pick(FAMILY_NAMES)} ${chance.pick(MIDDLE_NAMES)} ${drawn}`
  const given = owner.slice(owner.lastIndexOf(' ') + 1)
  const goods = first ? market.first.goods : chance.pick(zone.goods)
  const id = `stl_${code.toLowerCase().replace('-', '')}`
  const [least, most] = zone.areaM2
  return {
    id,
    code,
    name: chance.next() < 0.2 && !first ? `Cô ${given} ${goods}` : `${given} ${goods}`,
    zone,
    zoneId: zoneIdOf(market, zone.code),
    areaM2: (chance.whole(least * 2, most * 2) / 2).toFixed(2),
    positionGrade: first ? 1 : chance.pick([1, 2, 2, 3, 3, 3]),
    accountId: `acc_${code.toLowerCase().replace('-', '')}`,
    bin: first ? '970436' : chance.pick(BANKS),
    account: `000${market.digit}${String(number).padStart(6, '0')}`,
    holder: `HO KINH DOANH ${plain(owner)}`,
    owner,
    login: `09000${market.digit}${String(number).padStart(4, '0')}`,
    factor: first ? 1.2 : chance.logNormal(0.55) / MEAN_FACTOR,
    consents: first || chance.next() < 0.7,
    notesCash: first || chance.next() < 0.06,
    heard: first || chance.next() > 0.01,
  }
}

/** The id of a zone of the demo. */
export function zoneIdOf(market: MarketPlan, zoneCode: string): string {
  return `zon_${market.code.toLowerCase()}${zoneCode.toLowerCase()}`
}

/** Every log-in of a market: each stall's holder, one helper, and the board's people. */
export function usersOf(market: MarketPlan, stalls: readonly DemoStall[]): DemoUser[] {
  const code = market.code.toLowerCase()
  const holders = stalls.map((stall): DemoUser => ({
    id: `usr_${stall.id.slice(4)}`,
    login: stall.login,
    secret: DEMO_PIN,
    role: 'stallholder',
    name: `${stall.owner} · ${stall.name}`,
    stallId: stall.id,
    holderId: `shd_${stall.id.slice(4)}`,
  }))
  const [first] = stalls
  const helper: DemoUser[] =
    first === undefined
      ? []
      : [
          {
            id: `usr_${code}helper`,
            login: `09000${market.digit}9999`,
            secret: DEMO_PIN,
            role: 'helper',
            name: `Cháu Linh · phụ bán ${first.name}`,
            stallId: first.id,
          },
        ]
  const board = market.board.map(([role, name]): DemoUser => ({
    id: `usr_${code}${role}`,
    login: `${role}.${code}`,
    secret: DEMO_PASSWORD,
    role,
    name,
    ...(role === 'leader' ? { zoneId: zoneIdOf(market, market.zones[0]?.code ?? '') } : {}),
  }))
  // Last, so that the first accountant is the one whom a visitor becomes by one tap.
  const secured: DemoUser = {
    id: `usr_${code}accountant2`,
    login: `accountant2.${code}`,
    secret: DEMO_PASSWORD,
    role: 'accountant',
    name: `${market.secured} · Kế toán (có mã xác thực)`,
    totpSecret: DEMO_TOTP_SECRET,
  }
  return [...holders, ...helper, ...board, secured]
}

/** As banks write a holder's name: capitals without marks. */
function plain(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[đĐ]/g, 'D').toUpperCase()
}
