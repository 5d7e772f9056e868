import type { Permission } from './roles.ts'

/**
 * What a program's key may be given: mostly reading, and nothing that one person proposes and another approves, that takes
 * or counts cash, agrees for a stall or logs anybody in. A key is no person. The database holds the same list.
 */
export const KEY_PERMISSIONS = [
  'stalls.list',
  'overview.read',
  'sales.read',
  'charges.read',
  'rounds.read',
  'register.read',
  'readings.read',
  'handovers.read',
  'arrears.read',
  'reports.read',
  'ledger.read',
  'ledger.export',
  'suspense.read',
  'refunds.read',
  'reconciliation.read',
  'receipts.invoice',
] as const satisfies readonly Permission[]
export type KeyPermission = (typeof KEY_PERMISSIONS)[number]

/** True for what a key may be given. */
export function isKeyPermission(permission: string): permission is KeyPermission {
  return KEY_PERMISSIONS.some((one) => one === permission)
}
