import { useQuery } from '@tanstack/react-query'
import type { StallCodes } from '@tienve/contracts'
import { Banner, Button, Card, fill, useWords, whenOf } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { dayNow } from '../../offline/clock.ts'
import { codesKey } from './codes.ts'
import './patrol.css'

const WORDS = {
  morning: { vi: 'Soi mã của sạp trước khi bán', en: 'Check the stall’s code before you sell' },
  why: {
    vi: 'Đêm qua có ai dán đè mã khác không? Soi một lần là biết.',
    en: 'Did somebody paste another code over yours last night? One look tells.',
  },
  last: { vi: 'Lần soi gần nhất: {at}', en: 'Last checked {at}' },
  open: { vi: 'Soi mã', en: 'Check it' },
  later: { vi: 'Để sau', en: 'Later' },
  alarm: {
    vi: 'Mã ở sạp có thể bị dán đè. Xem lại mã dán ở sạp ngay.',
    en: 'A code may be pasted over yours. Look at what hangs at the stall now.',
  },
  again: { vi: 'Soi lại mã', en: 'Check the code again' },
}

const STORAGE_KEY = 'tienve.patrol.later'
const LOOK_EVERY_MS = 30_000

/**
 * Offered once a morning, where `isOffered` says that it is its turn, until the code was looked at or it was put off for the
 * day; and said at any time for as long as a wrong code is said to hang at the stall.
 */
export function MorningCard({
  stallId,
  isOffered,
  onPatrol,
}: {
  stallId: string
  isOffered: boolean
  onPatrol: () => void
}) {
  const w = useWords(WORDS)
  const codes = useQuery({
    queryKey: codesKey(stallId),
    queryFn: () => api.get<StallCodes>(`/v1/stalls/${stallId}/code-checks`),
    refetchInterval: LOOK_EVERY_MS,
  })
  const today = dayNow()
  const [putOff, setPutOff] = useState(() => localStorage.getItem(STORAGE_KEY))
  if (codes.data === undefined) return null
  const { last, alertAt } = codes.data
  if (alertAt !== null) {
    return (
      <div className="patrol-alarm" data-testid="code-alarm">
        <Banner kind="bad">{w.alarm}</Banner>
        <Button onClick={onPatrol}>{w.again}</Button>
      </div>
    )
  }
  if (!isOffered || putOff === today || last?.at.slice(0, today.length) === today) return null
  const later = (): void => {
    localStorage.setItem(STORAGE_KEY, today)
    setPutOff(today)
  }
  return (
    <Card title={w.morning} className="patrol-card">
      <p>{last === null ? w.why : fill(w.last, { at: whenOf(last.at) })}</p>
      <div className="patrol-ways">
        <Button className="small" onClick={onPatrol}>
          {w.open}
        </Button>
        <Button kind="quiet" className="small" onClick={later}>
          {w.later}
        </Button>
      </div>
    </Card>
  )
}
