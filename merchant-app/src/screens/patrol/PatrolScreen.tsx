import { useMutation, useQueryClient } from '@tanstack/react-query'
import {
  ApiError,
  type CodeCheck,
  type CodeResult,
  type CreateCodeCheck,
  type Stall,
} from '@tienve/contracts'
import { Banner, Button, Empty, ErrorPanel, Loading, useWords } from '@tienve/ui'
import { CodeScanner, CodeVerdict, type Read } from '@tienve/ui/scan'
import '@tienve/ui/scan.css'
import { payeeOf } from '@tienve/vietqr'
import { useState } from 'react'
import { api } from '../../api.ts'
import type { PageProps } from '../../pages.tsx'
import { codesKey } from './codes.ts'

const WORDS = {
  title: { vi: 'Soi mã của sạp', en: 'Check the stall’s code' },
  what: {
    vi: 'Soi mã đang dán ở sạp, xem có bị ai dán đè không.',
    en: 'Scan the code that hangs at your stall, to see whether somebody pasted another over it.',
  },
  none: { vi: 'Sạp chưa có mã nhận tiền, nên chưa có gì để soi.', en: 'The stall has no code to check yet.' },
  offline: {
    vi: 'Mất mạng: máy so với mã giữ trong máy. Có mạng thì soi lại để Ban quản lý biết.',
    en: 'No network: compared with the code kept on this phone. Check again later so that the board knows.',
  },
  todo: {
    vi: 'Bóc mã này ra. Ban quản lý chợ đã được báo. Khách quét mã trong app này hoặc trả tiền mặt.',
    en: 'Take this code off. The board has been told. Let shoppers scan the code in this app, or pay cash.',
  },
  again: { vi: 'Soi lại', en: 'Check again' },
  back: { vi: 'Quay lại', en: 'Back' },
}

type Found = { result: CodeResult | 'unread'; otherStallCode: string | null; isToldToBoard: boolean }

/** The code that hangs at the stall, read by the phone and held against the register. */
export function PatrolScreen({ stall, onBack }: PageProps) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [found, setFound] = useState<Found | null>(null)
  const ask = useMutation({
    mutationFn: (read: Read) => check(stall, read),
    onSuccess: (next) => {
      setFound(next)
      void queries.invalidateQueries({ queryKey: codesKey(stall.id) })
    },
  })
  const isScanning = found === null && !ask.isPending && !ask.isError
  const again = (): void => {
    setFound(null)
    ask.reset()
  }
  return (
    <section className="stack">
      <h1>{w.title}</h1>
      {stall.payload === null ? <Empty>{w.none}</Empty> : null}
      {isScanning && stall.payload !== null ? (
        <>
          <p>{w.what}</p>
          <CodeScanner
            onRead={(read) => ask.mutate(read)}
            onUnread={() => setFound({ result: 'unread', otherStallCode: null, isToldToBoard: true })}
          />
        </>
      ) : null}
      {ask.isPending ? <Loading /> : null}
      {ask.isError ? <ErrorPanel error={ask.error} onRetry={again} /> : null}
      {found === null ? null : (
        <>
          <CodeVerdict result={found.result} otherStallCode={found.otherStallCode} />
          {found.isToldToBoard ? null : <Banner kind="warn">{w.offline}</Banner>}
          {isAlarm(found) && found.isToldToBoard ? <p>{w.todo}</p> : null}
          {found.result === 'right' ? null : <Button onClick={again}>{w.again}</Button>}
        </>
      )}
      <Button kind={found?.result === 'right' ? 'main' : 'quiet'} onClick={onBack}>
        {w.back}
      </Button>
    </section>
  )
}

function isAlarm({ result }: Found): boolean {
  return result === 'wrong' || result === 'other_stall' || result === 'old'
}

/** The service's word; without a network the phone's own, which knows the stall's code and no other. */
async function check(stall: Stall, read: Read): Promise<Found> {
  try {
    const { result, otherStallCode } = await api.post<CodeCheck>(
      `/v1/stalls/${stall.id}/code-checks`,
      read satisfies CreateCodeCheck,
      { idempotencyKey: crypto.randomUUID() },
    )
    return { result, otherStallCode, isToldToBoard: true }
  } catch (error) {
    if (!(error instanceof ApiError) || !error.offline) throw error
    return { result: resultHere(stall, read.payload), otherStallCode: null, isToldToBoard: false }
  }
}

function resultHere(stall: Stall, payload: string): CodeResult {
  const payee = payeeOf(payload)
  if (payee === null) return 'not_vietqr'
  const own = [
    payeeOf(stall.payload ?? ''),
    ...stall.accounts.map(({ bin, number }) => ({ bin, account: number })),
  ]
  return own.some((one) => one?.bin === payee.bin && one.account === payee.account) ? 'right' : 'wrong'
}
