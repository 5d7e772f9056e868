/**
 * Who may do what, as data: the service enforces it and the apps explain it. Role names are part of the public
 * contract. Collector, accountant and cashier are kept apart, because whoever takes money must not also clear it.
 */
export const ROLES = [
  'head',
  'accountant',
  'cashier',
  'collector',
  'technician',
  'ward',
  'admin',
  'stallholder',
  'helper',
] as const
export type Role = (typeof ROLES)[number]

const BOARD = ['head', 'accountant', 'cashier', 'admin'] as const

export const PERMISSIONS = {
  'stall.read': [
    'stallholder',
    'helper',
    'head',
    'accountant',
    'cashier',
    'collector',
    'technician',
    'admin',
  ],
  'stall.sell': ['stallholder', 'helper'],
  'stall.sales': ['stallholder', 'helper', 'head', 'accountant', 'admin'],
  'stall.totals': ['stallholder', 'head', 'accountant', 'admin'],
  'sales.refund': ['stallholder'],
  'stall.consent': ['stallholder'],
  'stall.looks': ['stallholder', 'helper'],
  'overview.read': [...BOARD, 'ward'],
  'sales.read': ['head', 'accountant', 'ward', 'admin'],
  'charges.read': ['stallholder', ...BOARD, 'collector'],
  'rounds.read': [...BOARD, 'collector'],
  'charges.issue': ['accountant'],
  'charges.approve': ['head'],
  'charges.change': ['accountant'],
  'register.read': [...BOARD, 'collector', 'technician'],
  'register.write': ['accountant', 'admin'],
  'tariffs.write': ['accountant'],
  'readings.read': ['head', 'accountant', 'technician', 'admin'],
  'readings.write': ['technician', 'accountant'],
  'receipts.invoice': ['accountant'],
  'cash.collect': ['collector'],
  'cash.undo': ['collector', 'accountant'],
  'cash.count': ['cashier'],
  'books.issue': ['accountant', 'cashier'],
  'books.void': ['collector', 'accountant', 'cashier'],
  'handovers.read': [...BOARD, 'collector'],
  'arrears.read': [...BOARD, 'collector'],
  'reminders.send': ['accountant'],
  'disputes.open': ['stallholder'],
  'disputes.read': ['stallholder', ...BOARD],
  'notices.read': ['stallholder'],
  'disputes.answer': ['accountant', 'head'],
  'reports.read': [...BOARD, 'ward'],
  'ledger.read': BOARD,
  'ledger.close': ['head', 'accountant'],
  'ledger.export': ['head', 'accountant', 'admin'],
  'suspense.read': BOARD,
  'suspense.resolve': ['accountant'],
  'suspense.approve': ['head'],
  'refunds.read': BOARD,
  'refunds.promise': ['accountant'],
  'reconciliation.read': BOARD,
  'reconciliation.sign': ['accountant'],
  'reconciliation.approve': ['head'],
  'connections.read': ['stallholder', ...BOARD],
  'connections.write': ['stallholder', 'accountant', 'admin'],
  'feeds.read': BOARD,
  'statements.import': ['stallholder', 'accountant'],
} as const satisfies Record<string, readonly Role[]>
export type Permission = keyof typeof PERMISSIONS

/** True when `role` holds `permission`. */
export function roleCan(role: Role, permission: Permission): boolean {
  const holders: readonly Role[] = PERMISSIONS[permission]
  return holders.includes(role)
}
