import { formatVnd } from '@tienve/money'
import type { ButtonHTMLAttributes, InputHTMLAttributes, ReactNode, SelectHTMLAttributes } from 'react'
import { wordsFor } from './errors.ts'
import { useLanguage, useWords } from './language.tsx'

const WORDS = {
  loading: { vi: 'Đang tải …', en: 'Loading …' },
  retry: { vi: 'Thử lại', en: 'Try again' },
}

export function Button({
  kind = 'main',
  ...rest
}: ButtonHTMLAttributes<HTMLButtonElement> & { kind?: 'main' | 'quiet' | 'danger' }) {
  return <button type="button" {...rest} className={`tv-button ${kind} ${rest.className ?? ''}`} />
}

export function Card({
  title,
  children,
  className = '',
}: {
  title?: string
  children: ReactNode
  className?: string
}) {
  return (
    <section className={`tv-card ${className}`}>
      {title === undefined ? null : <h2>{title}</h2>}
      {children}
    </section>
  )
}

export function Field({
  label,
  ...input
}: InputHTMLAttributes<HTMLInputElement> & { label: string; id: string }) {
  return (
    <div className="tv-field">
      <label htmlFor={input.id}>{label}</label>
      <input {...input} />
    </div>
  )
}

export function Select({
  label,
  children,
  ...select
}: SelectHTMLAttributes<HTMLSelectElement> & { label: string; id: string }) {
  return (
    <div className="tv-field">
      <label htmlFor={select.id}>{label}</label>
      <select {...select}>{children}</select>
    </div>
  )
}

/** An amount with its digits in columns: `35.000 đ`. */
export function Money({ vnd }: { vnd: number }) {
  return <span className="tv-money">{formatVnd(BigInt(vnd))}</span>
}

/** What was found, by a sign and a word besides its colour. */
export function Mark({ kind, children }: { kind: 'good' | 'warn' | 'bad' | 'none'; children: ReactNode }) {
  const signs = { good: '✓', warn: '!', bad: '✕', none: '–' }
  return (
    <span className={`tv-mark ${kind}`}>
      <span className="tv-sign" aria-hidden="true">
        {signs[kind]}
      </span>
      <span>{children}</span>
    </span>
  )
}

/** A line across the screen. `alert` is read out at once. */
export function Banner({
  kind,
  children,
  testId,
}: {
  kind: 'info' | 'warn' | 'bad' | 'good'
  children: ReactNode
  testId?: string
}) {
  return (
    <div
      className={`tv-banner ${kind}`}
      role={kind === 'bad' || kind === 'warn' ? 'alert' : 'status'}
      data-testid={testId}
    >
      {children}
    </div>
  )
}

export function Loading() {
  const w = useWords(WORDS)
  return (
    <p className="tv-quiet" role="status">
      {w.loading}
    </p>
  )
}

export function Empty({ children }: { children: ReactNode }) {
  return <p className="tv-empty">{children}</p>
}

/** What went wrong in plain words, and the way on. */
export function ErrorPanel({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const language = useLanguage()
  const w = useWords(WORDS)
  return (
    <div className="tv-error" role="alert">
      <p>{wordsFor(error)[language]}</p>
      {onRetry === undefined ? null : (
        <Button kind="quiet" onClick={onRetry}>
          {w.retry}
        </Button>
      )}
    </div>
  )
}
