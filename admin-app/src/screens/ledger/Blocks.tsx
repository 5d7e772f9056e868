import type { LedgerBlockPage } from '@tienve/contracts'
import { formatNumber } from '@tienve/money'
import { useWords } from '@tienve/ui'
import { useState } from 'react'
import { usePages } from '../../pages.ts'
import { Answer, More, Table } from '../../parts.tsx'

const WORDS = {
  title: { vi: 'Chuỗi khối', en: 'Blocks' },
  height: { vi: 'Khối', en: 'Block' },
  seqs: { vi: 'Bút toán', en: 'Transactions' },
  hash: { vi: 'Mã băm', en: 'Hash' },
}

/** The chain's blocks, newest first, for whoever wants to compare them; asked for only when opened. */
export function Blocks({ base, market }: { base: string; market: string }) {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  const pages = usePages<LedgerBlockPage>(
    ['blocks', market],
    `${base}/blocks`,
    { limit: 50 },
    { enabled: isOpen },
  )
  return (
    <details className="exports" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{w.title}</summary>
      {isOpen ? (
        <>
          <Answer of={pages}>
            {(data) => (
              <Table
                caption={w.title}
                rows={data.pages.flatMap(({ items }) => items)}
                keyOf={({ height }) => String(height)}
                columns={[
                  { head: w.height, number: true, card: 'line', cell: (row) => formatNumber(row.height) },
                  {
                    head: w.seqs,
                    card: 'line',
                    cell: (row) => `${formatNumber(row.firstSeq)} – ${formatNumber(row.lastSeq)}`,
                  },
                  { head: w.hash, card: 'note', cell: (row) => <code className="hash">{row.hash}</code> },
                ]}
              />
            )}
          </Answer>
          <More of={pages} />
        </>
      ) : null}
    </details>
  )
}
