import { createRequire } from 'node:module'
import { compareBanks, type TheirBank } from './banks/compare.ts'

/** VietQR.io's own client has no types. On a failure it answers with the error instead of throwing it. */
type Client = { apiUrl: string; getBanks(): Promise<{ data?: unknown }> }
const { VietQR } = createRequire(import.meta.url)('vietqr') as {
  VietQR: new (keys: { clientID: string; apiKey: string }) => Client
}

/**
 * Compares our bank directory with VietQR.io's and prints one line for each difference. `BANKS_URL` names another
 * server. Exits with 0 where the two agree, 1 where they differ and 2 where no list came.
 */
async function checkBanks(): Promise<number> {
  // The client wants keys and never sends them.
  const client = new VietQR({ clientID: 'none', apiKey: 'none' })
  client.apiUrl = process.env.BANKS_URL ?? client.apiUrl
  const { data } = await client.getBanks()
  if (!isBankList(data)) {
    console.error(`${client.apiUrl} did not answer with a list of banks.`)
    return 2
  }
  const differences = compareBanks(data)
  for (const line of differences) console.log(line)
  console.log(differences.length === 0 ? 'The two directories agree.' : `${differences.length} differences.`)
  return differences.length === 0 ? 0 : 1
}

/** An empty list is no answer: it would only say that they lack every bank. */
function isBankList(data: unknown): data is TheirBank[] {
  return Array.isArray(data) && data.length > 0 && data.every((bank) => typeof bank?.bin === 'string')
}

process.exitCode = await checkBanks()
