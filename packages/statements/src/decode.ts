import { StatementError } from './statement.ts'

/**
 * The text of a file: UTF-8, UTF-16 where its mark says so, and else windows-1258, the code page of older Vietnamese
 * systems, whose loose accents are put together. Throws `format_unknown` for what is no text.
 */
export function decodeText(bytes: Buffer): string {
  const text = decode(bytes)
  // oxlint-disable-next-line no-control-regex -- what no text file holds
  if (/[\u0000-\u0008\u000E-\u001A\u001C-\u001F]/.test(text)) throw new StatementError('format_unknown')
  return text
}

function decode(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1258').decode(bytes).normalize('NFC')
  }
}
