import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { prepareZXingModule, readBarcodes } from 'zxing-wasm/reader'

/** The decoder would fetch its own code from the network; here it is given it from the disk. */
const ready = readFile(fileURLToPath(import.meta.resolve('zxing-wasm/reader/zxing_reader.wasm'))).then(
  (wasm) =>
    prepareZXingModule({ overrides: { wasmBinary: wasm.buffer as ArrayBuffer }, fireImmediately: true }),
)

/** For tests: every QR code that an independent decoder finds in a picture (PNG or JPEG). */
export async function readPicture(picture: Uint8Array): Promise<string[]> {
  await ready
  const found = await readBarcodes(picture, { formats: ['QRCode'], tryHarder: true })
  return found.filter(({ isValid }) => isValid).map(({ text }) => text)
}
