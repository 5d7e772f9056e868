import { createRequire } from 'node:module'
import { compareBanks, type TheirBank } from './banks/compare.ts'

/** Compares our bank directory with VietQR.io's. `BANKS_URL` names another server; exits with 1 where they differ. */
type Client = { apiUrl: string; getBanks(): Promise<{ data?: { data?: TheirBank[] } }> }
const { VietQR } = createRequire(import.meta.url)('vietqr') as {
  VietQR: new (keys: { clientID: string; apiKey: string }) => Client
}

// The client wants keys and never sends them.
const client = new VietQR({ clientID: 'none', apiKey: 'none' })
client.apiUrl = process.env.BANKS_URL ?? client.apiUrl
const theirs = (await client.getBanks()).data?.data
if (theirs === undefined) {
  console.error(`${client.apiUrl} did not answer with a list of banks.`)
  process.exit(2)
}
const differences = compareBanks(theirs)
for (const line of differences) console.log(line)
console.log(differences.length === 0 ? 'The two directories agree.' : `${differences.length} differences.`)
process.exit(differences.length === 0 ? 0 : 1)
