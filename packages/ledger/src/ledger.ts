/** The only writer of the ledger's tables: accounts, postings, what they add up to, and the proof that nobody touched them. */
export {
  boardAccounts,
  boardChart,
  collectorChart,
  depositChart,
  stallAccounts,
  stallChart,
  type AccountSpec,
  type OperatorKind,
} from './chart.ts'
export {
  closeDay,
  openAccounts,
  post,
  reverse,
  type PostItem,
  type PostResult,
  type Reversal,
  type Transfer,
} from './post.ts'
export {
  balances,
  listAccounts,
  listBlocks,
  listTransfers,
  trialBalance,
  type AccountBalance,
  type BlockRow,
  type TransferRow,
  type TrialBalance,
} from './read.ts'
export { verifyMarket, type Verification, type Wrong } from './verify.ts'
