import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { roleCan, type Contract, type Me, type StallRecord, type UpdateStall } from '@tienve/contracts'
import { Card, fullDateOf, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { Answer } from '../../parts.tsx'
import { addressOf, goTo, useRoute } from '../../route.ts'
import { ContractCard } from './ContractCard.tsx'
import { ContractChange, type ChangeName } from './ContractChange.tsx'
import { ContractForm } from './ContractForm.tsx'
import { DepositCard } from './DepositCard.tsx'
import { EnrolCard } from './EnrolCard.tsx'
import { StallForm } from './StallForm.tsx'
import { areaOf } from './StallsView.tsx'
import { State } from './State.tsx'
import { KIND_WORDS } from './words.ts'

const WORDS = {
  back: { vi: '← Sổ sạp', en: '← The register' },
  place: { vi: 'Chỗ bán', en: 'The place' },
  zone: { vi: 'Khu', en: 'Zone' },
  row: { vi: 'Dãy, lô', en: 'Row, lot' },
  kind: { vi: 'Loại', en: 'Kind' },
  area: { vi: 'Diện tích', en: 'Area' },
  grade: { vi: 'Vị trí', en: 'Position' },
  meters: { vi: 'Công tơ', en: 'Meters' },
  electricity: { vi: 'điện', en: 'electricity' },
  water: { vi: 'nước', en: 'water' },
  moved: { vi: 'Đã ở khu', en: 'Has been in' },
  edit: { vi: 'Sửa thông tin', en: 'Change' },
  charges: { vi: 'Xem khoản phải thu', en: 'See its charges' },
  contracts: { vi: 'Hợp đồng', en: 'Contracts' },
  none: { vi: 'Chưa có ai thuê sạp này.', en: 'Nobody has this stall.' },
  newContract: { vi: 'Ghi hợp đồng mới', en: 'New contract' },
  noAccount: {
    vi: 'Khách chưa chuyển khoản được cho sạp này',
    en: 'Shoppers cannot pay this stall by bank yet',
  },
  noAccountWhy: {
    vi: 'Chưa có tài khoản ngân hàng của sạp, nên chưa có mã in. Ở đây chưa ghi được: gửi tên ngân hàng, số và tên chủ tài khoản cho người cài đặt hệ thống.',
    en: 'The stall’s bank account is missing, so it has no printed code. It cannot be entered here yet: send bank, number and holder to whoever runs the system.',
  },
  noAccountMeanwhile: {
    vi: 'Khoản phải thu của sạp vẫn tính, và vẫn trả bằng mã QR vào tài khoản của Ban quản lý.',
    en: 'Its charges are billed, and are paid by QR code to the board’s account, all the same.',
  },
  editTitle: { vi: 'Sửa thông tin sạp', en: 'Change the stall' },
}

/** All that the register has of a stall, and what can be done with it. What it sells is not shown here. */
export function StallView({ me }: { me: Me }) {
  const { query } = useRoute()
  const id = query.get('id') ?? ''
  const record = useQuery({
    queryKey: ['stall-record', id],
    queryFn: () => api.get<StallRecord>(`/v1/stalls/${id}/register`),
  })
  const w = useWords(WORDS)
  return (
    <>
      <a className="text-link back" href={addressOf('register')}>
        {w.back}
      </a>
      <Answer of={record}>
        {(stall) => (
          <>
            <div className="title-row">
              <h2>
                {stall.code} · {stall.name}
              </h2>
              <State of={stall.state} />
            </div>
            {stall.hasAccount || stall.status === 'removed' ? null : (
              <Card title={w.noAccount}>
                <p>{w.noAccountWhy}</p>
                <p>{w.noAccountMeanwhile}</p>
              </Card>
            )}
            <Doing me={me} stall={stall} what={query.get('do')} contractId={query.get('contract')} />
            <div className="two">
              <Place me={me} stall={stall} />
              <DepositCard me={me} stall={stall} />
            </div>
            {roleCan(me.user.role, 'people.enrol') && stall.status !== 'removed' ? (
              <EnrolCard stall={stall} />
            ) : null}
            <Contracts me={me} stall={stall} />
          </>
        )}
      </Answer>
    </>
  )
}

const CHANGES: readonly ChangeName[] = ['renew', 'end', 'pause', 'resume']

/** The form that was asked for, above everything else; each has an address, so that the back button leaves it. */
function Doing({
  me,
  stall,
  what,
  contractId,
}: {
  me: Me
  stall: StallRecord
  what: string | null
  contractId: string | null
}) {
  const w = useWords(WORDS)
  const queries = useQueryClient()
  const done = async () => {
    // First: what somebody opens while the news comes in would be closed by it.
    goTo('register/stall', { id: stall.id })
    await queries.invalidateQueries()
  }
  const update = useMutation({
    mutationFn: ({ name, zoneId, kind, areaM2, positionGrade, rowLabel, lot, status }: UpdateStall) =>
      api.put(`/v1/stalls/${stall.id}/register`, {
        name,
        zoneId,
        kind,
        areaM2,
        positionGrade,
        rowLabel,
        lot,
        status,
      }),
    onSuccess: done,
  })
  if (what === null || !roleCan(me.user.role, 'register.write')) return null
  const contract = stall.contracts.find(({ id }) => id === contractId)
  const change = CHANGES.find((one) => one === what)
  if (what === 'edit')
    return (
      <Card title={w.editTitle}>
        <StallForm
          me={me}
          stall={stall}
          isBusy={update.isPending}
          error={update.error}
          onSave={update.mutate}
        />
      </Card>
    )
  if (what === 'contract') return <ContractForm me={me} stall={stall} onDone={done} />
  if (contract === undefined) return null
  if (what === 'transfer') return <ContractForm me={me} stall={stall} takesOver={contract} onDone={done} />
  return change === undefined ? null : (
    <ContractChange key={change} name={change} contract={contract} onDone={done} />
  )
}

function Place({ me, stall }: { me: Me; stall: StallRecord }) {
  const w = useWords(WORDS)
  const kinds = useWords(KIND_WORDS)
  const earlier = stall.zones.slice(1)
  const meters = stall.meters.filter(({ removedOn }) => removedOn === null)
  const facts = [
    [w.zone, `${stall.zoneCode} · ${stall.zones[0]?.zoneName ?? ''}`],
    [w.row, stall.rowLabel === null ? '–' : `${stall.rowLabel} · ${stall.lot}`],
    [w.kind, kinds[stall.kind]],
    [w.area, areaOf(stall.areaM2)],
    [w.grade, String(stall.positionGrade)],
    [w.meters, meters.map(({ service, serial }) => `${w[service]} ${serial}`).join(', ') || '–'],
    ...(stall.zones.length > 1
      ? [
          [
            w.moved,
            earlier.map(({ zoneCode, fromDay }) => `${zoneCode} (${fullDateOf(fromDay)})`).join(', '),
          ] as const,
        ]
      : []),
  ] as const
  return (
    <Card title={w.place}>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <Fact key={name} name={name} value={value} />
        ))}
      </dl>
      <div className="form-actions">
        {roleCan(me.user.role, 'register.write') ? (
          <a
            className="tv-button quiet small"
            href={addressOf('register/stall', { id: stall.id, do: 'edit' })}
          >
            {w.edit}
          </a>
        ) : null}
        {roleCan(me.user.role, 'charges.read') ? (
          <a className="tv-button quiet small" href={addressOf('charges', { stallId: stall.id })}>
            {w.charges}
          </a>
        ) : null}
      </div>
    </Card>
  )
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </>
  )
}

function Contracts({ me, stall }: { me: Me; stall: StallRecord }) {
  const w = useWords(WORDS)
  const isFree = !stall.contracts.some(({ endedOn }: Contract) => endedOn === null)
  return (
    <Card title={w.contracts}>
      {stall.contracts.length === 0 ? <p className="tv-quiet">{w.none}</p> : null}
      {stall.contracts.map((contract) => (
        <ContractCard key={contract.id} me={me} contract={contract} />
      ))}
      {isFree && stall.status !== 'removed' && roleCan(me.user.role, 'register.write') ? (
        <a className="tv-button" href={addressOf('register/stall', { id: stall.id, do: 'contract' })}>
          {w.newContract}
        </a>
      ) : null}
    </Card>
  )
}
