import type { CodeResult, Me, WalkStop } from '@tienve/contracts'
import { Button, ErrorPanel, fill, useWords } from '@tienve/ui'
import { CodeScanner, CodeVerdict, type Read } from '@tienve/ui/scan'
import '@tienve/ui/scan.css'
import { useState } from 'react'
import { judge } from '../../walk/codes.ts'
import { useDo, useQueue } from '../../walk/phone.ts'

const WORDS = {
  back: { vi: '‹ {stall}', en: '‹ {stall}' },
  title: { vi: 'Soi mã của sạp', en: 'Check the stall’s code' },
  what: {
    vi: 'Soi mã đang dán ở sạp {stall}. Không có mạng cũng soi được, có mạng thì máy gửi.',
    en: 'Scan the code that hangs at {stall}. It works without a network and is sent later.',
  },
  noted: {
    vi: 'Đã ghi. Máy này chưa so được: có mạng, gửi xong sẽ biết.',
    en: 'Noted. This phone cannot compare it: you will know once it is sent.',
  },
  again: { vi: 'Soi lại', en: 'Check again' },
  done: { vi: 'Xong', en: 'Done' },
}

type Found = { result: CodeResult | 'unread' | null; key: string | null }

/** The code at the stall, judged on this phone at once, and by the register as soon as it is sent. */
export function CheckCodeView({ me, stop }: { me: Me; stop: WalkStop }) {
  const w = useWords(WORDS)
  const queue = useQueue(me)
  const act = useDo(me)
  const [found, setFound] = useState<Found | null>(null)
  const stall = `${stop.stallCode} ${stop.stallName}`
  const here = `#/walk/stop/${stop.stallId}`
  const note = async (read: Read): Promise<void> => {
    const result = await judge(read.payload, stop)
    act.mutate(
      (_queue, checkedAt) => ({
        kind: 'check',
        stallId: stop.stallId,
        stop: { stallCode: stop.stallCode, stallName: stop.stallName },
        body: { ...read, checkedAt },
      }),
      { onSuccess: ({ key }) => setFound({ result, key }) },
    )
  }
  const entry = queue.find((one) => one.kind === 'check' && one.key === found?.key)
  const answer =
    entry?.kind === 'check' && entry.answer !== null && 'result' in entry.answer ? entry.answer : null
  const result = answer?.result ?? found?.result ?? null
  return (
    <div className="stack">
      <a className="text-link touch-link" href={here}>
        {fill(w.back, { stall })}
      </a>
      <h1>{w.title}</h1>
      {found === null ? (
        <>
          <p>{fill(w.what, { stall })}</p>
          <CodeScanner
            onRead={(read) => void note(read)}
            onUnread={() => setFound({ result: 'unread', key: null })}
          />
        </>
      ) : (
        <>
          {result === null ? (
            <p role="status">{w.noted}</p>
          ) : (
            <CodeVerdict result={result} otherStallCode={answer?.otherStallCode ?? null} />
          )}
          {result === 'right' ? null : (
            <Button kind="quiet" onClick={() => setFound(null)}>
              {w.again}
            </Button>
          )}
          <a className="tv-button" href={here}>
            {w.done}
          </a>
        </>
      )}
      {act.isError ? <ErrorPanel error={act.error} /> : null}
    </div>
  )
}
