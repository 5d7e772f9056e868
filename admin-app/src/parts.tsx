import { formatVnd } from '@tienve/money'
import { Empty, useWords } from '@tienve/ui'
import type { ReactNode } from 'react'

const WORDS = {
  empty: { vi: 'Không có gì ở đây.', en: 'Nothing here.' },
}

export type Column<T> = { head: string; cell: (row: T) => ReactNode; number?: boolean }

/** A plain table that scrolls by itself on a phone; numbers stand in columns. */
export function Table<T>({
  rows,
  columns,
  keyOf,
  caption,
}: {
  rows: readonly T[]
  columns: readonly Column<T>[]
  keyOf: (row: T) => string
  caption: string
}) {
  const w = useWords(WORDS)
  if (rows.length === 0) return <Empty>{w.empty}</Empty>
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table>
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ head, number }) => (
              <th key={head} scope="col" className={number === true ? 'number' : undefined}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ head, cell, number }) => (
                <td key={head} className={number === true ? 'number' : undefined}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

export type Bar = { label: string; vnd: number }

/** Bars of money: the same figures stand beside in words for whoever does not see them. */
export function Bars({ bars, caption }: { bars: readonly Bar[]; caption: string }) {
  const most = Math.max(1, ...bars.map(({ vnd }) => vnd))
  const step = 100 / Math.max(1, bars.length)
  return (
    <figure className="bars">
      <svg
        viewBox="0 0 100 40"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${caption}: ${bars.map(({ label, vnd }) => `${label} ${formatVnd(vnd)}`).join('; ')}`}
      >
        {bars.map(({ label, vnd }, at) => (
          <rect
            key={label}
            x={at * step + step * 0.12}
            width={step * 0.76}
            y={40 - (vnd / most) * 38}
            height={(vnd / most) * 38}
            rx="0.6"
          >
            <title>{`${label}: ${formatVnd(vnd)}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption>
        <span>{bars[0]?.label}</span>
        <b>{caption}</b>
        <span>{bars.at(-1)?.label}</span>
      </figcaption>
    </figure>
  )
}
