/** Small enough to keep no memory, large enough that a row does not cost a write of its own. */
const CHUNK_CHARACTERS = 16 * 1024

/** Joins lines into pieces of some kilobytes, holding never more than one piece. */
export async function* inChunks(lines: AsyncIterable<string> | Iterable<string>): AsyncGenerator<string> {
  let chunk = ''
  for await (const line of lines) {
    chunk += line
    if (chunk.length < CHUNK_CHARACTERS) continue
    yield chunk
    chunk = ''
  }
  if (chunk !== '') yield chunk
}
