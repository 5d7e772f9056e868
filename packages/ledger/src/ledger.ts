/** The only writer of the ledger's tables: accounts, postings, what they add up to, and the proof that nobody touched them. */
export {
  boardAccounts,
  bookOf,
  boardChart,
  collectorChart,
  depositChart,
  stallAccounts,
  stallChart,
  type AccountSpec,
  type OperatorKind,
} from './chart.ts'
export { exportLines, fileRows, LedgerFileError } from './file.ts'
export {
  findTxn,
  listStatement,
  listTransfers,
  type JournalFilter,
  type Page,
  type StatementRow,
  type TransferRow,
} from './journal.ts'
export {
  closeDay,
  LedgerRefusal,
  openAccounts,
  post,
  postAll,
  reverse,
  type DaySeen,
  type PostItem,
  type PostResult,
  type Reversal,
  type Transfer,
} from './post.ts'
export {
  balanceOf,
  balances,
  balancesAt,
  listAccounts,
  listBlocks,
  trialBalance,
  type AccountBalance,
  type BlockRow,
  type TrialBalance,
} from './read.ts'
export { databaseRows, verifyMarket } from './rows.ts'
export {
  addSeal,
  isSealed,
  keyIdOf,
  listSeals,
  makeSeal,
  NONE_CLOSED,
  readCloses,
  sealFromText,
  sealKeyOf,
  sealToText,
  type Close,
  type Seal,
  type SealKey,
} from './seal.ts'
export { verifyRows, type Verification, type Wrong } from './verify.ts'
