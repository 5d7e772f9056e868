import { CARD_SIZES } from '@tienve/contracts'
import { useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import './patrol.css'

const WORDS = {
  print: { vi: 'In mã để treo ở sạp (PDF)', en: 'Print the code to hang up (PDF)' },
  a6: { vi: 'Thẻ A6 treo ở sạp', en: 'Card, A6' },
  a5: { vi: 'Thẻ A5 to', en: 'Large card, A5' },
  tent: { vi: 'Để bàn, gấp đôi A4', en: 'Table tent, A4 folded' },
  sticker: { vi: 'Tem dán, 8 tem một tờ A4', en: 'Stickers, eight on A4' },
}

/** The stall's code on paper, in the size it is to hang, stand or stick in. */
export function PrintCards({ stallId }: { stallId: string }) {
  const w = useWords(WORDS)
  return (
    <details className="print-cards">
      <summary className="tv-button quiet">{w.print}</summary>
      {CARD_SIZES.map((size) => (
        <a
          key={size}
          className="tv-button quiet"
          href={`${api.address(`/v1/stalls/${stallId}/card.pdf`)}?size=${size}`}
          download
        >
          {w[size]}
        </a>
      ))}
    </details>
  )
}
