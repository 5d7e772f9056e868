import { formatVnd } from '@tienve/money'
import { Button, Empty, ErrorPanel, Loading, useWords } from '@tienve/ui'
import { Fragment, type ReactNode } from 'react'

const WORDS = {
  empty: { vi: 'Không có gì ở đây.', en: 'Nothing here.' },
  more: { vi: 'Xem thêm', en: 'More' },
}

type Asked<T> = {
  isPending: boolean
  isError: boolean
  error: unknown
  data: T | undefined
  refetch: () => Promise<unknown>
}

/** What a query answered, or that it is under way, or what went wrong; an answer that has gone old stays beside an error. */
export function Answer<T>({ of, children }: { of: Asked<T>; children: (data: T) => ReactNode }) {
  return (
    <>
      {of.isPending ? <Loading /> : null}
      {of.isError ? <ErrorPanel error={of.error} onRetry={() => void of.refetch()} /> : null}
      {of.data === undefined ? null : children(of.data)}
    </>
  )
}

/** The way to the next page of a list, while there is one. */
export function More({
  of,
}: {
  of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => Promise<unknown> }
}) {
  const w = useWords(WORDS)
  if (!of.hasNextPage) return null
  return (
    <Button kind="quiet" disabled={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {w.more}
    </Button>
  )
}

/** Where a cell stands when a phone shows each row as a card. */
export type Place = 'title' | 'figure' | 'line' | 'note'
export type Column<T> = { head: string; cell: (row: T) => ReactNode; number?: boolean; card?: Place }

/**
 * A plain table; numbers stand in columns. On a phone it scrolls by itself, or, when its columns have a place on a card,
 * shows each row as one. `foot` has as many cells as there are columns; a row with an address opens it whole.
 */
export function Table<T>({
  rows,
  columns,
  keyOf,
  caption,
  classOf,
  foot,
}: {
  rows: readonly T[]
  columns: readonly Column<T>[]
  keyOf: (row: T) => string
  caption: string
  classOf?: (row: T) => string | undefined
  foot?: readonly ReactNode[]
}) {
  const w = useWords(WORDS)
  if (rows.length === 0) return <Empty>{w.empty}</Empty>
  const asCards = columns.some(({ card }) => card !== undefined)
  const look = ({ head, number, card }: Column<T>) => ({
    className: `${number === true ? 'number' : ''} ${card === undefined ? '' : `card-${card}`}`,
    'data-head': head,
  })
  return (
    <div className="scroll" tabIndex={0} role="region" aria-label={caption}>
      <table className={asCards ? 'cards-on-phone' : undefined}>
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
            <tr key={keyOf(row)} className={classOf?.(row)}>
              {columns.map((column) => (
                <td key={column.head} {...look(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
        {foot === undefined ? null : (
          <tfoot>
            <tr>
              {columns.map((column, at) => (
                <td key={column.head} {...look(column)}>
                  {foot[at]}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </div>
  )
}

const LONGEST_UNBROKEN = 14

/** `Vũ Thị Bích · Kế toán`: a line ends between its parts, and never at the hyphen of a stall's code. */
export function Parts({ of }: { of: string }) {
  const parts = of.split(' · ')
  return (
    <span>
      {parts.map((part, at) => (
        <Fragment key={part}>
          {at === 0 ? null : ' '}
          <span className={part.length <= LONGEST_UNBROKEN ? 'unbroken' : undefined}>
            {at === parts.length - 1 ? part : `${part} ·`}
          </span>
        </Fragment>
      ))}
    </span>
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
