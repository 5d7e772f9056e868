import { KIND_WORDS } from '@tienve/contracts'
import { useWords } from '@tienve/ui'

/** The words of a kind of txn; a kind without any shows as it is, rather than not at all. */
export function useKind(): (kind: string) => string {
  const words: Record<string, string> = useWords(KIND_WORDS)
  return (kind) => words[kind] ?? kind
}
