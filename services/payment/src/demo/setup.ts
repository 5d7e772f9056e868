import { CONSENT_VERSION, type Service, type TariffUnit } from '@tienve/contracts'
import { inMarket, insertMany, type Db, type Tx } from '@tienve/db'
import { boardChart, openAccounts, stallChart } from '@tienve/ledger'
import { newPaymentCode } from '@tienve/vietqr'
import { randomBytes } from 'node:crypto'
import { meter } from '../meters/tables.ts'
import { tariff, tariffDecision, vatRate } from '../tariffs/tables.ts'
import { addDays, startOfDay } from '../days.ts'
import { openDeposits } from '../contracts/deposits.ts'
import { contract, stallholder } from '../contracts/tables.ts'
import { feedLane } from '../feeds/tables.ts'
import { hashSecret } from '../identity/service.ts'
import { appUser } from '../identity/tables.ts'
import { directory, market, zone } from '../markets/tables.ts'
import { sealTotp } from '../staff/second-step.ts'
import { totp } from '../staff/tables.ts'
import { consentChange } from '../privacy/tables.ts'
import { membership, personMarket } from '../memberships/tables.ts'
import { paymentCode, receivingAccount, stall, stallZone } from '../stalls/tables.ts'
import {
  boardAccountOf,
  insertFeeds,
  insertPulls,
  type DemoConnection,
  type DemoPulls,
} from './connections.ts'
import type { MarketPlan } from './demo-markets.ts'
import { metersOf } from './meters.ts'
import { zoneIdOf, type DemoStall, type DemoUser } from './people.ts'
import { contractsOf, holdersOf, placesOf } from './places.ts'

/**
 * Writes everything of a market that is there before its first sale, with the lists of its providers when `pulls` says where
 * they are. Answers each stall's fixed memo by its id.
 */
export async function setUpMarket(
  owner: Db,
  masterKey: Buffer,
  plan: MarketPlan,
  stalls: readonly DemoStall[],
  users: readonly DemoUser[],
  connections: readonly DemoConnection[],
  firstDay: string,
  pulls?: DemoPulls,
): Promise<Map<string, string>> {
  const memos = new Map(stalls.map(({ id }) => [id, newPaymentCode(randomBytes)]))
  const createdAt = startOfDay(addDays(firstDay, -120))
  await inMarket(owner, plan.id, async (tx) => {
    const base = { marketId: plan.id }
    await tx.insert(market).values({
      ...base,
      name: plan.name,
      code: plan.code,
      operatorKind: 'enterprise',
      demo: true,
      createdAt,
    })
    await tx.insert(feedLane).values(base)
    await insertPlaces(tx, plan, stalls, memos, firstDay)
    await insertPeople(tx, plan, users, { masterKey, at: createdAt })
    await insertMany(tx, consentChange, consentsOf(plan, stalls, createdAt))
    await insertFeeds(tx, plan.id, connections, masterKey, createdAt)
    if (pulls !== undefined) await insertPulls(tx, plan.id, connections, masterKey, pulls)
    await tx.insert(tariffDecision).values(decisionOf(plan, createdAt))
    await insertMany(tx, tariff, tariffsOf(plan, createdAt))
    await tx.insert(vatRate).values(vatRatesOf(plan))
    await insertMany(tx, meter, metersOf(plan, stalls))
    await openAccounts(tx, plan.id, [
      ...boardChart('enterprise', firstDay),
      ...stalls.flatMap(({ id }) => stallChart(id)),
    ])
  })
  return memos
}

/**
 * The official of the first market's ward is that of the others too, asked and accepted at their birth: one person, one log-in,
 * and somebody else's row in each market. Runs once all markets are there.
 */
export async function setUpOfficial(
  owner: Db,
  [home, ...others]: readonly [MarketPlan, ...MarketPlan[]],
  at: Date,
): Promise<void> {
  const [, name = ''] = home.board.find(([role]) => role === 'ward') ?? []
  const code = home.code.toLowerCase()
  const login = `ward.${code}`
  for (const { id: marketId, code: other } of others) {
    const userId = `usr_${other.toLowerCase()}ward${code}`
    const membershipId = `mbr_${other.toLowerCase()}ward${code}`
    // Nobody knows what this is the hash of: the log-in is at home.
    const secretHash = await hashSecret(randomBytes(32).toString('hex'))
    await inMarket(owner, marketId, async (tx) => {
      const who = { marketId, login, name, role: 'ward' }
      await tx.insert(appUser).values({ ...who, id: userId, stallId: null, secretHash })
      await tx.insert(membership).values({
        ...who,
        id: membershipId,
        userId,
        invitedBy: `usr_${other.toLowerCase()}admin`,
        invitedAt: at,
        acceptedAt: at,
      })
      await tx.insert(personMarket).values({
        login,
        marketId,
        membershipId,
        userId,
        homeMarketId: home.id,
        homeUserId: `usr_${code}ward`,
      })
    })
  }
}

async function insertPlaces(
  tx: Tx,
  plan: MarketPlan,
  stalls: readonly DemoStall[],
  memos: ReadonlyMap<string, string>,
  firstDay: string,
): Promise<void> {
  const base = { marketId: plan.id }
  const createdAt = startOfDay(addDays(firstDay, -120))
  const places = placesOf(plan, stalls)
  const contracts = contractsOf(plan, stalls, addDays(firstDay, 29), createdAt)
  await insertMany(
    tx,
    zone,
    plan.zones.map(({ code, name }, position) => ({
      ...base,
      id: zoneIdOf(plan, code),
      code,
      name,
      position,
    })),
  )
  await insertMany(
    tx,
    stall,
    stalls.map((one) => ({
      ...base,
      id: one.id,
      code: one.code,
      name: one.name,
      zoneId: one.zoneId,
      areaM2: one.areaM2,
      positionGrade: one.positionGrade,
      memoCode: memos.get(one.id) ?? '',
      ...places.get(one.id),
      salesConsentAt: one.consents ? createdAt : null,
    })),
  )
  await insertMany(
    tx,
    stallZone,
    stalls.map(({ id, zoneId }) => ({ ...base, stallId: id, fromDay: '2026-01-01', zoneId })),
  )
  await insertMany(tx, stallholder, holdersOf(plan, stalls, createdAt))
  await insertMany(tx, contract, contracts)
  await insertMany(tx, receivingAccount, [
    { ...base, ...boardAccountOf(plan), stallId: null },
    ...stalls.map((one) => ({
      ...base,
      id: one.accountId,
      bin: one.bin,
      number: one.account,
      holder: one.holder,
      stallId: one.id,
    })),
  ])
  await insertMany(
    tx,
    paymentCode,
    stalls.flatMap(({ id }) => [
      { ...base, code: memos.get(id) ?? '', kind: 'stall', objectId: id },
      { ...base, code: newPaymentCode(randomBytes), kind: 'debt', objectId: id },
    ]),
  )
  await insertMany(
    tx,
    directory,
    stalls.map(({ id, code }) => ({ kind: 'stall_code', key: code, ...base, objectId: id })),
  )
  const withDeposit = contracts.filter(({ depositVnd }) => depositVnd !== 0n)
  await openDeposits(tx, plan.id, withDeposit, firstDay)
}

/** What each stall has said: most agreed once, and of those who do not, some did and took it back. */
function consentsOf(
  plan: MarketPlan,
  stalls: readonly DemoStall[],
  agreedAt: Date,
): (typeof consentChange.$inferInsert)[] {
  return stalls.flatMap(({ id, consents }, at) => {
    const said = (given: boolean, days: number) => ({
      marketId: plan.id,
      id: `cns_${id.slice(4)}${given ? 1 : 0}`,
      stallId: id,
      given,
      at: new Date(agreedAt.getTime() + days * 86_400_000),
      userId: `usr_${id.slice(4)}`,
      words: CONSENT_VERSION,
      device: 'Android',
    })
    if (consents) return [said(true, 0)]
    return at % 5 === 0 ? [said(true, 0), said(false, 20)] : []
  })
}

/** Hashing is dear on purpose; the demo's people share two secrets, so two hashes do. */
async function insertPeople(
  tx: Tx,
  plan: MarketPlan,
  users: readonly DemoUser[],
  { masterKey, at }: { masterKey: Buffer; at: Date },
): Promise<void> {
  const hashes = new Map<string, string>()
  for (const { secret } of users) if (!hashes.has(secret)) hashes.set(secret, await hashSecret(secret))
  await insertMany(
    tx,
    appUser,
    users.map((user) => ({
      marketId: plan.id,
      id: user.id,
      login: user.login,
      name: user.name,
      role: user.role,
      stallId: user.stallId ?? null,
      holderId: user.holderId ?? null,
      zoneId: user.zoneId ?? null,
      secretHash: hashes.get(user.secret) ?? '',
    })),
  )
  await insertMany(
    tx,
    totp,
    users.flatMap(({ id, totpSecret }) => {
      if (totpSecret === undefined) return []
      const ciphertext = sealTotp(masterKey, totpSecret, plan.id, id)
      return [{ marketId: plan.id, userId: id, ciphertext, begunAt: at, confirmedAt: at }]
    }),
  )
  await insertMany(
    tx,
    directory,
    users.map((user) => ({ kind: 'login', key: user.login, marketId: plan.id, objectId: user.id })),
  )
}

function decisionOf(plan: MarketPlan, createdAt: Date): typeof tariffDecision.$inferInsert {
  return {
    marketId: plan.id,
    id: `dec_${plan.code.toLowerCase()}1`,
    number: 'QĐ mẫu 01/2026',
    issuedOn: '2025-12-20',
    issuer: 'Cơ quan quản lý chợ (mẫu)',
    title: 'Giá dịch vụ tại chợ (dữ liệu mẫu)',
    createdAt,
  }
}

/** The prices of the sample decision: inside what markets of the second class have published, and nobody's own. */
function tariffsOf(plan: MarketPlan, createdAt: Date): (typeof tariff.$inferInsert)[] {
  const code = plan.code.toLowerCase()
  const price = (
    key: string,
    service: Service,
    name: string,
    unit: TariffUnit,
    vnd: readonly [price: bigint, ceiling: bigint],
    rest: Partial<typeof tariff.$inferInsert> = {},
  ): typeof tariff.$inferInsert => ({
    marketId: plan.id,
    id: `trf_${code}${key}`,
    decisionId: `dec_${code}1`,
    service,
    name,
    unit,
    positionGrade: null,
    zoneId: null,
    unitPriceVnd: vnd[0],
    ceilingVnd: vnd[1],
    vatIncluded: true,
    passThrough: false,
    whilePaused: false,
    createdAt,
    effectiveFrom: '2026-01-01',
    ...rest,
  })
  return [
    ...['mặt đường', 'lối chính', 'phía trong'].map((place, at) => {
      const vnd = [60_000n, 45_000n, 30_000n][at] ?? 0n
      const name = `Giá dịch vụ sử dụng diện tích bán hàng, vị trí ${at + 1} (${place})`
      return price(`${at + 1}`, 'space', name, 'm2_month', [vnd, vnd + 20_000n], { positionGrade: at + 1 })
    }),
    ...plan.zones.map((zone) =>
      price(
        `clean${zone.code.toLowerCase()}`,
        'cleaning',
        'Tiền vệ sinh',
        'stall_month',
        zone.hours === 'goods' ? [30_000n, 40_000n] : [60_000n, 80_000n],
        { zoneId: zoneIdOf(plan, zone.code) },
      ),
    ),
    price('guard', 'security', 'Tiền bảo vệ', 'stall_month', [20_000n, 25_000n], { whilePaused: true }),
    price('light', 'electricity', 'Tiền điện', 'kwh', [3_200n, 3_500n], { passThrough: true }),
    price('water', 'water', 'Tiền nước', 'm3', [12_000n, 13_500n], { passThrough: true }),
    price('tick1', 'day_ticket', 'Vé chợ ngày, gánh', 'ticket', [5_000n, 5_000n]),
    price('tick2', 'day_ticket', 'Vé chợ ngày, xe đạp hoặc mẹt', 'ticket', [10_000n, 10_000n]),
    price('tick3', 'day_ticket', 'Vé chợ ngày, xe đẩy hoặc ba gác', 'ticket', [20_000n, 20_000n]),
  ]
}

/** A parameter for the sample, and no advice: whether the reduced rate covers this service is for an accountant to say. */
function vatRatesOf(plan: MarketPlan): (typeof vatRate.$inferInsert)[] {
  const code = plan.code.toLowerCase()
  const base = { marketId: plan.id, service: null, checkedOn: '2026-11-23' }
  const unsure = 'Tham số mẫu, kế toán kiểm tra'
  return [
    {
      ...base,
      id: `vat_${code}1`,
      ratePercent: '8',
      effectiveFrom: '2026-01-01',
      effectiveTo: '2026-12-31',
      source: `${unsure}: mức giảm đến 31/12/2026 (NQ 204/2025/QH15, NĐ 174/2025/NĐ-CP), chưa chắc áp dụng cho dịch vụ này`,
    },
    {
      ...base,
      id: `vat_${code}2`,
      ratePercent: '10',
      effectiveFrom: '2027-01-01',
      effectiveTo: null,
      source: `${unsure}: mức chung khi hết giảm, chưa thấy văn bản gia hạn`,
    },
  ]
}
