/**
 * An error as a log may have it: its kind, the code of what caused it and where it was thrown. Never its message: a database's
 * message quotes the row, and a query's quotes its parameters, with somebody's memo or account number in them.
 */
export function safeError(error: unknown): { type: string; codes: string[]; stack: string[] } {
  if (!(error instanceof Error)) return { type: typeof error, codes: [], stack: [] }
  const codes: string[] = []
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code)
  }
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return { type: error.name, codes, stack: frames.slice(0, 12).map((line) => line.trim()) }
}
