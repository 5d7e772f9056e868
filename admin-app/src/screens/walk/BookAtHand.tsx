import { useMutation, useQueryClient } from '@tanstack/react-query'
import type { Book, BookKind, Me, TakeBook } from '@tienve/contracts'
import { Button, Card, ErrorPanel, fill, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { useBooks, useDeviceId, useQueue } from '../../walk/phone.ts'
import { freePages } from '../../walk/queue.ts'

const WORDS = {
  noReceipts: {
    vi: 'Máy này chưa có sổ biên nhận, nên chưa thu tiền mặt được.',
    en: 'This phone has no receipt book, so it cannot take cash yet.',
  },
  noTickets: {
    vi: 'Máy này hết vé loại đó. Báo văn phòng phát sổ vé.',
    en: 'This phone has no such tickets left. Ask the office for a book.',
  },
  few: { vi: 'Sổ còn {count} trang.', en: 'The book has {count} pages left.' },
  take: { vi: 'Lấy sổ mới', en: 'Take a new book' },
  device: { vi: 'Mã máy này, đọc cho văn phòng: {code}', en: 'This phone’s code, for the office: {code}' },
}

/** So few pages left are worth a word while there is a network. */
const FEW = 10

/** Says when this phone has no page left to write on, or soon none, and gets a book where it may. */
export function BookAtHand({ me, kind, tariffId }: { me: Me; kind: BookKind; tariffId: string | null }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const books = useBooks(me)
  const queue = useQueue(me)
  const device = useDeviceId()
  const take = useMutation({
    mutationFn: (deviceId: string) =>
      api.post<Book>(
        `/v1/markets/${me.market.id}/books/take`,
        { kind, deviceId, tariffId } satisfies TakeBook,
        { idempotencyKey: crypto.randomUUID() },
      ),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['books'] }),
  })
  if (books.isPending || device.data === undefined) return null
  if (books.data === undefined) {
    return <ErrorPanel error={books.error} onRetry={() => void books.refetch()} />
  }
  const { length } = freePages(books.data.value, queue, kind, tariffId)
  if (length > FEW) return null
  const none = kind === 'receipt' ? w.noReceipts : w.noTickets
  const { data: deviceId } = device
  return (
    <Card>
      <p>
        <b>{length === 0 ? none : fill(w.few, { count: length })}</b>
      </p>
      <p>{fill(w.device, { code: deviceId })}</p>
      {take.isError ? <ErrorPanel error={take.error} /> : null}
      {kind === 'receipt' ? (
        <Button
          kind="quiet"
          disabled={!books.data.fresh || take.isPending}
          onClick={() => take.mutate(deviceId)}
        >
          {w.take}
        </Button>
      ) : null}
    </Card>
  )
}
