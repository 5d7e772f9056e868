/** Printed over every code of a demo: it still scans, and nobody can take it for a real one. */
export const DEMO_OVERPRINT = 'MẪU – KHÔNG CHUYỂN TIỀN'

/** Letters as rows of dots, so that a picture needs no font. Nine rows: three for what stands above a letter, six for it. */
const GLYPHS: Readonly<Record<string, readonly string[]>> = {
  ' ': ['', '', '', '', '', '', '', '', ''],
  '–': ['', '', '', '', '', '#####', '', '', ''],
  C: ['', '', '', '.####', '#....', '#....', '#....', '#....', '.####'],
  Ể: ['...##', '.#.#.', '#.#..', '#####', '#....', '####.', '#....', '#....', '#####'],
  Ề: ['#....', '.#.#.', '#.#.#', '#####', '#....', '####.', '#....', '#....', '#####'],
  G: ['', '', '', '.####', '#....', '#.###', '#...#', '#...#', '.####'],
  H: ['', '', '', '#...#', '#...#', '#####', '#...#', '#...#', '#...#'],
  I: ['', '', '', '.###.', '..#..', '..#..', '..#..', '..#..', '.###.'],
  K: ['', '', '', '#..#.', '#.#..', '##...', '#.#..', '#..#.', '#...#'],
  M: ['', '', '', '#...#', '##.##', '#.#.#', '#...#', '#...#', '#...#'],
  N: ['', '', '', '#...#', '##..#', '#.#.#', '#..##', '#...#', '#...#'],
  Ô: ['', '..#..', '.#.#.', '.###.', '#...#', '#...#', '#...#', '#...#', '.###.'],
  T: ['', '', '', '#####', '..#..', '..#..', '..#..', '..#..', '..#..'],
  U: ['', '', '', '#...#', '#...#', '#...#', '#...#', '#...#', '.###.'],
  Y: ['', '', '', '#...#', '.#.#.', '..#..', '..#..', '..#..', '..#..'],
  Ẫ: ['.#.#.', '#.#..', '.#.#.', '..#..', '.#.#.', '#...#', '#####', '#...#', '#...#'],
}
const GLYPH_WIDTH = 6
const ROWS = 9

export type Dots = { width: number; height: number; at: (x: number, y: number) => boolean }

/** The overprint as a grid of dots. */
export function overprintDots(): Dots {
  const letters = Array.from(DEMO_OVERPRINT, (letter) => GLYPHS[letter] ?? [])
  return {
    width: letters.length * GLYPH_WIDTH - 1,
    height: ROWS,
    at: (x, y) => letters[Math.floor(x / GLYPH_WIDTH)]?.[y]?.[x % GLYPH_WIDTH] === '#',
  }
}
