import encodeQR from 'qr'
import { DEMO_OVERPRINT, overprintDots } from './overprint.ts'

export { DEMO_OVERPRINT }

export type ImageOptions = {
  /** True for the codes of a demo: *MẪU – KHÔNG CHUYỂN TIỀN* is printed over the code. */
  demo?: boolean
}

/** Modules of white around a code (ISO/IEC 18004). */
export const QUIET_ZONE = 4

export const DARK = '#000000'
export const LIGHT = '#ffffff'
export const OVERPRINT = '#c8102e'

/** A code's modules, without the quiet zone: byte mode as EMVCo asks (MPM 1.1, 4.12.1), error correction M. */
export function qrModules(payload: string): boolean[][] {
  // The maker insists on a border of at least one, which is taken off again.
  const framed = encodeQR(payload, 'raw', { encoding: 'byte', ecc: 'medium', border: 1 })
  return framed.slice(1, -1).map((row) => row.slice(1, -1))
}

/** A code as an SVG picture that scales to its box, one unit a module. */
export function qrSvg(payload: string, options: ImageOptions = {}): string {
  const modules = qrModules(payload)
  const size = modules.length + 2 * QUIET_ZONE
  const dark = runs(
    modules.length,
    modules.length,
    (x, y) => modules[y]?.[x] === true,
    1,
    QUIET_ZONE,
    QUIET_ZONE,
  )
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size} ${size}" shape-rendering="crispEdges">` +
    `<path fill="${LIGHT}" d="M0 0h${size}v${size}H0z"/><path fill="${DARK}" d="${dark}"/>` +
    (options.demo === true ? `<path fill="${OVERPRINT}" d="${overprintPath(size)}"/>` : '') +
    '</svg>'
  )
}

/** Where the overprint lies on a picture of `size` modules: across the middle, as wide as the code. */
export function overprintPlace(size: number): { dot: number; left: number; top: number } {
  const { width, height } = overprintDots()
  const dot = (size - 2) / width
  return { dot, left: 1, top: (size - height * dot) / 2 }
}

function overprintPath(size: number): string {
  const dots = overprintDots()
  const { dot, left, top } = overprintPlace(size)
  return runs(dots.width, dots.height, dots.at, dot, left, top)
}

/** Each unbroken run of set cells in a row as one rectangle: a fifth of the text that a rectangle a cell would take. */
function runs(
  width: number,
  height: number,
  isSet: (x: number, y: number) => boolean,
  cell: number,
  left: number,
  top: number,
): string {
  let path = ''
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = x
      while (x < width && isSet(x, y)) x++
      if (x > from)
        path += `M${round(left + from * cell)} ${round(top + y * cell)}h${round((x - from) * cell)}v${round(cell)}h${round(-(x - from) * cell)}z`
    }
  }
  return path
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000
}
