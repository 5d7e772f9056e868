import { vndToJson } from '@tienve/money'
import { inChunks } from './chunks.ts'

/**
 * Objects as JSON, one a line, piece by piece. A `bigint` becomes a JSON number as everywhere on the wire; throws
 * `RangeError` where that would no longer be exact.
 */
export function writeJsonl(rows: AsyncIterable<object> | Iterable<object>): AsyncGenerator<string> {
  return inChunks(jsonLines(rows))
}

async function* jsonLines(rows: AsyncIterable<object> | Iterable<object>): AsyncGenerator<string> {
  for await (const row of rows) {
    const line = JSON.stringify(row, (_, value: unknown) =>
      typeof value === 'bigint' ? vndToJson(value) : value,
    )
    yield `${line}\n`
  }
}
