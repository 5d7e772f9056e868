import {
  AUDIT_ACTIONS,
  ROLE_WORDS,
  ROLES,
  SERVICE_WORDS,
  type AuditEntry,
  type AuditValue,
} from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { fullDateOf, whenOf, type Language } from '@tienve/ui'
import { NOBODY_WORDS, VALUE_WORDS } from './words.ts'

const WORDS = {
  fromTo: { vi: ' từ {before} thành {after}', en: ' from {before} to {after}' },
  stall: { vi: ', sạp {code}', en: ', stall {code}' },
  zone: { vi: ', khu {code}', en: ', zone {code}' },
  yes: { vi: 'có', en: 'yes' },
  no: { vi: 'không', en: 'no' },
  none: { vi: 'chưa có', en: 'none' },
  hidden: { vi: '(đã che với vai trò của bạn)', en: '(hidden from your role)' },
  erased: { vi: '(đã xoá theo yêu cầu)', en: '(erased)' },
  secret: { vi: '(bí mật, không ghi lại)', en: '(secret, not kept)' },
  file: { vi: '(tệp, chỉ giữ dấu vân tay)', en: '(a file, known by its digest)' },
} as const

/** The fields of which one is told in the sentence, the first that is there. */
const TOLD = [
  'unitPriceVnd',
  'ratePercent',
  'amountVnd',
  'totalVnd',
  'salesConsent',
  'endsOn',
  'effectiveTo',
  'status',
  'name',
]
const DAY = /^\d{4}-\d{2}-\d{2}$/
const MOMENT = /^\d{4}-\d{2}-\d{2}T/

/** `Kế toán Lê Thị Hà đặt giá Thuê chỗ, khu A từ 35.000 đ thành 40.000 đ, sạp SD-AU01`. */
export function sentenceOf(entry: AuditEntry, language: Language): string {
  const verb = AUDIT_ACTIONS[entry.action]?.[language] ?? entry.action
  const name = shown(entry, 'name')
  const zone = shown(entry, 'zoneCode')
  const file = entry.objectKind === 'files' ? entry.objectId : ''
  const what = entry.objectName ?? (name === null ? file : String(name))
  const told = TOLD.map((field) => entry.changes.find((one) => one.field === field)).find(
    (one) => one !== undefined && (one.field !== 'name' || one.before !== null),
  )
  const before = told?.before ?? null
  const after = told?.after ?? null
  const isChange = told !== undefined && before !== null && after !== null && before.value !== after.value
  return [
    `${whoOf(entry, language)} ${verb}`,
    what === '' || what === entry.actorName || (isChange && told.field === 'name') ? '' : ` ${nameOf(what)}`,
    zone === null ? '' : WORDS.zone[language].replace('{code}', String(zone)),
    isChange
      ? WORDS.fromTo[language]
          .replace('{before}', valueOf(told.field, before, language))
          .replace('{after}', valueOf(told.field, after, language))
      : told !== undefined && told.field.endsWith('Vnd') && after?.as === 'shown'
        ? `, ${valueOf(told.field, after, language)}`
        : '',
    entry.stallCode === null ? '' : WORDS.stall[language].replace('{code}', entry.stallCode),
  ].join('')
}

const PROGRAM = { vi: 'Phần mềm', en: 'The program' }

/** A person by role and name, as a sentence begins. */
export function whoOf({ actorRole, actorName, actorId }: AuditEntry, language: Language): string {
  const role = ROLES.find((one) => one === actorRole)
  if (actorRole === 'key') return `${PROGRAM[language]} ${actorName ?? ''}`.trim()
  if (role === undefined)
    return actorRole in NOBODY_WORDS
      ? NOBODY_WORDS[actorRole as keyof typeof NOBODY_WORDS][language]
      : actorRole
  const word = ROLE_WORDS[role][language]
  return `${word.charAt(0).toUpperCase()}${word.slice(1)} ${nameOf(actorName ?? actorId ?? '')}`.trim()
}

/** `Vũ Thị Bích · Kế toán` without what the role says already. */
function nameOf(name: string): string {
  return name.split(' · ')[0] ?? name
}

/** A value as people read it. */
export function valueOf(field: string, value: AuditValue | null, language: Language): string {
  if (value === null) return ''
  if (value.as !== 'shown') return WORDS[value.as][language]
  const { value: of } = value
  if (of === null) return WORDS.none[language]
  if (typeof of === 'boolean') return of ? WORDS.yes[language] : WORDS.no[language]
  if (typeof of === 'number') return field.endsWith('Vnd') ? formatVnd(BigInt(of)) : String(of)
  if (MOMENT.test(of)) return whenOf(of)
  if (DAY.test(of)) return fullDateOf(of)
  const service = Object.entries(SERVICE_WORDS).find(([name]) => name === of && field === 'service')
  return service?.[1][language] ?? VALUE_WORDS[of]?.[language] ?? of
}

function shown(entry: AuditEntry, field: string): AuditValue['value'] {
  const found = entry.changes.find((one) => one.field === field)?.after
  return found?.as === 'shown' ? found.value : null
}
