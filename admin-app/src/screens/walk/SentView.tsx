import type { Me } from '@tienve/contracts'
import { formatVnd } from '@tienve/money'
import { Empty, fill, Mark, Money, useWords, whenOf } from '@tienve/ui'
import { useDeviceId, useQueue } from '../../walk/phone.ts'
import { cashOf, isUndone, isUnread, waitingOf, type Entry } from '../../walk/queue.ts'
import { Odd } from './Odd.tsx'

const WORDS = {
  title: { vi: 'Đã thu trên máy này', en: 'Taken on this phone' },
  unsent: { vi: 'Tiền mặt chưa gửi', en: 'Cash not sent' },
  none: { vi: 'Máy này chưa thu khoản nào.', en: 'Nothing was taken on this phone yet.' },
  device: { vi: 'Mã máy này, đọc cho văn phòng: {code}', en: 'This phone’s code, for the office: {code}' },
  waiting: { vi: 'Chưa gửi', en: 'Not sent' },
  stumbled: { vi: 'Máy chủ đang lỗi, sẽ gửi lại', en: 'The service stumbled: it will be sent again' },
  undone: { vi: 'Đã bỏ', en: 'Taken back' },
  sent: { vi: 'Đã gửi', en: 'Sent' },
  refused: { vi: 'Không nhận', en: 'Refused' },
  promised: { vi: 'Hẹn', en: 'Promised' },
  refusedToPay: { vi: 'Không chịu nộp', en: 'Refused to pay' },
  absent: { vi: 'Vắng', en: 'Nobody there' },
  ticket: { vi: 'Vé', en: 'Ticket' },
  check: { vi: 'Soi mã', en: 'Code check' },
}

/** Everything of the last week on this phone, what must be read first. */
export function SentView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queue = useQueue(me)
  const device = useDeviceId()
  const { cashVnd } = waitingOf(queue)
  return (
    <>
      <h1>{w.title}</h1>
      {cashVnd === 0 ? null : (
        <p className="walk-left">
          <span>{w.unsent}</span>
          <b>{formatVnd(cashVnd)}</b>
        </p>
      )}
      {queue.filter(isUnread).map((entry) => (
        <section key={entry.key} className="stack">
          <Row entry={entry} />
          <Odd me={me} entry={entry} />
        </section>
      ))}
      {queue.length === 0 ? <Empty>{w.none}</Empty> : null}
      <ol className="stops">
        {queue
          .filter((entry) => !isUnread(entry))
          .toReversed()
          .map((entry) => (
            <li key={entry.key}>
              <Row entry={entry} />
            </li>
          ))}
      </ol>
      {device.data === undefined ? null : (
        <p className="tv-quiet" data-testid="device">
          {fill(w.device, { code: device.data })}
        </p>
      )}
    </>
  )
}

function Row({ entry }: { entry: Entry }) {
  const w = useWords(WORDS)
  const said = { promised: w.promised, refused: w.refusedToPay, absent: w.absent }
  const content = (
    <>
      <span className="stop-who">
        <b>{entry.kind === 'ticket' ? `${w.ticket} ${entry.number}` : entry.stop.stallCode}</b>
        <span>{entry.kind === 'ticket' ? entry.name : entry.stop.stallName}</span>
      </span>
      <b className="stop-owed">
        {entry.kind === 'visit' ? (
          said[entry.body.outcome]
        ) : entry.kind === 'check' ? (
          w.check
        ) : (
          <Money vnd={entry.kind === 'ticket' ? entry.priceVnd : cashOf(entry)} />
        )}
      </b>
      <span className="stop-more">
        <span>
          {whenOf(entry.at)}
          {entry.kind === 'collection' ? ` · ${entry.number}` : null}
        </span>
        {isUndone(entry) ? <Mark kind="none">{w.undone}</Mark> : <State entry={entry} />}
      </span>
    </>
  )
  return entry.kind === 'visit' || entry.kind === 'check' ? (
    <div className="stop">{content}</div>
  ) : (
    <a className="stop" href={`#/walk/receipt/${entry.key}`}>
      {content}
    </a>
  )
}

function State({ entry: { state, problem } }: { entry: Entry }) {
  const w = useWords(WORDS)
  if (state === 'sent') return <Mark kind="good">{w.sent}</Mark>
  if (state === 'refused') return <Mark kind="bad">{w.refused}</Mark>
  return <Mark kind="warn">{problem === null ? w.waiting : w.stumbled}</Mark>
}
