import type { Book, Books, Me } from '@tienve/contracts'
import { Empty, fill, Mark, useWords, whenOf } from '@tienve/ui'
import { usePages } from '../../pages.ts'
import { Answer, More } from '../../parts.tsx'
import { useRoute } from '../../route.ts'
import { BookView } from './BookView.tsx'
import { IssueBook } from './IssueBook.tsx'

const WORDS = {
  title: { vi: 'Sổ biên nhận, vé', en: 'Receipt books' },
  none: { vi: 'Chưa phát sổ nào.', en: 'No book is issued yet.' },
  receipt: { vi: 'Sổ biên nhận', en: 'Receipts' },
  used: { vi: 'dùng {used}/{all} trang', en: '{used} of {all} pages used' },
  spoilt: { vi: 'hỏng {count}', en: '{count} spoilt' },
  gaps: { vi: 'Thiếu {count} trang', en: '{count} pages missing' },
  noGaps: { vi: 'Liền số', en: 'No gap' },
  closed: { vi: 'Đã đóng', en: 'Closed' },
  issued: { vi: 'Phát {at} cho máy {device}', en: 'Issued {at} to {device}' },
}

/** Every numbered book: whose it is, how far it is used, and the pages nobody has accounted for. */
export function BooksScreen({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const [, id = ''] = useRoute().path.split('/')
  const pages = usePages<Books>(['books', me.market.id], `/v1/markets/${me.market.id}/books`, {})
  return (
    <div className="stack">
      {id === '' ? <h1>{w.title}</h1> : null}
      <Answer of={pages}>
        {({ pages: shown }) => {
          const books = shown.flatMap(({ items }) => items)
          const one = books.find((book) => book.id === id)
          if (one !== undefined) return <BookView me={me} book={one} />
          return (
            <>
              <IssueBook me={me} />
              {books.length === 0 ? <Empty>{w.none}</Empty> : null}
              <div className="cards">
                {books.map((book) => (
                  <BookCard key={book.id} book={book} />
                ))}
              </div>
            </>
          )
        }}
      </Answer>
      <More of={pages} />
    </div>
  )
}

function BookCard({ book }: { book: Book }) {
  const w = useWords(WORDS)
  const used = book.pages.filter(({ usedAt }) => usedAt !== null).length
  const spoilt = book.pages.filter(({ voidReason }) => voidReason !== null).length
  return (
    <a className="tile opens" href={`#/books/${book.id}`}>
      <span className="tile-title">
        {book.code} · {book.name ?? w.receipt}
      </span>
      <span>{book.collectorName}</span>
      <span>
        {fill(w.used, { used, all: book.pages.length })}
        {spoilt === 0 ? null : ` · ${fill(w.spoilt, { count: spoilt })}`}
      </span>
      {book.gaps.length === 0 ? (
        <Mark kind="good">{w.noGaps}</Mark>
      ) : (
        <Mark kind="bad">{fill(w.gaps, { count: book.gaps.length })}</Mark>
      )}
      <span className="tile-more">
        {book.closedAt === null
          ? fill(w.issued, { at: whenOf(book.issuedAt), device: book.deviceId.replace('-', '\u2011') })
          : `${w.closed} ${whenOf(book.closedAt)}`}
      </span>
    </a>
  )
}
