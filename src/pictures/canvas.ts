import { glyphOf, glyphRows } from './font.ts'
import { toPng, type Colour } from './png.ts'

export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Where a text begins or, with `right`, ends; `scale` is how many points each point of a letter is wide and high. */
export interface TextPlace {
  readonly x: number
  readonly y: number
  readonly scale: number
  readonly align?: 'left' | 'right' | 'centre'
}

/** Something to draw on; what falls outside is left out. Colours are named once, and `background` is everywhere at first. */
export interface Canvas<Name extends string> {
  paint(box: Box, colour: Name): void
  write(text: string, place: TextPlace, colour: Name): void
  toPng(): Uint8Array
}

export function createCanvas<Name extends string>(
  { width, height }: Pick<Box, 'width' | 'height'>,
  colours: Readonly<Record<Name | 'background', Colour>>,
): Canvas<Name> {
  const names = Object.keys(colours)
  const points = new Uint8Array(width * height).fill(names.indexOf('background'))
  const paint = (box: Box, colour: Name): void => {
    const left = Math.max(0, box.x)
    const right = Math.min(width, box.x + box.width)
    if (right <= left) return
    for (let row = Math.max(0, box.y); row < Math.min(height, box.y + box.height); row += 1)
      points.fill(names.indexOf(colour), row * width + left, row * width + right)
  }
  return {
    paint,
    write: (text, place, colour) => {
      for (const box of letterBoxes(text, place)) paint(box, colour)
    },
    toPng: () => toPng({ width, height, points, palette: Object.values<Colour>(colours) }),
  }
}

/** Upright strokes are thicker by so many points, which a picture made smaller on a phone needs. */
const weight = 1

/** How wide a text is, in points. */
export function widthOf(text: string, scale: number): number {
  const letters = Array.from(text, (letter) => (glyphOf(letter).width + 1) * scale + weight)
  return Math.max(0, letters.reduce((sum, width) => sum + width, 0) - scale)
}

/** How high a text is without the tails below the line, in points. */
export function heightOf(scale: number): number {
  return (glyphRows - 1) * scale
}

function letterBoxes(text: string, { x, y, scale, align = 'left' }: TextPlace): readonly Box[] {
  const width = widthOf(text, scale)
  let left = align === 'right' ? x - width : align === 'centre' ? x - Math.round(width / 2) : x
  const boxes: Box[] = []
  for (const letter of text) {
    const glyph = glyphOf(letter)
    for (const [row, line] of glyph.rows.entries())
      for (const { index } of line.matchAll(/#/g))
        boxes.push({ x: left + index * scale, y: y + row * scale, width: scale + weight, height: scale })
    left += (glyph.width + 1) * scale + weight
  }
  return boxes
}
