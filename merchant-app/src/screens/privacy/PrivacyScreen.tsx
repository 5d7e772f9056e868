import type { Stall } from '@tienve/contracts'
import { Button, Card, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { ConsentCard } from './ConsentCard.tsx'
import { ErasureCard } from './ErasureCard.tsx'

const WORDS = {
  title: { vi: 'Dữ liệu của tôi', en: 'My data' },
  take: { vi: 'Lấy dữ liệu của tôi', en: 'Take my data' },
  what: {
    vi: 'Mọi thứ đang giữ về bạn: hợp đồng, tiền chợ, tiền bán, ai đã xem. Không có của người khác.',
    en: 'All that is kept of you: contracts, charges, sales, who looked. Nothing of anybody else.',
  },
  paper: { vi: 'Tải bản để đọc (PDF)', en: 'Download to read (PDF)' },
  file: { vi: 'Tải bản cho máy (JSON)', en: 'Download for a machine (JSON)' },
  back: { vi: 'Quay lại', en: 'Back' },
}

/** What a stallholder may decide about what is kept of her: who sees it, a copy of it, and that it goes. */
export function PrivacyScreen({ stall, onBack }: { stall: Stall; onBack: () => void }) {
  const w = useWords(WORDS)
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      <ConsentCard stall={stall} />
      <Card title={w.take}>
        <p>{w.what}</p>
        <a className="tv-button quiet" href={api.address('/v1/my-data.pdf')} download>
          {w.paper}
        </a>
        <a className="tv-button quiet" href={api.address('/v1/my-data.json')} download>
          {w.file}
        </a>
      </Card>
      <ErasureCard />
      <Button kind="quiet" onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}
