import type { BillingRound, RoundStatus } from '@tienve/contracts'
import type { Words } from '@tienve/ui'
import { todayHere } from '../../services.ts'

export const STATUS_WORDS: Words<RoundStatus> = {
  preparing: { vi: 'Đang chuẩn bị', en: 'Being prepared' },
  proposed: { vi: 'Chờ duyệt', en: 'Proposed' },
  issuing: { vi: 'Đang phát hành', en: 'Being issued' },
  issued: { vi: 'Đã phát hành', en: 'Issued' },
  closed: { vi: 'Đã đóng kỳ', en: 'Closed' },
}

/** True for an issued round of which something is still owed after its due day. */
export function isOverdue({ status, dueOn, outstandingVnd }: BillingRound): boolean {
  return status === 'issued' && dueOn < todayHere() && outstandingVnd > 0
}

export const STEPS = ['readings', 'preview', 'propose', 'approve', 'collect', 'close'] as const
export type Step = (typeof STEPS)[number]
