import { useMutation } from '@tanstack/react-query'
import { CONTRACT_KINDS, type Contract, type Me, type StallRecord } from '@tienve/contracts'
import { parseVnd, vndToJson } from '@tienve/money'
import { Button, Card, Field, fill, Select, useWords } from '@tienve/ui'
import { useState } from 'react'
import { api } from '../../api.ts'
import { addressOf } from '../../route.ts'
import { Refusal } from './Refusal.tsx'
import { CONTRACT_KIND_WORDS } from './words.ts'

const WORDS = {
  title: { vi: 'Hợp đồng mới', en: 'New contract' },
  takeOver: { vi: 'Sang nhượng {number}', en: 'Transfer {number}' },
  told: {
    vi: 'Hợp đồng cũ kết thúc hết ngày này; người mới bắt đầu ngày hôm sau. Tiền cọc cũ vẫn giữ đến khi trả lại.',
    en: 'The contract at hand ends with this day; the new one begins the day after. The deposit stays until it is given back.',
  },
  lastDay: { vi: 'Ngày cuối của người cũ', en: 'Last day of who has it now' },
  number: { vi: 'Số hợp đồng', en: 'Contract number' },
  kind: { vi: 'Loại hợp đồng', en: 'Kind' },
  holder: { vi: 'Người thuê', en: 'Tenant' },
  phone: { vi: 'Điện thoại', en: 'Phone' },
  seller: { vi: 'Người bán (nếu là người khác)', en: 'Seller (if somebody else)' },
  signedOn: { vi: 'Ngày ký', en: 'Signed on' },
  startsOn: { vi: 'Từ ngày', en: 'From' },
  endsOn: { vi: 'Đến ngày (để trống nếu không thời hạn)', en: 'Until (empty if open-ended)' },
  deposit: { vi: 'Tiền cọc (đ)', en: 'Deposit (đ)' },
  badDeposit: {
    vi: 'Tiền cọc là số đồng, thí dụ 3.000.000.',
    en: 'The deposit is a number of đồng, such as 3.000.000.',
  },
  save: { vi: 'Lưu hợp đồng', en: 'Save the contract' },
  leave: { vi: 'Thôi', en: 'Leave it' },
}
const TEXTS = ['number', 'holder', 'phone', 'seller'] as const
const DATES = ['signedOn', 'endsOn'] as const
const EMPTY = {
  number: '',
  kind: 'use',
  holder: '',
  phone: '',
  seller: '',
  signedOn: '',
  startsOn: '',
  lastDay: '',
  endsOn: '',
  deposit: '',
}
const orNull = (text: string): string | null => (text === '' ? null : text)

/** A contract for a stall that nobody has, or one that takes over from `takesOver` (sang nhượng). */
export function ContractForm({
  me,
  stall,
  takesOver,
  onDone,
}: {
  me: Me
  stall: StallRecord
  takesOver?: Contract
  onDone: () => unknown
}) {
  const w = useWords(WORDS)
  const kinds = useWords(CONTRACT_KIND_WORDS)
  // Another content is another request; the same one again is the same, however often it is sent.
  const [idempotencyKey, setKey] = useState(() => crypto.randomUUID())
  const [entered, setEntered] = useState(EMPTY)
  const deposit = entered.deposit === '' ? 0n : parseVnd(entered.deposit)
  const save = useMutation({
    mutationFn: () => {
      const { number, kind, holder, phone, seller, signedOn, endsOn, startsOn, lastDay } = entered
      const agreed = {
        number,
        holder: { name: holder, phone: orNull(phone.replaceAll(/\D/g, '')) },
        seller: seller === '' ? null : { name: seller },
        signedOn: orNull(signedOn),
        endsOn: orNull(endsOn),
        depositVnd: vndToJson(deposit ?? 0n),
      }
      return takesOver === undefined
        ? api.post(
            `/v1/markets/${me.market.id}/contracts`,
            { ...agreed, stallId: stall.id, kind, startsOn },
            { idempotencyKey },
          )
        : api.post(`/v1/contracts/${takesOver.id}/transfer`, { ...agreed, lastDay }, { idempotencyKey })
    },
    onSuccess: onDone,
  })
  const field = (name: keyof typeof EMPTY) => ({
    id: name,
    value: entered[name],
    onChange: (event: { target: { value: string } }) => {
      setEntered({ ...entered, [name]: event.target.value })
      setKey(crypto.randomUUID())
    },
  })
  return (
    <Card title={takesOver === undefined ? w.title : fill(w.takeOver, { number: takesOver.number })}>
      {takesOver === undefined ? null : <p className="tv-quiet">{w.told}</p>}
      <form
        className="form"
        onSubmit={(event) => {
          event.preventDefault()
          if (deposit !== null) save.mutate()
        }}
      >
        {takesOver === undefined ? (
          <>
            <Select label={w.kind} {...field('kind')}>
              {CONTRACT_KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {kinds[kind]}
                </option>
              ))}
            </Select>
            <Field label={w.startsOn} type="date" required {...field('startsOn')} />
          </>
        ) : (
          <Field label={w.lastDay} type="date" required {...field('lastDay')} />
        )}
        {TEXTS.map((name) => (
          <Field
            key={name}
            label={w[name]}
            required={name === 'number' || name === 'holder'}
            inputMode={name === 'phone' ? 'tel' : 'text'}
            {...field(name)}
          />
        ))}
        {DATES.map((name) => (
          <Field key={name} label={w[name]} type="date" {...field(name)} />
        ))}
        <Field label={w.deposit} inputMode="numeric" {...field('deposit')} />
        {deposit === null ? <p className="wide tv-bad">{w.badDeposit}</p> : null}
        <Refusal error={save.error} />
        <div className="form-actions">
          <Button type="submit" disabled={save.isPending}>
            {w.save}
          </Button>
          <a className="tv-button quiet" href={addressOf('register/stall', { id: stall.id })}>
            {w.leave}
          </a>
        </div>
      </form>
    </Card>
  )
}
