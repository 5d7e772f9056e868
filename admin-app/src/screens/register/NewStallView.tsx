import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type CreateStall, type Me, type StallRecord, type Zone } from '@tienve/contracts'
import { Button, Card, Field, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { addressOf, goTo } from '../../route.ts'
import { Refusal } from './Refusal.tsx'
import { StallForm } from './StallForm.tsx'

const WORDS = {
  back: { vi: '← Sổ sạp', en: '← The register' },
  title: { vi: 'Thêm sạp', en: 'Add a stall' },
  told: {
    vi: 'Sạp mới có ngay tài khoản trong sổ cái. Mã in để khách trả tiền có sau khi người cài đặt hệ thống ghi tài khoản ngân hàng của sạp. Người thuê ghi bằng hợp đồng, ở trang của sạp.',
    en: 'A new stall has its accounts in the ledger at once. It has a printed code for shoppers once whoever runs the system has entered its bank account. Who rents it is said by a contract, on its page.',
  },
  zone: { vi: 'Thêm khu', en: 'Add a zone' },
  zoneCode: { vi: 'Mã khu (1–6 chữ, số)', en: 'Zone code (1–6 letters, digits)' },
  zoneName: { vi: 'Tên khu', en: 'Zone name' },
}

export function NewStallView({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [key] = useState(() => crypto.randomUUID())
  const create = useMutation({
    mutationFn: ({ code, name, zoneId, kind, areaM2, positionGrade, rowLabel, lot }: CreateStall) =>
      api.post<StallRecord>(
        `/v1/markets/${me.market.id}/stalls`,
        { code, name, zoneId, kind, areaM2, positionGrade, rowLabel, lot },
        { idempotencyKey: key },
      ),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries()
      goTo('register/stall', { id })
    },
  })
  return (
    <>
      <a className="text-link back" href={addressOf('register')}>
        {w.back}
      </a>
      <Card title={w.title}>
        <p className="tv-quiet">{w.told}</p>
        <StallForm me={me} isBusy={create.isPending} error={create.error} onSave={create.mutate} />
      </Card>
      <NewZone me={me} />
    </>
  )
}

function NewZone({ me }: { me: Me }) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const [code, setCode] = useState('')
  const [name, setName] = useState('')
  const create = useMutation({
    mutationFn: () => api.post<Zone>(`/v1/markets/${me.market.id}/zones`, { code, name }),
    onSuccess: async () => {
      setCode('')
      setName('')
      await queries.invalidateQueries()
    },
  })
  return (
    <details>
      <summary>{w.zone}</summary>
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <Field
          id="zone-code"
          label={w.zoneCode}
          required
          maxLength={6}
          value={code}
          onChange={(event) => setCode(event.target.value)}
        />
        <Field
          id="zone-name"
          label={w.zoneName}
          required
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <Refusal error={create.error} />
        <div className="form-actions">
          <Button kind="quiet" type="submit" disabled={create.isPending}>
            {w.zone}
          </Button>
        </div>
      </form>
    </details>
  )
}
