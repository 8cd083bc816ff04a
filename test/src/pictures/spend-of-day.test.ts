import { crc32, inflateSync } from 'node:zlib'
import { expect, test } from 'vitest'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { Tier } from '../../../src/core/route.ts'
import type { TierHour } from '../../../src/core/spending.ts'
import { drawSpendOfDay } from '../../../src/pictures/spend-of-day.ts'
import { ticksUpTo } from '../../../src/pictures/ticks.ts'

function hour(hour: number, tier: Tier, charged: number): TierHour {
  return { hour, tier, charged: charged as MicroDollars }
}

const words = { title: 'Spend by hour', tier: 'tier' }

function draw(hours: readonly TierHour[]) {
  return readPng(drawSpendOfDay({ day: '2026-11-27', timeZone: 'Europe/Berlin', hours, words }))
}

/** A reading of PNG files of its own, for those with a palette and without filters. */
function readPng(file: Uint8Array) {
  const bytes = Buffer.from(file)
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from('89504e470d0a1a0a', 'hex'))
  const chunks = new Map<string, Buffer>()
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at)
    const body = bytes.subarray(at + 8, at + 8 + length)
    expect(bytes.readUInt32BE(at + 8 + length)).toBe(crc32(bytes.subarray(at + 4, at + 8 + length)))
    chunks.set(bytes.toString('latin1', at + 4, at + 8), body)
    at += 12 + length
  }
  expect([...chunks.keys()]).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND'])
  const header = chunks.get('IHDR') ?? Buffer.alloc(13)
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)]
  const palette = chunks.get('PLTE') ?? Buffer.alloc(0)
  const lines = inflateSync(chunks.get('IDAT') ?? Buffer.alloc(0))
  expect(lines).toHaveLength((width + 1) * height)
  const colourAt = (x: number, y: number): string => {
    const place = lines[y * (width + 1) + 1 + x] ?? 0
    return palette.subarray(place * 3, place * 3 + 3).toString('hex')
  }
  return { width, height, colourAt }
}

type Picture = ReturnType<typeof readPng>

/** Below the legend and above the line on which the bars stand, so that only bars are coloured. */
const [top, foot] = [112, 345]
const colours = { 2: '56b4e9', 3: 'e69f00', 4: 'be3f6e' } as const

/** How many points of a column of the picture have a colour; the highest over all columns. */
function heightOf({ width, colourAt }: Picture, colour: string): number {
  const columns = Array.from({ length: width }, (_, x) => {
    let count = 0
    for (let y = top; y <= foot; y += 1) if (colourAt(x, y) === colour) count += 1
    return count
  })
  return Math.max(...columns)
}

/** Where bars of a colour begin, from the left. */
function leftEdges({ width, colourAt }: Picture, colour: string): readonly number[] {
  const edges: number[] = []
  for (let x = 1; x < width; x += 1) if (colourAt(x, foot) === colour && colourAt(x - 1, foot) !== colour) edges.push(x)
  return edges
}

test('it is a picture of 800 by 400 points on white', () => {
  const picture = draw([hour(9, 2, 100)])

  expect([picture.width, picture.height]).toEqual([800, 400])
  for (const [x, y] of [
    [0, 0],
    [799, 0],
    [0, 399],
    [799, 399],
  ] as const)
    expect(picture.colourAt(x, y)).toBe('ffffff')
})

test('parts of a bar are as high as their money, the cheapest tier at the bottom', () => {
  const picture = draw([hour(9, 4, 1_500_000), hour(9, 2, 500_000), hour(9, 3, 1_000_000)])
  const [two, three, four] = [
    heightOf(picture, colours[2]),
    heightOf(picture, colours[3]),
    heightOf(picture, colours[4]),
  ]

  expect(Math.abs(three - 2 * two)).toBeLessThanOrEqual(2)
  expect(Math.abs(four - 3 * two)).toBeLessThanOrEqual(2)
  const [x = 0] = leftEdges(picture, colours[2])
  expect(picture.colourAt(x, foot)).toBe(colours[2])
  expect(picture.colourAt(x, foot - two)).toBe(colours[3])
  expect(picture.colourAt(x, foot - two - three)).toBe(colours[4])
})

test('twenty-four hours are twenty-four bars side by side, in the order of the clock', () => {
  const all = draw(Array.from({ length: 24 }, (_, at) => hour(at, 2, 1000)))
  const edges = leftEdges(all, colours[2])

  expect(edges).toHaveLength(24)
  expect(leftEdges(draw([hour(0, 2, 1000)]), colours[2])).toEqual(edges.slice(0, 1))
  expect(leftEdges(draw([hour(23, 2, 1000)]), colours[2])).toEqual(edges.slice(23))
})

test('a millionth of a dollar beside a fortune is still seen, and the fortune does not leave its place', () => {
  const picture = draw([hour(3, 2, 1), hour(20, 4, 999_999_999_999)])

  expect(heightOf(picture, colours[2])).toBe(2)
  expect(heightOf(picture, colours[4])).toBeGreaterThan(200)
  expect(picture.colourAt(799, foot)).toBe('ffffff')
})

test('what was asked of the same tier in one hour adds up', () => {
  const once = drawSpendOfDay({ day: '2026-11-27', timeZone: 'UTC', hours: [hour(9, 2, 300)], words })
  const twice = drawSpendOfDay({ day: '2026-11-27', timeZone: 'UTC', hours: [hour(9, 2, 100), hour(9, 2, 200)], words })

  expect(Buffer.from(twice).equals(Buffer.from(once))).toBe(true)
})

test('a day without anything, and a zone that was never drawn, are still a picture', () => {
  expect(draw([]).width).toBe(800)
  const strange = drawSpendOfDay({
    day: '2026-11-27',
    timeZone: `Zone/${'Ünbekannt 🫖'.repeat(50)}`,
    hours: [hour(1, 2, 5)],
    words,
  })
  expect(readPng(strange).height).toBe(400)
})

test('the words of a picture are those it is given', () => {
  const draws = (given: typeof words): string =>
    Buffer.from(
      drawSpendOfDay({ day: '2026-11-27', timeZone: 'UTC', hours: [hour(9, 2, 300)], words: given }),
    ).toString('hex')

  const pictures = [words, { ...words, title: 'Nach Stunden' }, { ...words, tier: 'Stufe' }].map(draws)

  expect(new Set(pictures).size).toBe(3)
})

test('a picture is small and quick to send', () => {
  const hours = Array.from({ length: 96 }, (_, at) => hour(Math.floor(at / 4), ((at % 4) + 1) as Tier, 1000 + at * 37))

  expect(drawSpendOfDay({ day: '2026-11-27', timeZone: 'Europe/Berlin', hours, words }).length).toBeLessThan(10_000)
})

test.each([
  [0, ['$0.000000', '$0.000001']],
  [5, ['$0.000000', '$0.000001', '$0.000002', '$0.000003', '$0.000004', '$0.000005']],
  [9135, ['$0.000', '$0.002', '$0.004', '$0.006', '$0.008', '$0.010']],
  [400_000, ['$0.00', '$0.10', '$0.20', '$0.30', '$0.40']],
  [1_000_001, ['$0.00', '$0.50', '$1.00', '$1.50']],
  [12_345_678, ['$0', '$5', '$10', '$15']],
  [5_000_000_000, ['$0', '$1,000', '$2,000', '$3,000', '$4,000', '$5,000']],
] as const)('the axis up to %i micro-dollars has round marks', (largest, labels) => {
  expect(ticksUpTo(largest).map(({ label }) => label)).toEqual(labels)
})
