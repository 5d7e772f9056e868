import {
  FACTS,
  PERSONAL_DATA,
  ROLES,
  SHOWN,
  type FactName,
  type MaskedKind,
  type PersonalKind,
} from '@tienve/contracts'

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')

const daysInWords = (days: number | null): string =>
  days === null ? 'no set time' : days === 0 ? 'until it runs out' : `${days} days`

const MASKED: Record<MaskedKind, string> = {
  phone: 'Phone of a stallholder',
  email: 'E-mail of a stallholder',
  account: 'Number of a stall’s account',
}
const SHOWN_WORDS = { full: 'whole', last4: 'last 4', last3: 'last 3', none: '–' } as const

/** docs/PRIVACY.md as the code has it. */
export function privacyPage(): string {
  const kinds = Object.keys(PERSONAL_DATA) as PersonalKind[]
  const facts = Object.keys(FACTS) as FactName[]
  const masked = Object.keys(SHOWN) as MaskedKind[]
  return `# Privacy

Made from the code: \`packages/contracts/src/personal-data.ts\`. A test holds the two together; after a change run
\`npm test -- services/payment/src/privacy/privacy.test.ts -u\` and read the difference.

## What is kept of a person, how long and why

${table(
  ['What', 'How long', 'When its person asks that it goes', 'Why it is kept', 'Law'],
  kinds.map((kind) => {
    const { en, days, onErasure, why, fact } = PERSONAL_DATA[kind]
    return [en, daysInWords(days), onErasure, why.en, fact === null ? 'none checked' : `[${fact}](#${fact})`]
  }),
)}

What has a number of days is taken away every night at 3:30 (\`privacy/jobs.ts\`); a message that waits for a person, and a memo of money that is not placed
yet, wait as long as that. **"None checked"** means that the time, or that it stays, is a setting of ours and nobody has looked for the law: how long the board
must keep its accounting documents is for its accountant to say. What stays in the ledger for good holds ids, amounts and digests, and no name.

## What the law asks, as far as it was checked

${facts
  .map((name) => {
    const { says, act, readIn, checkedOn } = FACTS[name]
    return `- <a id="${name}"></a>**${says.en}**: ${act}. Read of in ${readIn} on ${checkedOn}; the text of the act itself was not seen.`
  })
  .join('\n')}

## Who sees how much

${table(
  ['', ...ROLES],
  masked.map((kind) => [MASKED[kind], ...ROLES.map((role) => SHOWN_WORDS[SHOWN[kind][role]])]),
)}

A stall's own people see their own stall alone, so what is whole to a stallholder is hers. Phones and addresses of letters are hidden in one place, just
before an answer is written (\`maskAnswer\`), whatever route it is of; \`scripts/isolation/privacy.test.ts\` sends every role to every route and looks for the marked values. **The printed
code holds the account's whole number**, and hangs at the stall for everybody to pay to: it is not hidden from anybody. Sales are another
matter: see [what the board can work out](SECURITY.md#what-the-board-can-work-out).

## What a stallholder can do in her app

- **Say who sees her sales**, by two buttons of one size, after three lines that say what each means (\`CONSENT_WORDS\`, by version). What she said, when, on what kind of device and to which
  words is kept in a history that no role of the service can change; how the board sees her follows from it in the same transaction (\`consent_record\`). The board sees how it stands, and not the history.
  It ends when somebody else has the stall (\`consent_end\`), and is not given where days would be named that somebody else sold on, or while somebody else is to have the stall.
- **Read who looked** ([what counts as one look](decisions/0005-looks.md)).
- **Take all that is kept of her**, as JSON or on paper (\`/v1/my-data\`): her log-in and sessions, the register, contracts, charges, receipts, payments, cash sales, requests, refunds, shifts, the credit book with her shoppers' names, consents, looks,
  notices, visits, disputes. Of a stall that somebody else had before or since, the days that were hers. Of a shopper's memo only the end that her app shows: the sentence is the
  shopper's as much as hers, a file travels further than a screen, and her own bank has the whole. PIN hashes, session keys and the addresses by which her phone is woken are left out: whoever held the file could use them.
  The board's people and helpers get what is kept of themselves.
- **Ask that it goes.** The request is dated and due by the end of the second working day; Saturdays and Sundays do not count, and holidays are not known here, so the day shown may be early and is never late.
  Her shoppers' names go with it; each shopper's can be erased by her at any time, and the sums stay.
  The head or the administrator carries it out or refuses with a reason she reads; while a contract binds, a charge is owed, a refund is promised or a dispute is open, or nobody can tell which of the people of the stall's contracts asks, it can only be refused or wait.
  It is one transaction (\`person_erase\`), the answer says item by item what went and what stays, and the books verify as before: a message that is gone is told as *erased*.

## What is not covered

- Backups and files that people downloaded hold what they held. A bank's message that also tells of other people stays until its time is up.
- Statements that were imported as files are kept as messages are, and go with the erasure of whoever had the stall on any of their days. A membership of hers in another market is that market's to erase: only her way in goes here. The audit trail, devices and what helpers do have their own rules.
- The name in contracts and documents stays for as long as the documents do.
`
}
