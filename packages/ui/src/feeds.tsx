import {
  PROVIDER_CHOICES,
  type Connection,
  type ConnectionState,
  type ProofScheme,
  type Provider,
  type PullProblemName,
  type Refusal,
  type SecretOddity,
  type SetupStep,
} from '@tienve/contracts'
import { useState } from 'react'
import { whenOf } from './dates.ts'
import { fill, useLanguage, useWords, type Words } from './language.tsx'
import { Button, Field, Mark, Select } from './parts.tsx'

const STATE_WORDS: Words<ConnectionState> = {
  waiting: { vi: 'Chờ tin đầu tiên', en: 'Waiting for the first message' },
  heard: { vi: 'Nghe tốt', en: 'Heard' },
  refused: { vi: 'Tin bị từ chối', en: 'Messages are turned away' },
  deaf: { vi: 'Điếc: im lâu bất thường', en: 'Deaf: quiet for too long' },
  pull_problem: { vi: 'Hỏi lại không được', en: 'Does not answer when asked' },
  revoked: { vi: 'Đã ngắt', en: 'Ended' },
}
const STATE_MARKS = {
  waiting: 'warn',
  heard: 'good',
  refused: 'bad',
  deaf: 'bad',
  pull_problem: 'warn',
  revoked: 'none',
} as const

/** What is wrong with a message that was turned away, and what to do about it. */
const REFUSAL_WORDS: Words<Refusal> = {
  signature_mismatch: {
    vi: 'Khóa bí mật không khớp. Chép lại khóa sang nhà cung cấp; mất khóa thì bấm Đổi khóa.',
    en: 'The secret does not match. Copy it to the provider again; if it is lost, change it.',
  },
  api_key_mismatch: {
    vi: 'API key không khớp. Chép lại sang nhà cung cấp; mất thì bấm Đổi khóa.',
    en: 'The API key does not match. Copy it to the provider again; if it is lost, change it.',
  },
  token_mismatch: {
    vi: 'Token không phải của kết nối này. Xem lại tên và mật khẩu ở nhà cung cấp.',
    en: 'The token is not of this connection. Check the name and password at the provider.',
  },
  token_expired: {
    vi: 'Token đã hết hạn. Nhà cung cấp phải lấy token mới trước khi gửi.',
    en: 'The token is over. The provider has to fetch a new one before it sends.',
  },
  credentials_missing: {
    vi: 'Tin không kèm chứng thực. Xem lại Kiểu chứng thực ở nhà cung cấp.',
    en: 'The message proves nothing. Check the kind of authentication at the provider.',
  },
  credentials_unreadable: {
    vi: 'Đọc không được phần chứng thực. Chọn đúng kiểu chứng thực ở nhà cung cấp.',
    en: 'The proof cannot be read. Choose the right kind of authentication at the provider.',
  },
  timestamp_missing: {
    vi: 'Tin thiếu giờ gửi. Xem lại Kiểu chứng thực ở nhà cung cấp.',
    en: 'The message has no time. Check the kind of authentication at the provider.',
  },
  timestamp_unreadable: {
    vi: 'Đọc không được giờ gửi của tin.',
    en: 'The time of the message cannot be read.',
  },
  timestamp_outside_tolerance: {
    vi: 'Giờ gửi lệch nhiều phút: tin cũ gửi lại, hoặc đồng hồ sai. Gửi một tin thử mới.',
    en: 'Its time is minutes off: an old message sent again, or a wrong clock. Send a new test.',
  },
  no_active_key: {
    vi: 'Không có khóa nào còn hạn cho kiểu chứng thực này. Bấm Đổi khóa.',
    en: 'No secret holds for this kind of authentication. Change it.',
  },
  statement_refused: {
    vi: 'Sao kê gửi tới không đọc được, cộng không khớp, hoặc không phải của tài khoản nào ở đây. Câu trả lời cho bên gửi nói rõ dòng nào.',
    en: 'A delivered statement does not read or add up, or is of no account here. The answer to its sender names the line.',
  },
}

export const pullProblemWords: Words<PullProblemName> = {
  unauthorised: {
    vi: 'Nhà cung cấp không nhận khóa API. Dán lại khóa.',
    en: 'The provider does not take the API key. Paste it again.',
  },
  rate_limited: {
    vi: 'Nhà cung cấp bảo hỏi chậm lại. Máy tự đợi rồi hỏi tiếp.',
    en: 'The provider asks us to slow down. We wait and go on.',
  },
  unreadable: {
    vi: 'Câu trả lời của nhà cung cấp đọc không được. Báo người cài đặt hệ thống.',
    en: 'The provider’s answer cannot be read. Tell whoever runs the system.',
  },
  unavailable: {
    vi: 'Nhà cung cấp không trả lời. Máy tự hỏi lại.',
    en: 'The provider does not answer. We ask again.',
  },
}

const STANDING = {
  heard: { vi: 'Nghe được lần cuối lúc {at}.', en: 'Last heard {at}.' },
  never: { vi: 'Chưa nghe được tin nào.', en: 'Nothing has been heard yet.' },
  delivered: { vi: 'Sao kê gửi tới lần cuối lúc {at}.', en: 'Last delivered a statement {at}.' },
  refused: { vi: 'Tin lúc {at} bị từ chối: {why}', en: 'The message of {at} was turned away: {why}' },
  before: {
    vi: 'Trước đó, tin lúc {at} bị từ chối.',
    en: 'Before that, the message of {at} was turned away.',
  },
  deaf: {
    vi: 'Im từ lâu, báo điếc lúc {at}. Xem lại kết nối ở nhà cung cấp và ở ngân hàng.',
    en: 'Quiet, called deaf {at}. Check the link at the provider and at the bank.',
  },
  foreign: {
    vi: 'Có {count} giao dịch tuần này ở tài khoản chưa gắn với kết nối: tiền đang treo. Gắn thêm tài khoản.',
    en: '{count} movements this week are of accounts not bound here: their money is in suspense. Bind them.',
  },
  revoked: { vi: 'Ngắt lúc {at}. Tin gửi tới không nhận nữa.', en: 'Ended {at}. Nothing is taken any more.' },
}

export function ConnectionMark({ state }: { state: ConnectionState }) {
  const words = useWords(STATE_WORDS)
  return <Mark kind={STATE_MARKS[state]}>{words[state]}</Mark>
}

/** How a connection stands, in words, and what to do where it does not stand well. Read out as it changes. */
export function ConnectionStanding({ connection }: { connection: Connection }) {
  const w = useWords(STANDING)
  const refusals = useWords(REFUSAL_WORDS)
  const problems = useWords(pullProblemWords)
  const { state, refusal, lastHeardAt, deliveredAt, deafSince, pull, foreignCount, revokedAt } = connection
  const refused = refusal === null ? null : { at: whenOf(refusal.at), why: refusals[refusal.reason] }
  return (
    <div className="tv-standing" role="status" data-testid="standing">
      <ConnectionMark state={state} />
      {revokedAt === null ? null : <p>{fill(w.revoked, { at: whenOf(revokedAt) })}</p>}
      {state === 'refused' && refused !== null ? <p>{fill(w.refused, refused)}</p> : null}
      {deafSince === null || revokedAt !== null ? null : <p>{fill(w.deaf, { at: whenOf(deafSince) })}</p>}
      <p>{lastHeardAt === null ? w.never : fill(w.heard, { at: whenOf(lastHeardAt) })}</p>
      {deliveredAt === null ? null : <p>{fill(w.delivered, { at: whenOf(deliveredAt) })}</p>}
      {state === 'heard' && refused !== null ? <p>{fill(w.before, refused)}</p> : null}
      {pull === null || pull.problem === null ? null : <p>{problems[pull.problem]}</p>}
      {foreignCount === 0 ? null : <p>{fill(w.foreign, { count: foreignCount })}</p>}
    </div>
  )
}

const STEPS = {
  copy: { vi: 'Chép', en: 'Copy' },
  copied: { vi: 'Đã chép', en: 'Copied' },
  once: {
    vi: 'Khóa chỉ hiện lần này. Chép ngay sang nhà cung cấp, đừng gửi qua tin nhắn.',
    en: 'The secret is shown this once. Copy it to the provider now, and send it in no message.',
  },
  gone: {
    vi: '(chỉ hiện một lần lúc tạo; mất thì Đổi khóa)',
    en: '(shown once, when it was made; if it is lost, change it)',
  },
  unsure: {
    vi: 'chưa thử được với tài khoản thật',
    en: 'not tried with a live account',
  },
}

/** What to paste and choose at the provider, in order, each value with a button that copies it. */
export function SetupSteps({ steps, secret }: { steps: readonly SetupStep[]; secret: string | null }) {
  const w = useWords(STEPS)
  const language = useLanguage()
  return (
    <>
      {secret === null ? null : <p className="tv-once">{w.once}</p>}
      <ol className="tv-setup">
        {steps.map((step) => {
          const value = step.secret === null ? (step.value?.[language] ?? null) : partOf(secret, step.secret)
          return (
            <li key={step.label.vi}>
              <span>{step.label[language]}</span>
              {step.isUnsure ? <small> ({w.unsure})</small> : null}
              {step.secret !== null && value === null ? <small> {w.gone}</small> : null}
              {value === null ? null : step.kind === 'choose' ? (
                <b>{value}</b>
              ) : (
                <CopyValue value={value} label={step.label[language]} />
              )}
            </li>
          )
        })}
      </ol>
    </>
  )
}

function partOf(secret: string | null, part: NonNullable<SetupStep['secret']>): string | null {
  if (secret === null || part === 'whole') return secret
  const colon = secret.indexOf(':')
  return part === 'name' ? secret.slice(0, colon) : secret.slice(colon + 1)
}

/** A value that goes somewhere else, and a button that takes it along. */
export function CopyValue({ value, label }: { value: string; label: string }) {
  const w = useWords(STEPS)
  const [isCopied, setCopied] = useState(false)
  return (
    <span className="tv-copy">
      <code>{value}</code>
      <Button
        kind="quiet"
        className="small"
        aria-label={`${isCopied ? w.copied : w.copy}: ${label}`}
        // Without leave to the clipboard the value can still be selected by hand.
        onClick={() =>
          void navigator.clipboard?.writeText(value).then(
            () => setCopied(true),
            () => {},
          )
        }
      >
        {isCopied ? w.copied : w.copy}
      </Button>
    </span>
  )
}

const CHOICE = {
  provider: { vi: 'Nhà cung cấp', en: 'Provider' },
  scheme: { vi: 'Kiểu chứng thực', en: 'Authentication' },
  hmac: { vi: 'Chữ ký (an toàn nhất)', en: 'Signature (safest)' },
  'api-key': { vi: 'API key (không ký nội dung)', en: 'API key (the content is not signed)' },
  token: { vi: 'Token lấy từ máy này', en: 'Token fetched from us' },
  none: { vi: 'Không chứng thực (chỉ nhắc hỏi lại)', en: 'None (only makes us ask)' },
  secret: { vi: 'Khóa của nhà cung cấp (dán vào đây)', en: 'The provider’s secret (paste it here)' },
  standard: {
    vi: 'Ngân hàng hoặc cổng khác (Standard Webhooks)',
    en: 'Another bank or gateway (Standard Webhooks)',
  },
  mbToo: { vi: 'VietQR.vn, MB', en: 'VietQR.vn, MB' },
}

/** A provider, how it proves its messages, and its secret where it is the one who makes it up. */
export type ProviderChoice = { provider: Provider; scheme: ProofScheme; secret: string }

export const FIRST_CHOICE: ProviderChoice = { provider: 'sepay', scheme: 'hmac', secret: '' }

/** The fields that a choice of provider has. */
export function ProviderFields({
  choice,
  onChange,
}: {
  choice: ProviderChoice
  onChange: (next: ProviderChoice) => void
}) {
  const w = useWords(CHOICE)
  const { schemes } = PROVIDER_CHOICES[choice.provider]
  const nameOf = (provider: Provider): string =>
    provider === 'standard' ? w.standard : provider === 'vietqrvn' ? w.mbToo : PROVIDER_CHOICES[provider].name
  return (
    <>
      <Select
        id="connection-provider"
        label={w.provider}
        value={choice.provider}
        onChange={(event) => {
          const next = PROVIDERS_IN_ORDER.find((one) => one === event.target.value)
          const scheme = next === undefined ? undefined : PROVIDER_CHOICES[next].schemes[0]?.scheme
          if (next !== undefined && scheme !== undefined) onChange({ provider: next, scheme, secret: '' })
        }}
      >
        {PROVIDERS_IN_ORDER.map((one) => (
          <option key={one} value={one}>
            {nameOf(one)}
          </option>
        ))}
      </Select>
      {schemes.length === 1 ? null : (
        <Select
          id="connection-scheme"
          label={w.scheme}
          value={choice.scheme}
          onChange={(event) => {
            const next = schemes.find(({ scheme }) => scheme === event.target.value)
            if (next !== undefined) onChange({ ...choice, scheme: next.scheme, secret: '' })
          }}
        >
          {schemes.map(({ scheme }) => (
            <option key={scheme} value={scheme}>
              {w[scheme]}
            </option>
          ))}
        </Select>
      )}
      {isPasted(choice) ? (
        <Field
          id="connection-secret"
          label={w.secret}
          type="password"
          autoComplete="off"
          required
          maxLength={500}
          value={choice.secret}
          onChange={(event) => onChange({ ...choice, secret: event.target.value })}
        />
      ) : null}
    </>
  )
}

const PROVIDERS_IN_ORDER = [
  'sepay',
  'casso',
  'payos',
  'vietqrvn',
  'standard',
] as const satisfies readonly Provider[]

/** Whether the provider makes the secret up, so that it has to be pasted here. */
export function isPasted({ provider, scheme }: Pick<ProviderChoice, 'provider' | 'scheme'>): boolean {
  return PROVIDER_CHOICES[provider].schemes.some(
    (one) => one.scheme === scheme && one.secretFrom === 'provider',
  )
}

const ODDITIES: Words<SecretOddity> = {
  trimmed: {
    vi: 'Khóa dán vào có khoảng trắng ở đầu hoặc cuối: đã bỏ.',
    en: 'The pasted secret had spaces around it: they were removed.',
  },
  has_space: {
    vi: 'Khóa có khoảng trắng ở giữa: xem lại có chép thừa không.',
    en: 'The secret has a space inside: check that no more was copied than it.',
  },
  short: {
    vi: 'Khóa ngắn quá: xem lại có chép thiếu không.',
    en: 'The secret is short: check that it was copied whole.',
  },
}

/** What is odd about a secret that was pasted: it is taken, but may not be the right one. */
export function Oddities({ of }: { of: readonly SecretOddity[] }) {
  const words = useWords(ODDITIES)
  return of.map((one) => (
    <Mark key={one} kind="warn">
      {words[one]}
    </Mark>
  ))
}
