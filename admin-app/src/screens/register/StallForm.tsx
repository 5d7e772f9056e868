import { useQuery } from '@tanstack/react-query'
import {
  STALL_KINDS,
  STALL_STATUSES,
  type CreateStall,
  type Me,
  type RegisterStall,
  type UpdateStall,
  type Zones,
} from '@tienve/contracts'
import { Button, Field, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { Refusal } from './Refusal.tsx'
import { areaOf } from './StallsView.tsx'
import { KIND_WORDS, STATUS_WORDS } from './words.ts'

const WORDS = {
  code: { vi: 'Mã sạp (chữ không dấu, số)', en: 'Stall code (letters, digits)' },
  name: { vi: 'Tên sạp', en: 'Stall name' },
  zone: { vi: 'Khu', en: 'Zone' },
  choose: { vi: 'Chọn khu', en: 'Choose a zone' },
  kind: { vi: 'Loại', en: 'Kind' },
  area: { vi: 'Diện tích (m²)', en: 'Area (m²)' },
  grade: { vi: 'Vị trí', en: 'Position' },
  grade1: { vi: '1 · mặt đường', en: '1 · street front' },
  grade2: { vi: '2 · lối chính', en: '2 · main aisle' },
  grade3: { vi: '3 · phía trong', en: '3 · inner' },
  row: { vi: 'Dãy', en: 'Row' },
  lot: { vi: 'Lô', en: 'Lot' },
  status: { vi: 'Tình trạng chỗ', en: 'State of the place' },
  save: { vi: 'Lưu', en: 'Save' },
}
const GRADES = [1, 2, 3] as const

type Entered = Omit<CreateStall, 'positionGrade' | 'lot' | 'rowLabel'> & {
  positionGrade: string
  rowLabel: string
  lot: string
  status: UpdateStall['status']
}

function enteredOf(stall: RegisterStall | null): Entered {
  return {
    code: stall?.code ?? '',
    name: stall?.name ?? '',
    zoneId: stall?.zoneId ?? '',
    kind: stall?.kind ?? 'stall',
    areaM2: stall === null ? '' : areaOf(stall.areaM2).replace('\u00a0m²', ''),
    positionGrade: String(stall?.positionGrade ?? 2),
    rowLabel: stall?.rowLabel ?? '',
    lot: stall?.lot == null ? '' : String(stall.lot),
    status: stall?.status ?? 'active',
  }
}

/** What the register says of a stall: of a new one without `stall`, whose code is then asked for too. */
export function StallForm({
  me,
  stall = null,
  isBusy,
  error,
  onSave,
}: {
  me: Me
  stall?: RegisterStall | null
  isBusy: boolean
  error: unknown
  onSave: (entered: CreateStall & UpdateStall) => void
}) {
  const w = useWords(WORDS)
  const kinds = useWords(KIND_WORDS)
  const statuses = useWords(STATUS_WORDS)
  const [entered, setEntered] = useState(() => enteredOf(stall))
  const zones = useQuery({
    queryKey: ['zones', me.market.id],
    queryFn: () => api.get<Zones>(`/v1/markets/${me.market.id}/zones`),
  })
  const set = (change: Partial<Entered>) => setEntered({ ...entered, ...change })
  const text = (id: 'code' | 'name' | 'areaM2' | 'rowLabel' | 'lot') => ({
    id,
    value: entered[id],
    onChange: (event: { target: { value: string } }) => set({ [id]: event.target.value }),
  })
  return (
    <form
      className="form"
      onSubmit={(event) => {
        event.preventDefault()
        onSave({
          ...entered,
          areaM2: entered.areaM2.trim().replace(',', '.'),
          positionGrade: Number(entered.positionGrade),
          rowLabel: entered.rowLabel.trim() === '' ? null : entered.rowLabel,
          lot: entered.lot === '' ? null : Number(entered.lot),
        })
      }}
    >
      {stall === null ? <Field label={w.code} required maxLength={16} {...text('code')} /> : null}
      <Field label={w.name} required maxLength={120} {...text('name')} />
      <Select
        id="zoneId"
        label={w.zone}
        required
        value={entered.zoneId}
        onChange={(event) => set({ zoneId: event.target.value })}
      >
        <option value="">{w.choose}</option>
        {(zones.data?.items ?? []).map(({ id, code, name }) => (
          <option key={id} value={id}>
            {code} · {name}
          </option>
        ))}
      </Select>
      <Select
        id="kind"
        label={w.kind}
        value={entered.kind}
        onChange={({ target }) => set({ kind: STALL_KINDS.find((one) => one === target.value) ?? 'stall' })}
      >
        {STALL_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {kinds[kind]}
          </option>
        ))}
      </Select>
      <Field
        label={w.area}
        required
        inputMode="decimal"
        pattern="[0-9]{1,4}([.,][0-9]{1,2})?"
        {...text('areaM2')}
      />
      <Select
        id="positionGrade"
        label={w.grade}
        value={entered.positionGrade}
        onChange={(event) => set({ positionGrade: event.target.value })}
      >
        {GRADES.map((grade) => (
          <option key={grade} value={grade}>
            {w[`grade${grade}`]}
          </option>
        ))}
      </Select>
      <Field label={w.row} maxLength={10} required={entered.lot !== ''} {...text('rowLabel')} />
      <Field
        label={w.lot}
        type="number"
        min={1}
        max={999}
        required={entered.rowLabel !== ''}
        {...text('lot')}
      />
      {stall === null ? null : (
        <Select
          id="status"
          label={w.status}
          value={entered.status}
          onChange={({ target }) =>
            set({ status: STALL_STATUSES.find((one) => one === target.value) ?? 'active' })
          }
        >
          {STALL_STATUSES.map((status) => (
            <option key={status} value={status}>
              {statuses[status]}
            </option>
          ))}
        </Select>
      )}
      <Refusal error={error} />
      <div className="form-actions">
        <Button type="submit" disabled={isBusy}>
          {w.save}
        </Button>
      </div>
    </form>
  )
}
