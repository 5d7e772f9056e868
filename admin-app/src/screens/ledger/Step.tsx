import type { ReactNode } from 'react'

/** One link of the chain from a number to the bytes that it came from: plain words, and the technical value small beside. */
export function Step({
  title,
  words,
  technical,
  children,
  isLast = false,
}: {
  title: string
  words?: string
  technical?: string
  children?: ReactNode
  isLast?: boolean
}) {
  return (
    <li className={isLast ? 'step last' : 'step'}>
      <div className="step-head">
        <h4>{title}</h4>
        {technical === undefined ? null : <small>{technical}</small>}
      </div>
      {words === undefined ? null : <p>{words}</p>}
      {children}
    </li>
  )
}

/** One fact of a step; what is not known is left out. */
export function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === null || children === '') return null
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
