import { useQueryClient } from '@tanstack/react-query'
import type { Me } from '@tienve/contracts'
import { Button, Card, ME, useWords } from '@tienve/ui'
import type { PageProps } from '../../pages.tsx'
import { lend } from './lent.ts'

const WORDS = {
  title: { vi: 'Giao máy cho người phụ bán', en: 'Hand this phone to a helper' },
  shows: {
    vi: 'Máy chỉ còn: giao hàng được chưa, thu tiền, mã của sạp. Không thấy tổng tiền, nợ chợ, thuế, sổ nợ khách.',
    en: 'What is left: may the goods go, take money, the code. No totals, no debts, no taxes, no credit book.',
  },
  back: {
    vi: 'Lấy lại máy: bấm Chủ sạp, gõ mã PIN của mình. Cần có mạng.',
    en: 'To take it back: tap Owner and type your PIN. It needs the network.',
  },
  honest: {
    vi: 'Đây là khóa màn hình. Người phụ làm lâu dài thì nên mời vào máy của họ ở mục Người phụ bán.',
    en: 'This locks the screen, no more. Whoever helps for long should be invited on a phone of their own.',
  },
  lend: { vi: 'Giao máy', en: 'Hand it over' },
  leave: { vi: 'Quay lại', en: 'Back' },
}

/** The owner puts her own phone into somebody's hands; nothing but her PIN leads back. */
export function LendScreen({ onBack }: PageProps) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <Card>
        <p>{w.shows}</p>
        <p>{w.back}</p>
      </Card>
      <p className="hint">{w.honest}</p>
      <Button
        onClick={() => {
          const me = queries.getQueryData<Me | null>(ME)
          if (me === null || me === undefined) return
          lend(me.user.id)
          // A new start: nothing that was read before is left behind the lock.
          window.location.reload()
        }}
      >
        {w.lend}
      </Button>
      <Button kind="quiet" onClick={onBack}>
        {w.leave}
      </Button>
    </section>
  )
}
