import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import {
  writeEnrolmentCode,
  type NewEnrolment,
  type StallEnrolment,
  type StallRecord,
} from '@tienve/contracts'
import { Button, Card, ErrorPanel, fill, Mark, QrCode, useWords, whenOf } from '@tienve/ui'
import { useEffect, useRef, useState } from 'react'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'

const WORDS = {
  title: { vi: 'Vào app của sạp', en: 'Getting into the stall’s app' },
  who: { vi: 'Người đứng sạp: {name}', en: 'At the stall: {name}' },
  enrolled: { vi: 'Đã có máy, từ {at}', en: 'Has a phone since {at}' },
  none: { vi: 'Chưa có máy nào', en: 'Has no phone yet' },
  open: {
    vi: 'Đang có mã chờ dùng: {by} in {at}, dùng đến {until}',
    en: 'A code waits: {by} made it {at}, until {until}',
  },
  make: { vi: 'In mã vào app', en: 'Print a code' },
  lost: { vi: 'Mất máy? In mã mới', en: 'Phone lost? Print a new code' },
  lostWhat: {
    vi: 'Khi mã mới được dùng, mọi máy cũ của người này ra ngay. Hỏi kỹ có đúng người không rồi hãy in.',
    en: 'Once it is used, every old phone of this person is out. Make sure who is asking before you print.',
  },
  yes: { vi: 'Đúng người, in mã', en: 'It is her: print it' },
  no: { vi: 'Thôi', en: 'Cancel' },
  slip: { vi: 'Phiếu của sạp {code}', en: 'Slip of {code}' },
  once: {
    vi: 'Mã chỉ hiện lần này. In phiếu, đưa tận tay. Dùng một lần, đến {until}.',
    en: 'Shown this once. Print it and hand it over. It works once, until {until}.',
  },
  download: { vi: 'Tải phiếu để in', en: 'Download the slip' },
  done: { vi: 'Xong', en: 'Done' },
}

/** Whether a stall's holder is in the app, and the code that brings them there: made, shown and printed once. */
export function EnrolCard({ stall }: { stall: StallRecord }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [isAsked, setAsked] = useState(false)
  const address = `/v1/stalls/${stall.id}/enrolments`
  const state = useQuery({
    queryKey: ['enrolment', stall.id],
    queryFn: () => api.get<StallEnrolment>(address),
  })
  const make = useMutation({
    mutationFn: () => api.post<NewEnrolment>(address),
    onSuccess: async () => {
      setAsked(false)
      await queries.invalidateQueries({ queryKey: ['enrolment', stall.id] })
    },
  })
  return (
    <Card title={w.title}>
      <Answer of={state}>
        {({ name, enrolledAt, open }) => (
          <>
            {name === null ? null : <p>{fill(w.who, { name })}</p>}
            <Mark kind={enrolledAt === null ? 'none' : 'good'}>
              {enrolledAt === null ? w.none : fill(w.enrolled, { at: whenOf(enrolledAt) })}
            </Mark>
            {open === null ? null : (
              <p className="tv-quiet">
                {fill(w.open, { by: open.madeBy, at: whenOf(open.madeAt), until: whenOf(open.expiresAt) })}
              </p>
            )}
            {make.isError ? <ErrorPanel error={make.error} /> : null}
            {isAsked ? (
              <>
                <p>{w.lostWhat}</p>
                <div className="form-actions">
                  <Button disabled={make.isPending} onClick={() => make.mutate()}>
                    {w.yes}
                  </Button>
                  <Button kind="quiet" onClick={() => setAsked(false)}>
                    {w.no}
                  </Button>
                </div>
              </>
            ) : (
              <div className="form-actions">
                <Button
                  kind="quiet"
                  className="small"
                  disabled={make.isPending}
                  onClick={() => (enrolledAt === null ? make.mutate() : setAsked(true))}
                >
                  {enrolledAt === null ? w.make : w.lost}
                </Button>
              </div>
            )}
          </>
        )}
      </Answer>
      {make.data === undefined ? null : (
        <SlipDialog stallCode={stall.code} made={make.data} onClose={make.reset} />
      )}
    </Card>
  )
}

function SlipDialog({
  stallCode,
  made,
  onClose,
}: {
  stallCode: string
  made: NewEnrolment
  onClose: () => void
}) {
  const w = useWords(WORDS)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal()
  }, [])
  return (
    <dialog ref={dialog} className="confirm" aria-labelledby="slip-title" onClose={onClose}>
      <h2 id="slip-title">{fill(w.slip, { code: stallCode })}</h2>
      <p>{made.name}</p>
      <div className="deposit-code">
        <QrCode payload={made.link} demo={false} label={fill(w.slip, { code: stallCode })} />
      </div>
      <p className="tv-code" data-testid="enrolment-code">
        {writeEnrolmentCode(made.code)}
      </p>
      <p>{fill(w.once, { until: whenOf(made.expiresAt) })}</p>
      <div className="form-actions">
        {made.slip === null ? null : (
          <a
            className="tv-button"
            href={`data:application/pdf;base64,${made.slip}`}
            download={`phieu-vao-app-${stallCode}.pdf`}
          >
            {w.download}
          </a>
        )}
        <Button kind="quiet" onClick={onClose}>
          {w.done}
        </Button>
      </div>
    </dialog>
  )
}
