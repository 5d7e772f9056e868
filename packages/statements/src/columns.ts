import { cellText, plainWords, type TableLine } from './cells.ts'
import { ANY_HEADERS, profiles, type ColumnProfile, type ColumnRole } from './profiles.ts'

/** Which column has which role, by its index. */
export type Roles = ReadonlyMap<ColumnRole, number>

/** A header that was found: of one row, or of two. */
export type Header = {
  readonly index: number
  readonly height: 1 | 2
  readonly titles: readonly string[]
  readonly roles: Roles
}

/** Some banks put names, addresses and totals above the table; MB's header stands about row 19. */
export const HEADER_WITHIN = 40

const ROW_NUMBER = 'stt'

type Names = ReadonlyMap<ColumnRole, readonly string[]>

/** Finds the row in which the table begins: the first one of which the columns that we need can be told. */
export function findHeader(lines: readonly TableLine[], profile: ColumnProfile | null): Header | null {
  const names = namesOf(profile)
  for (const [index, line] of lines.entries()) {
    if (line.line > HEADER_WITHIN) return null
    const header = headerAt(lines, index, names)
    if (isComplete(header.roles)) return header
  }
  return null
}

/** The row that looks most like a header, whether or not all that we need is in it; for a person to map by hand. */
export function guessHeader(lines: readonly TableLine[], profile: ColumnProfile | null): Header | null {
  const found = findHeader(lines, profile)
  if (found !== null) return found
  const names = namesOf(profile)
  const guesses = lines
    .filter(({ line }) => line <= HEADER_WITHIN)
    .map((_, index) => headerAt(lines, index, names))
    .toSorted((a, b) => b.roles.size - a.roles.size)
  const [best] = guesses
  return best === undefined || best.roles.size < 2 ? null : best
}

/** The ready-made profile whose words the header is in, when there is one that fits better than all others. */
export function profileOf(header: Header): string | null {
  const scores = Object.values(profiles)
    .map((profile) => {
      const own = new Set(
        [
          ...Object.values(profile.headers).flat(),
          ...('otherHeaders' in profile ? profile.otherHeaders : []),
        ].map(headerName),
      )
      const fitting = header.titles.filter(
        (title) => title !== '' && partsOf(title).every((part) => own.has(part)),
      )
      return { name: profile.name, score: fitting.length }
    })
    .toSorted((a, b) => b.score - a.score)
  const [best, second] = scores
  const titles = header.titles.filter((title) => title !== '').length
  if (best === undefined || best.score === second?.score || best.score * 2 < titles) return null
  return best.name
}

/** Tells a row that says what the header says: tables of several pages repeat it. */
export function headerRepeats({ titles }: Header): (filled: readonly string[]) => boolean {
  const own = new Set(titles.flatMap((title) => title.split('\n')).map(plainWords))
  return (filled) =>
    filled.length >= 2 && filled.every((text) => text.split('\n').every((part) => own.has(plainWords(part))))
}

function headerAt(lines: readonly TableLine[], index: number, names: Names): Header {
  const line = lines[index]
  const next = lines[index + 1]
  const single = titlesOf(line, undefined)
  const alone = { index, height: 1, titles: single, roles: assignRoles(single, names) } as const
  if (!isSecondRow(next, names)) return alone
  const double = titlesOf(line, next)
  const both = { index, height: 2, titles: double, roles: assignRoles(double, names) } as const
  // A title above a whole header is no part of it.
  return !isComplete(alone.roles) && isComplete(assignRoles(titlesOf(next, undefined), names)) ? alone : both
}

/** A second row of a header is in words alone, one of which we know: the English, or the sides below a merged `Số tiền`. */
function isSecondRow(line: TableLine | undefined, names: Names): boolean {
  const texts = line?.cells.map(cellText).filter((text) => text !== '') ?? []
  return (
    texts.every((text) => !/\d/.test(text)) &&
    texts.some((text) => [...names.values()].some((known) => bestRank(text, known) !== null))
  )
}

function titlesOf(line: TableLine | undefined, next: TableLine | undefined): string[] {
  const width = Math.max(line?.cells.length ?? 0, next?.cells.length ?? 0)
  return Array.from({ length: width }, (_, at) =>
    [line, next]
      .map((part) => cellText(part?.cells[at] ?? null))
      .filter((text) => text !== '')
      .join('\n'),
  )
}

function isComplete(roles: Roles): boolean {
  const hasMoney = (roles.has('debit') && roles.has('credit')) || roles.has('amount')
  return roles.has('occurredAt') && roles.has('content') && hasMoney
}

function assignRoles(titles: readonly string[], names: Names): Map<ColumnRole, number> {
  const roles = new Map<ColumnRole, number>()
  const find = (role: ColumnRole, taken: readonly (number | undefined)[]): number | undefined => {
    const ranked = titles
      .map((title, at) => ({ at, rank: bestRank(title, names.get(role) ?? []) }))
      .filter((one): one is { at: number; rank: number } => one.rank !== null && !taken.includes(one.at))
    return ranked.toSorted((a, b) => a.rank - b.rank || a.at - b.at)[0]?.at
  }
  const give = (role: ColumnRole, at: number | undefined) => {
    if (at !== undefined) roles.set(role, at)
  }
  give('occurredAt', find('occurredAt', []))
  const debit = find('debit', [])
  const credit = find('credit', [debit])
  if (debit !== undefined && credit !== undefined) {
    give('debit', debit)
    give('credit', credit)
  } else {
    give('amount', find('amount', []))
    give('sign', find('sign', [roles.get('amount')]))
  }
  for (const role of ['balance', 'content', 'time', 'currency', 'reference'] as const)
    give(role, find(role, [...roles.values()]))
  // Vietcombank's "Ngày giao dịch / Số CT" is one column for both.
  if (
    !roles.has('reference') &&
    bestRank(titles[roles.get('occurredAt') ?? -1] ?? '', names.get('reference') ?? []) !== null
  )
    give('reference', roles.get('occurredAt'))
  return roles
}

/** How early among `known` one of the names of a title comes; null when none of them does. */
function bestRank(title: string, known: readonly string[]): number | null {
  if (title === '') return null
  const names = new Set([headerName(title), ...partsOf(title)])
  const rank = known.findIndex((name) => names.has(name))
  return rank < 0 ? null : rank
}

function partsOf(title: string): string[] {
  if (headerName(title) === '+/-') return ['+/-']
  const parts = title
    .split(/[/\n()[\]|]/)
    .map(headerName)
    .filter((part) => part !== '' && part !== 'vnd')
  // "STT/No" numbers the rows: without its accent `Nợ` would be the same word.
  return parts.includes(ROW_NUMBER) ? [ROW_NUMBER] : parts
}

/** A header's words without its unit. The one header that is all marks stays as it is. */
function headerName(text: string): string {
  if (/^\s*\+\s*\/\s*[-–]\s*$/.test(text)) return '+/-'
  if (/^\s*no\.\s*$/i.test(text)) return ROW_NUMBER
  return plainWords(text).replace(/ (?:vnd|dong)$/, '')
}

function namesOf(profile: ColumnProfile | null): Names {
  const headers: ColumnProfile['headers'] = profile?.headers ?? ANY_HEADERS
  const roles = Object.keys(ANY_HEADERS).filter((role): role is ColumnRole => role in ANY_HEADERS)
  return new Map(roles.map((role) => [role, (headers[role] ?? []).map(headerName)]))
}
