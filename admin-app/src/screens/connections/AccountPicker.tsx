import type { BindableAccount } from '@tienve/contracts'
import { Button, Field, fill, useWords } from '@tienve/ui'
import { useState } from 'react'

const WORDS = {
  find: { vi: 'Tìm sạp, tên, số tài khoản', en: 'Find a stall, a name, a number' },
  board: { vi: 'Ban quản lý', en: 'The board' },
  heard: { vi: 'đã có nguồn khác nghe: nguồn này để đối chứng', en: 'heard already: this one bears it out' },
  chosen: { vi: 'Đã chọn {count}', en: '{count} chosen' },
  all: { vi: 'Chọn cả {count}', en: 'Choose all {count}' },
  none: { vi: 'Bỏ chọn', en: 'Choose none' },
}

/** Accents and case do not matter to whoever looks for a name. */
const plain = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll(/đ/gi, 'd').toLowerCase()

/** The accounts of the register, to choose some of. */
export function AccountPicker({
  accounts,
  chosen,
  onChange,
}: {
  accounts: readonly BindableAccount[]
  chosen: ReadonlySet<string>
  onChange: (next: ReadonlySet<string>) => void
}) {
  const w = useWords(WORDS)
  const [text, setText] = useState('')
  const shown = accounts.filter(({ stallCode, stallName, holder, number, bankCode }) =>
    plain([stallCode, stallName, holder, number, bankCode].join(' ')).includes(plain(text.trim())),
  )
  const isAll = shown.every(({ id }) => chosen.has(id))
  const toggle = (ids: readonly string[], isIn: boolean): void => {
    const rest = [...chosen].filter((id) => !ids.includes(id))
    onChange(new Set(isIn ? [...rest, ...ids] : rest))
  }
  return (
    <>
      <Field
        id="account-find"
        label={w.find}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <div className="filters">
        <Button
          kind="quiet"
          className="small"
          onClick={() =>
            toggle(
              shown.map(({ id }) => id),
              !isAll,
            )
          }
        >
          {isAll ? w.none : fill(w.all, { count: shown.length })}
        </Button>
        <span role="status">{fill(w.chosen, { count: chosen.size })}</span>
      </div>
      <ul className="account-list">
        {shown.map((one) => (
          <li key={one.id}>
            <label>
              <input
                type="checkbox"
                checked={chosen.has(one.id)}
                onChange={(event) => toggle([one.id], event.target.checked)}
              />
              <span>
                <b>
                  {one.bankCode} {one.number}
                </b>{' '}
                {one.holder}
                <small>
                  {one.stallCode === null ? w.board : `${one.stallCode} ${one.stallName ?? ''}`}
                  {one.isHeard ? ` · ${w.heard}` : ''}
                </small>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </>
  )
}
