import { createDb, inMarket, isMarketId, newId, type Tx } from '@tienve/db'
import { DATABASE_ROLES } from '@tienve/db/roles'
import { and, eq, isNull } from 'drizzle-orm'
import { endDevices } from '../services/payment/src/identity/repository.ts'
import { appUser } from '../services/payment/src/identity/tables.ts'
import { setLoginInDirectory } from '../services/payment/src/markets/directory.ts'
import { deleteTotp, noteStaff, updateUser } from '../services/payment/src/staff/repository.ts'
import { makeCode } from '../services/payment/src/staff/service.ts'

const USAGE = `Usage: npm run staff -- MARKET_ID LOGIN "FULL NAME"
Makes the administrator of a market who has no other, or lets an administrator in again who lost everything: a set-up code is
printed once. Set DATABASE_URL to the database's address as ${DATABASE_ROLES.api}, and PUBLIC_URL to where the apps are.`

/** For the operator: a market's first administrator, and the last way back in for one. */
async function main(): Promise<void> {
  const [marketId = '', login = '', name = ''] = process.argv.slice(2)
  const { DATABASE_URL: url = '', PUBLIC_URL: publicUrl = 'http://localhost:8080' } = process.env
  if (
    !isMarketId(marketId) ||
    !/^[a-z][a-z0-9.-]{2,39}$/.test(login) ||
    name.trim().length < 2 ||
    !URL.canParse(url)
  )
    throw new Error(USAGE)
  const db = createDb(url, { max: 1 })
  try {
    const made = await inMarket(db, marketId, async (tx) => {
      const userId = await administrator(tx, marketId, { login, name: name.trim() })
      return makeCode({ now: () => new Date(), config: { publicUrl } }, tx, marketId, userId)
    })
    console.log(
      `${made.staff.name} (${login})\nSet-up code: ${made.code}\n${made.link}\nWorks once, until ${made.until}.`,
    )
  } finally {
    await db.pool.end()
  }
}

/** The administrator of this login as somebody without password and second step, made where the market has none. */
async function administrator(
  tx: Tx,
  marketId: string,
  given: { login: string; name: string },
): Promise<string> {
  const admins = await tx
    .select({ id: appUser.id, login: appUser.login })
    .from(appUser)
    .where(and(eq(appUser.marketId, marketId), eq(appUser.role, 'admin'), isNull(appUser.removedAt)))
  const known = admins.find(({ login }) => login === given.login)
  const at = new Date()
  if (known !== undefined) {
    await updateUser(tx, marketId, known.id, { secretHash: null })
    await deleteTotp(tx, marketId, known.id)
    await endDevices(tx, marketId, { userId: known.id }, at)
    await noteStaff(tx, { marketId, userId: known.id, what: 'totp_off', at, reason: 'by the operator' })
    return known.id
  }
  if (admins.length > 0)
    throw new Error(
      `This market has an administrator (${admins.map(({ login }) => login).join(', ')}): they add people.`,
    )
  const id = newId('usr')
  await tx.insert(appUser).values({ marketId, id, ...given, role: 'admin' })
  await setLoginInDirectory(tx, marketId, id)
  await noteStaff(tx, { marketId, userId: id, what: 'added', at, reason: 'by the operator' })
  return id
}

await main().catch((error: Error) => {
  console.error(error.message)
  process.exitCode = 1
})
