/**
 * Every refusal the service can give, in one table: its HTTP status, whether the same request may succeed later
 * without change, and its title in English. The apps hold the Vietnamese words for each code, and a code without
 * words does not compile.
 */
export const ERRORS = {
  request_invalid: { status: 400, retry: false, title: 'A field of the request is not valid' },
  amount_invalid: {
    status: 422,
    retry: false,
    title: 'The amount must be a whole number of đồng from 1 to 499,999,999',
  },
  sold_in_future: { status: 422, retry: false, title: 'A sale cannot be noted before it was made' },
  sold_too_long_ago: {
    status: 422,
    retry: false,
    title: 'A sale in cash is noted within seven days of it',
  },
  sold_before_yours: { status: 422, retry: false, title: 'On that day the stall was not yours' },
  body_too_large: { status: 413, retry: false, title: 'The request is too large' },
  not_found: { status: 404, retry: false, title: 'There is nothing at this address' },
  login_failed: { status: 401, retry: false, title: 'The login or the secret is wrong' },
  login_locked: { status: 429, retry: true, title: 'Too many wrong tries: wait before trying again' },
  device_unknown: {
    status: 401,
    retry: false,
    title: 'This phone is not known: ask the board for a printed code',
  },
  enrolment_refused: {
    status: 422,
    retry: false,
    title: 'This code is not one of ours, is used, or has run out',
  },
  pin_weak: { status: 422, retry: false, title: 'This PIN is too easy to guess' },
  totp_required: { status: 401, retry: false, title: 'The second step is missing: the code of the app' },
  totp_failed: { status: 401, retry: false, title: 'The code is wrong, too old or used already' },
  totp_code_wrong: { status: 422, retry: false, title: 'The code is not the one that the app shows now' },
  totp_already_on: { status: 409, retry: false, title: 'The second step is already on' },
  totp_not_begun: { status: 409, retry: false, title: 'No set-up of the second step is under way' },
  totp_setup_required: {
    status: 403,
    retry: false,
    title: 'Set up the second step first: nothing else works before it',
  },
  password_wrong: { status: 422, retry: false, title: 'The present password is wrong' },
  password_weak: {
    status: 422,
    retry: false,
    title: 'The password is too short, too common, or has the login in it',
  },
  setup_code_wrong: { status: 422, retry: false, title: 'The set-up code is wrong, used or too old' },
  login_taken: { status: 409, retry: false, title: 'Somebody has this login already' },
  staff_own: { status: 409, retry: false, title: 'Nobody does this to themselves' },
  staff_ended: { status: 409, retry: false, title: 'This person no longer works here' },
  staff_last_admin: { status: 409, retry: false, title: 'The last administrator stays one' },
  delegation_not_possible: {
    status: 422,
    retry: false,
    title: 'This cannot be handed on to this person for these days',
  },
  duty_conflict: {
    status: 409,
    retry: false,
    title: 'Whoever took or counted the cash of a day does not sign for it, nor the other way round',
  },
  session_required: { status: 401, retry: false, title: 'Log in first' },
  api_key_invalid: {
    status: 401,
    retry: false,
    title: 'There is no such key, or it has run out or was revoked',
  },
  api_key_forbidden: { status: 403, retry: false, title: 'This key was not given what this asks for' },
  key_days_invalid: { status: 422, retry: false, title: 'A key ends in the future, and within a year' },
  already_works_here: {
    status: 409,
    retry: false,
    title: 'This login works in this market already, or is asked to',
  },
  csrf_failed: { status: 403, retry: false, title: 'The request did not come from our own page' },
  role_forbidden: { status: 403, retry: false, title: 'This role may not do this' },
  rate_limited: { status: 429, retry: true, title: 'Too many requests: slow down' },
  idempotency_key_reused: {
    status: 422,
    retry: false,
    title: 'This Idempotency-Key was used with another body',
  },
  idempotency_in_flight: {
    status: 409,
    retry: true,
    title: 'The first request with this Idempotency-Key is still under way',
  },
  connection_unknown: { status: 404, retry: false, title: 'No such bank connection' },
  signature_invalid: { status: 401, retry: false, title: 'The signature is wrong or too old' },
  intake_unavailable: { status: 503, retry: true, title: 'The message could not be stored: send it again' },
  database_unavailable: {
    status: 503,
    retry: true,
    title: 'The database does not answer: try again shortly',
  },
  stall_without_account: { status: 409, retry: false, title: 'The stall has no receiving account' },
  request_already_final: { status: 409, retry: false, title: 'This payment request is already closed' },
  search_unclear: {
    status: 422,
    retry: false,
    title: 'Search for an amount, or for at least two letters of a memo or note',
  },
  tax_code_invalid: { status: 422, retry: false, title: 'A tax code has 10, 12 or 13 digits' },
  day_invalid: { status: 422, retry: false, title: 'The day is not a date, or lies in the future' },
  day_already_closed: { status: 409, retry: false, title: 'This day is already closed' },
  day_changed: {
    status: 409,
    retry: false,
    title: 'The figures of this day have changed since they were shown',
  },
  day_already_signed: {
    status: 409,
    retry: false,
    title: 'This day is signed off, or waits for its second signature',
  },
  sign_off_unexplained: {
    status: 422,
    retry: false,
    title: 'Each movement that makes a difference needs a reason in words',
  },
  report_too_long: {
    status: 422,
    retry: false,
    title: 'This report has too many rows for paper: take the spreadsheet',
  },
  request_open: { status: 409, retry: false, title: 'Such a request is already open' },
  request_answered: { status: 409, retry: false, title: 'This request is already answered' },
  erasure_blocked: {
    status: 409,
    retry: false,
    title: 'The market and this person still have something to settle',
  },
  consent_not_yours: {
    status: 409,
    retry: false,
    title: 'Days of somebody else would be shown under the stall’s name',
  },
  ledger_refused: { status: 409, retry: false, title: 'The books do not allow this' },
  round_already_issued: { status: 409, retry: false, title: 'This billing round is already issued' },
  round_not_ready: {
    status: 409,
    retry: false,
    title: 'Readings or prices are missing: this month cannot be billed yet',
  },
  round_not_proposed: { status: 409, retry: false, title: 'This billing round is not proposed' },
  round_not_due: {
    status: 409,
    retry: false,
    title: 'Only an issued billing round whose due day has passed can be closed',
  },
  round_closing_waits: {
    status: 409,
    retry: false,
    title: 'That this round be closed waits for a second person already',
  },
  round_closing_not_proposed: {
    status: 409,
    retry: false,
    title: 'Nobody has proposed to close this round',
  },
  round_changed: {
    status: 409,
    retry: false,
    title: 'What this round would bill has changed since it was shown',
  },
  approval_own_proposal: { status: 409, retry: false, title: 'Whoever proposed this cannot approve it' },
  approval_already_decided: { status: 409, retry: false, title: 'This proposal is already decided' },
  suspense_already_resolved: { status: 409, retry: false, title: 'This money is already resolved' },
  suspense_parts_wrong: {
    status: 422,
    retry: false,
    title: 'The parts do not come to the sum, or more than one of them goes back',
  },
  suspense_not_resolved: {
    status: 409,
    retry: false,
    title: 'This money is not resolved: nothing can be undone',
  },
  suspense_already_proposed: {
    status: 409,
    retry: false,
    title: 'A resolution of this money waits for a second person already',
  },
  suspense_not_proposed: {
    status: 409,
    retry: false,
    title: 'No resolution of this money waits for a second person',
  },
  suggestion_changed: {
    status: 409,
    retry: false,
    title: 'What this money is for is no longer certain, or is another charge by now',
  },
  resolution_used: {
    status: 409,
    retry: false,
    title: 'What this money became has moved on since: it can no longer be undone',
  },
  resolution_closed: {
    status: 409,
    retry: false,
    title: 'The billing round that this money paid is closed: it can no longer be undone',
  },
  refund_not_possible: { status: 409, retry: false, title: 'There is not that much left to give back' },
  refund_in_credit_book: {
    status: 409,
    retry: false,
    title: 'This money came for what somebody owed: the credit book says what of it goes back',
  },
  refund_already_final: { status: 409, retry: false, title: 'This refund is already paid, or not promised' },
  refund_transfer_wrong: {
    status: 422,
    retry: false,
    title: 'This is no outgoing transfer of that account and sum that is still free',
  },
  resolution_invalid: { status: 422, retry: false, title: 'The money cannot be resolved this way' },
  statement_refused: { status: 422, retry: false, title: 'The statement cannot be read or does not add up' },
  statement_unchecked: {
    status: 422,
    retry: false,
    title: 'The statement has no balance to check its rows by',
  },
  statement_of_other_account: {
    status: 422,
    retry: false,
    title: 'The statement is of another account',
  },
  price_above_ceiling: { status: 422, retry: false, title: 'The price is above the ceiling of its decision' },
  price_already_billed: {
    status: 409,
    retry: false,
    title: 'A month from that day on is already billed at the price in force',
  },
  reading_backwards: {
    status: 422,
    retry: false,
    title: 'The reading is below the last one: a changed meter is entered as a replacement',
  },
  reading_followed: { status: 409, retry: false, title: 'A later month of this meter is already read' },
  round_already_proposed: {
    status: 409,
    retry: false,
    title: 'The billing round of this month is already proposed',
  },
  stall_code_taken: { status: 409, retry: false, title: 'Another stall has this code' },
  stall_lot_taken: { status: 409, retry: false, title: 'Another stall stands on this lot' },
  stall_under_contract: { status: 409, retry: false, title: 'The stall has a contract: end it first' },
  zone_code_taken: { status: 409, retry: false, title: 'Another zone has this code' },
  zone_already_changed: {
    status: 409,
    retry: false,
    title: 'The stall has changed its zone today already: again from tomorrow on',
  },
  contract_number_taken: { status: 409, retry: false, title: 'Another contract has this number' },
  contract_overlaps: { status: 409, retry: false, title: 'Another contract of this stall covers these days' },
  contract_already_ended: { status: 409, retry: false, title: 'This contract is already ended' },
  contract_days_invalid: { status: 422, retry: false, title: 'These days do not fit the contract' },
  pause_overlaps: { status: 409, retry: false, title: 'Another pause of this contract covers these days' },
  pause_not_open: { status: 409, retry: false, title: 'The stall is not paused on this day' },
  sheet_unreadable: { status: 422, retry: false, title: 'This is not a spreadsheet that can be read (XLSX)' },
  sheet_headings_wrong: {
    status: 422,
    retry: false,
    title: 'The headings of the sheet are not those of the template',
  },
  sheet_too_long: { status: 422, retry: false, title: 'The sheet has no rows, or too many' },
  import_has_errors: { status: 422, retry: false, title: 'Some rows are wrong: nothing was imported' },
  import_changed: {
    status: 409,
    retry: false,
    title: 'The file, or the register, is another than what was previewed',
  },
  change_not_possible: { status: 409, retry: false, title: 'The charge does not come to that much' },
  change_already_proposed: {
    status: 409,
    retry: false,
    title: 'A change of this charge waits for approval already',
  },
  change_outdated: {
    status: 409,
    retry: false,
    title: 'The sums of this charge have changed since they were shown',
  },
  page_already_used: {
    status: 409,
    retry: false,
    title: 'This page of the book is used: the fields say for what',
  },
  book_not_yours: {
    status: 409,
    retry: false,
    title: 'This book was given to another collector, or to another device',
  },
  book_closed: { status: 409, retry: false, title: 'This book was closed before the page was used' },
  ticket_book_from_office: {
    status: 403,
    retry: false,
    title: 'Books of day tickets are given out by the office',
  },
  collection_time_invalid: {
    status: 422,
    retry: false,
    title: 'The time lies in the future, or more than 7 days back',
  },
  collection_handed_over: {
    status: 409,
    retry: false,
    title: 'This cash is handed over: it can no longer be taken back',
  },
  collection_used: {
    status: 409,
    retry: false,
    title: 'What this cash paid has changed since: it can no longer be taken back',
  },
  handover_changed: { status: 409, retry: false, title: 'The cash in hand is another sum than was shown' },
  handover_empty: { status: 409, retry: false, title: 'There is no cash to hand over' },
  handover_open: { status: 409, retry: false, title: 'An earlier hand-over still waits for the cashier' },
  handover_own: { status: 409, retry: false, title: 'Whoever collected cash cannot confirm its hand-over' },
  handover_already_confirmed: { status: 409, retry: false, title: 'This hand-over is already confirmed' },
  shift_open: { status: 409, retry: false, title: 'This person has a shift open already' },
  shift_not_open: { status: 409, retry: false, title: 'This shift has ended already' },
  shift_not_ended: { status: 409, retry: false, title: 'This shift has not ended yet' },
  shift_changed: { status: 409, retry: false, title: 'The cash of the shift is another sum than was shown' },
  shift_already_confirmed: { status: 409, retry: false, title: 'This shift is already confirmed' },
  credit_too_much: {
    status: 409,
    retry: false,
    title: 'This is more than the shopper owes, or than is to go back',
  },
  credit_entry_final: {
    status: 409,
    retry: false,
    title: 'This line was taken back already, or is the word of a bank',
  },
  dispute_already_open: { status: 409, retry: false, title: 'This charge is disputed already' },
  code_alert_settled: { status: 409, retry: false, title: 'This alert is already settled' },
  dispute_already_answered: { status: 409, retry: false, title: 'This dispute is already closed' },
  connection_revoked: { status: 409, retry: false, title: 'This connection is ended' },
  account_heard_elsewhere: {
    status: 409,
    retry: false,
    title: "Another's feed has authority over this account",
  },
  secret_last: { status: 409, retry: false, title: 'This is the only secret: make a new one first' },
  pull_not_possible: { status: 422, retry: false, title: 'This provider cannot be asked for its list' },
  letter_not_dead: { status: 409, retry: false, title: 'This message does not wait for a person' },
  push_not_possible: { status: 422, retry: false, title: 'This browser cannot be woken from here' },
  internal: { status: 500, retry: false, title: 'Something went wrong on our side' },
} as const satisfies Record<string, { status: number; retry: boolean; title: string }>

export type ErrorCode = keyof typeof ERRORS

/**
 * The one error class: a refusal with a code of `ERRORS`, words for the caller, and the field at fault if there is one.
 * Anything else that is thrown is a bug and reaches the caller as `internal`.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly fields: Record<string, string> | undefined
  readonly retryAfterSeconds: number | undefined
  /** Further members of the same answer: what a machine that knows no problem documents looks for, or who may do what was refused. */
  readonly beside: Readonly<Record<string, unknown>> | undefined

  constructor(
    code: ErrorCode,
    detail?: string,
    options: {
      cause?: unknown
      fields?: Record<string, string>
      retryAfterSeconds?: number
      beside?: Readonly<Record<string, unknown>>
    } = {},
  ) {
    super(detail ?? ERRORS[code].title, { cause: options.cause })
    this.name = 'AppError'
    this.code = code
    this.fields = options.fields
    this.retryAfterSeconds = options.retryAfterSeconds
    this.beside = options.beside
  }
}
