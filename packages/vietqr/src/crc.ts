const POLYNOMIAL = 0x1021

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ POLYNOMIAL : crc << 1
  return crc & 0xffff
})

const utf8 = new TextEncoder()

/**
 * CRC-16/CCITT-FALSE (EMVCo MPM 1.1, 4.7.3) over the UTF-8 bytes of `text`, as four upper-case hex digits.
 * `crc16('123456789')` is `29B1`.
 */
export function crc16(text: string): string {
  let crc = 0xffff
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    // Nearly every code is plain ASCII, where the character is the byte; anything else starts over on real bytes.
    if (code > 0x7f) return hexOf(crcOfBytes(utf8.encode(text)))
    crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ code) & 0xff] ?? 0)) & 0xffff
  }
  return hexOf(crc)
}

function crcOfBytes(bytes: Uint8Array): number {
  let crc = 0xffff
  for (const byte of bytes) crc = ((crc << 8) ^ (TABLE[((crc >> 8) ^ byte) & 0xff] ?? 0)) & 0xffff
  return crc
}

function hexOf(crc: number): string {
  return crc.toString(16).toUpperCase().padStart(4, '0')
}
