import type { Walk, WalkStop } from '@tienve/contracts'

export const AS_OF = '2026-11-25T09:00:00+07:00'

/** For tests: a stop that owes 100,000 đ, and nothing else is known of it. */
export function stopOf(stallCode: string, more: Partial<WalkStop> = {}): WalkStop {
  return {
    stallId: `stl_${stallCode}`,
    stallCode,
    stallName: stallCode,
    zoneCode: stallCode.slice(0, 2),
    zoneName: stallCode.slice(0, 2),
    rowLabel: null,
    lot: null,
    outstandingVnd: 100_000,
    overdueVnd: 0,
    creditVnd: 0,
    disputed: false,
    payload: '',
    payee: { bankName: '', number: '', holder: '' },
    charges: [],
    printed: { digests: [], last: null },
    lastVisit: null,
    ...more,
  }
}

export function walkOf(stops: WalkStop[]): Walk {
  return { asOf: AS_OF, stops, tickets: [] }
}
