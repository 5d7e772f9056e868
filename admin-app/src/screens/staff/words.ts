import { ROLE_WORDS, STAFF_ROLES, type DelegablePermission, type Staff } from '@tienve/contracts'
import type { Language, Words } from '@tienve/ui'

export const NOTE_WORDS: Words<Staff['notes'][number]['what']> = {
  added: { vi: 'Thêm vào danh sách', en: 'Added' },
  role_changed: { vi: 'Đổi vai trò', en: 'Role changed' },
  ended: { vi: 'Cho nghỉ', en: 'Ended' },
  code_made: { vi: 'Cấp mã cài đặt mới', en: 'New set-up code' },
  set_up: { vi: 'Tự đặt mật khẩu', en: 'Chose a password' },
  totp_on: { vi: 'Bật mã xác thực', en: 'Second step turned on' },
  totp_off: { vi: 'Gỡ mã xác thực', en: 'Second step taken off' },
}

/** What may be handed on, as the head would say it. */
export const DUTY_WORDS: Words<DelegablePermission> = {
  'charges.approve': { vi: 'Duyệt kỳ thu, miễn giảm, xóa nợ', en: 'Approve rounds, reliefs and write-offs' },
  'suspense.approve': { vi: 'Duyệt tiền treo lớn', en: 'Approve large sums in suspense' },
  'reconciliation.approve': { vi: 'Ký duyệt đối soát ngày', en: 'Sign a day’s reconciliation second' },
  'ledger.close': { vi: 'Chốt ngày', en: 'Close a day' },
  'disputes.answer': { vi: 'Trả lời tiểu thương báo sai', en: 'Answer what stallholders say is wrong' },
}

/** The role's name with a capital, as a heading or a choice has it. */
export function roleName(role: Staff['role'], language: Language): string {
  const name = ROLE_WORDS[role][language].replace(/^the /, '')
  return name.slice(0, 1).toUpperCase() + name.slice(1)
}

export const roleOf = (text: string): (typeof STAFF_ROLES)[number] =>
  STAFF_ROLES.find((one) => one === text) ?? STAFF_ROLES[0]
