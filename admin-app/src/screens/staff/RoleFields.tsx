import { useQuery } from '@tanstack/react-query'
import { STAFF_ROLES, type ChangeRole, type Me, type Zones } from '@tienve/contracts'
import { Select, useLanguage, useWords } from '@tienve/ui'
import { api } from '../../api.ts'
import { roleName, roleOf } from './words.ts'

const WORDS = {
  role: { vi: 'Vai trò', en: 'Role' },
  zone: { vi: 'Khu phụ trách', en: 'Zone' },
  choose: { vi: 'Chọn khu', en: 'Choose a zone' },
}

/** A role and, for a leader, the zone. */
export function RoleFields(props: { me: Me; value: ChangeRole; onChange: (value: ChangeRole) => void }) {
  const w = useWords(WORDS)
  const language = useLanguage()
  const { me, value, onChange } = props
  const zones = useQuery({
    queryKey: ['zones', me.market.id],
    queryFn: () => api.get<Zones>(`/v1/markets/${me.market.id}/zones`),
    enabled: value.role === 'leader',
  })
  return (
    <>
      <Select
        id="staff-role"
        label={w.role}
        value={value.role}
        onChange={(event) => onChange({ role: roleOf(event.target.value), zoneId: null })}
      >
        {STAFF_ROLES.map((role) => (
          <option key={role} value={role}>
            {roleName(role, language)}
          </option>
        ))}
      </Select>
      {value.role === 'leader' ? (
        <Select
          id="staff-zone"
          label={w.zone}
          required
          value={value.zoneId ?? ''}
          onChange={(event) => onChange({ ...value, zoneId: event.target.value })}
        >
          <option value="">{w.choose}</option>
          {(zones.data?.items ?? []).map((zone) => (
            <option key={zone.id} value={zone.id}>
              {zone.name}
            </option>
          ))}
        </Select>
      ) : null}
    </>
  )
}
