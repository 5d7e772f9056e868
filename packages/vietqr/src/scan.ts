import decodeQr from 'qr/decode.js'

/** Pixels of a camera or a photo, four bytes each, as a canvas gives them. */
export type Pixels = { width: number; height: number; data: Uint8ClampedArray }

/** How long the reader may look: a frame of a camera is followed by another, a photo is all that there is. */
const PATIENCE = { frame: { timeLimit: 60 }, photo: { effort: 4, timeLimit: 1_500 } } as const

/** What the QR code in a picture says, or null where none can be read. Never throws. */
export function readPixels(pixels: Pixels, of: keyof typeof PATIENCE): string | null {
  try {
    return decodeQr(pixels, { format: 'RGBA', ...PATIENCE[of] })
  } catch {
    return null
  }
}
