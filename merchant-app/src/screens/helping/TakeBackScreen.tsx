import { useMutation, useQueryClient } from '@tanstack/react-query'
import { PIN_DIGITS, type Me } from '@tienve/contracts'
import { Button, ErrorPanel, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { changeSession } from '../../session.ts'
import { PinPad } from '../enrol/PinPad.tsx'
import { takeBack } from './lent.ts'

const WORDS = {
  title: { vi: 'Chủ sạp lấy lại máy', en: 'The owner takes the phone back' },
  pin: { vi: 'Mã PIN của chủ sạp', en: 'The owner’s PIN' },
  open: { vi: 'Mở máy', en: 'Unlock' },
}

/**
 * The way out of a lent phone. The service checks the PIN by logging her in again on the device that it knows: wrong tries count
 * and lock as they do at any log-in.
 */
export function TakeBackScreen({ login }: { login: string }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [pin, setPin] = useState('')
  const enter = useMutation({
    mutationFn: () => api.post<Me>('/v1/sessions', { login, secret: pin }),
    onSuccess: (me) => {
      takeBack()
      changeSession(queries, me)
    },
    onError: () => setPin(''),
  })
  return (
    <form
      className="stack"
      onSubmit={(event) => {
        event.preventDefault()
        enter.mutate()
      }}
    >
      <h1>{w.title}</h1>
      <p>{w.pin}</p>
      <PinPad
        pin={pin}
        label={w.pin}
        onChange={(next) => {
          enter.reset()
          setPin(next)
        }}
      />
      {enter.isError ? <ErrorPanel error={enter.error} /> : null}
      <Button type="submit" disabled={pin.length < PIN_DIGITS || enter.isPending}>
        {w.open}
      </Button>
    </form>
  )
}
