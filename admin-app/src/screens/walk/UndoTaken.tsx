import type { Me } from '@tienve/contracts'
import { Button, Card, ErrorPanel, Field, Mark, useWords } from '@tienve/ui'
import { useState } from 'react'
import { useUndo } from '../../walk/phone.ts'
import { isUndone, type Entry } from '../../walk/queue.ts'

const WORDS = {
  wrong: { vi: 'Ghi nhầm?', en: 'A mistake?' },
  title: { vi: 'Bỏ biên nhận này', en: 'Take this receipt back' },
  later: { vi: 'Có mạng, gửi xong mới bỏ được.', en: 'It can be taken back once it is sent.' },
  reason: { vi: 'Vì sao', en: 'Why' },
  undo: { vi: 'Bỏ, đã trả lại tiền', en: 'Take it back: the money is returned' },
  undone: { vi: 'Đã bỏ. Trang này vẫn nằm trong sổ.', en: 'Taken back. The page stays in the book.' },
}

/** Cash noted by mistake is taken back while it is still in the collector's hand, with a reason; the page stays used. */
export function UndoTaken({ me, entry }: { me: Me; entry: Entry }) {
  const w = useWords(WORDS)
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const undo = useUndo(me)
  if (isUndone(entry)) return <Mark kind="good">{w.undone}</Mark>
  if (!isOpen) {
    return (
      <Button kind="quiet" className="small no-print" onClick={() => setOpen(true)}>
        {w.wrong}
      </Button>
    )
  }
  const { answer } = entry
  return (
    <Card title={w.title} className="no-print">
      {answer === null ? (
        <p>{w.later}</p>
      ) : (
        <>
          <Field
            id="undo-reason"
            label={w.reason}
            maxLength={200}
            value={reason}
            onChange={(event) => setReason(event.target.value)}
          />
          {undo.isError ? <ErrorPanel error={undo.error} /> : null}
          <Button
            kind="danger"
            disabled={reason.trim().length < 3 || undo.isPending}
            onClick={() => undo.mutate({ key: entry.key, id: answer.id, reason })}
          >
            {w.undo}
          </Button>
        </>
      )}
    </Card>
  )
}
