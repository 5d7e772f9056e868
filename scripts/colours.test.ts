import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

/** WCAG 2.2, 1.4.3: text that is not large. */
const LEAST = 4.5
/** WCAG 2.2, 1.4.11: what a control is recognised by. */
const LEAST_EDGE = 3
/** WCAG 2.2, 1.4.6: what whoever asks for more contrast is to get. */
const LEAST_MORE = 7

/** What is written on what, wherever it is. */
const WRITTEN: [string, string][] = [
  ...['--ink', '--ink-soft', '--main', '--good', '--bad', '--warn', '--link'].flatMap(
    (ink): [string, string][] => [
      [ink, '--paper'],
      [ink, '--card'],
    ],
  ),
  ['--main-ink', '--main'],
  ['--fill-ink', '--good-fill'],
  ['--fill-ink', '--bad-fill'],
  ['--fill-ink', '--warn-fill'],
  ['--fill-ink', '--quiet-fill'],
  ['--info-ink', '--info-fill'],
  ['--info-fill', '--info-ink'],
  ['--ink', '--note-fill'],
  ['--call-ink', '--call-fill'],
]

const styles = readFileSync('packages/ui/src/styles.css', 'utf8')
const looks = readFileSync('packages/ui/src/looks.css', 'utf8')
const light = coloursOf(styles, ':root')
const dark = coloursOf(looks, `:root[data-scheme='dark']`)
const more = coloursOf(looks, `:root[data-contrast='more']`)
const darkMore = coloursOf(looks, `:root[data-scheme='dark'][data-contrast='more']`)

describe.each([
  ['light', light, LEAST],
  ['dark', { ...light, ...dark }, LEAST],
  ['light with more contrast', { ...light, ...more }, LEAST_MORE],
  ['dark with more contrast', { ...light, ...dark, ...more, ...darkMore }, LEAST_MORE],
])('%s', (_, colours, least) => {
  it.each(WRITTEN)('%s can be read on %s', (ink, ground) => {
    expect(contrast(colours, ink, ground)).toBeGreaterThanOrEqual(least)
  })
  it.each(['--card', '--paper'])('the edge of a field and the focus are seen on %s', (ground) => {
    expect(contrast(colours, '--edge', ground)).toBeGreaterThanOrEqual(LEAST_EDGE)
    expect(contrast(colours, '--focus', ground)).toBeGreaterThanOrEqual(LEAST_EDGE)
  })
})

/** The colours that one rule of a stylesheet sets. */
function coloursOf(css: string, selector: string): Record<string, string> {
  const at = css.indexOf(`${selector} {`)
  if (at < 0) throw new Error(`nothing is said of ${selector}`)
  const rule = css.slice(at, css.indexOf('}', at))
  const set = rule.matchAll(/(--[\w-]+): (#[0-9a-f]{6});/g)
  return Object.fromEntries(Array.from(set, ([, name = '', value = '']) => [name, value]))
}

/** By the formula of WCAG 2.2: 1 for the same colour, 21 for black on white. */
function contrast(colours: Record<string, string>, one: string, other: string): number {
  const [darker, lighter] = [one, other]
    .map((name) => luminance(colours[name] ?? ''))
    .toSorted((a, b) => a - b)
  return ((lighter ?? 0) + 0.05) / ((darker ?? 0) + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.040_45 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
