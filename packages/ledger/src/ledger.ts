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
  findSeqs,
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
  listBlocks,
  trialBalance,
  type AccountBalance,
  type TrialBalance,
} from './read.ts'
export { verifyMarket } from './rows.ts'
export {
  addSeal,
  findClose,
  findSealsOf,
  isSealed,
  keyIdOf,
  listCloses,
  listSeals,
  makeSeal,
  NONE_CLOSED,
  sealFromText,
  sealKeyOf,
  sealToText,
  type Close,
  type Seal,
  type SealPlace,
  type SealKey,
} from './seal.ts'
export { verifyRows, type Verification, type Wrong } from './verify.ts'
