import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { borderBefore, shorten } from '../../../src/core/cut.ts'
import { linesOf, parseMarkup, type Block } from '../../../src/core/markup.ts'
import { renderBlocks } from '../../../src/core/render.ts'
import { splitBlocks, type Fit } from '../../../src/core/split.ts'

const sizeOf = (block: Block): number => renderBlocks([block], { isColoured: false }).length + 2
const fit: Fit = { most: 1500, sizeOf, mostParts: 1000, keptFree: 0 }

function partsOf(text: string, changed: Partial<Fit> = {}): string[] {
  return splitBlocks(parseMarkup(text), { ...fit, ...changed }).map((part) => renderBlocks(part, { isColoured: false }))
}

/** The words without any space or mark of a list, by which a whole and its parts are compared. */
function lettersOf(blocks: readonly Block[]): string {
  const texts = blocks.flatMap((block) => linesOf(block).flatMap((line) => line.map(({ text }) => text)))
  return texts.join('').replace(/\s/g, '')
}

describe('where a reply is divided', () => {
  test('a reply that fits stays one, and nothing is no part', () => {
    expect(partsOf('One\n\nTwo')).toEqual(['One\n\nTwo'])
    expect(partsOf(' ')).toEqual([])
  })

  test('between paragraphs', () => {
    const [first, second] = ['a'.repeat(900), 'b'.repeat(900)]

    expect(partsOf(`${first}\n\n${second}`)).toEqual([first, second])
  })

  test('between items, and the numbers go on', () => {
    const items = Array.from({ length: 40 }, (_unused, index) => `${index + 1}. ${'x'.repeat(60)}`)

    const parts = partsOf(items.join('\n'))

    expect(parts.join('\n')).toBe(items.join('\n'))
    expect(parts[1]).toMatch(/^24\. x/)
  })

  test('an item too long goes on without its number, and the next has its own', () => {
    const parts = partsOf(`1. ${'word '.repeat(400)}\n2. end`)

    expect(parts).toHaveLength(2)
    expect(parts[1]).toMatch(/^(word )+\n\n2\. end$/)
  })

  test('between lines', () => {
    const lines = Array.from({ length: 30 }, () => 'y'.repeat(99))

    expect(partsOf(lines.join('\n')).map((part) => part.split('\n').length)).toEqual([14, 14, 2])
  })

  test('between words', () => {
    const words = 'seven77 '.repeat(400)

    expect(partsOf(words).join('')).toBe(words)
    expect(partsOf(words).every((part) => /^(seven77 )+$/.test(part))).toBe(true)
  })

  test('code is closed and opened again between its lines', () => {
    const code = Array.from({ length: 60 }, (_unused, index) => `line ${index} ${'z'.repeat(40)}`).join('\n')

    const parts = splitBlocks(parseMarkup(`\`\`\`\n${code}\n\`\`\``), fit)

    expect(parts.flat().map(({ kind }) => kind)).toEqual(['code', 'code'])
    expect(
      parts
        .flat()
        .map((block) => (block.kind === 'code' ? block.text : ''))
        .join('\n'),
    ).toBe(code)
  })

  test('never inside a link or code of one line', () => {
    const text = '[a label of several words](https://help.example/x) `some code of words` '.repeat(60)

    const spans = splitBlocks(parseMarkup(text), fit).flatMap((part) => part.flatMap((block) => linesOf(block).flat()))

    expect(new Set(spans.filter(({ kind }) => kind === 'link').map(({ text: label }) => label))).toEqual(
      new Set(['a label of several words']),
    )
    expect(new Set(spans.filter(({ kind }) => kind === 'code').map(({ text: code }) => code))).toEqual(
      new Set(['some code of words']),
    )
  })

  test('never inside an emoji', () => {
    const family = '👨‍👩‍👧‍👦'

    const parts = partsOf(family.repeat(400))

    expect(parts.every((part) => part.length % family.length === 0)).toBe(true)
    expect(parts.join('')).toBe(family.repeat(400))
  })

  test('the last keeps room for buttons', () => {
    const parts = partsOf('word '.repeat(290), { keptFree: 700 })

    expect(parts.at(-1)?.length).toBeLessThanOrEqual(800)
    expect(parts.join('')).toBe('word '.repeat(290))
  })

  test('what does not fit into the most parts is counted at the end', () => {
    const parts = partsOf('word '.repeat(2000), { mostParts: 3 })

    expect(parts).toHaveLength(3)
    const shown = parts.join('').replace(/\s*… \(.*/s, '')
    const said = /… \(([\d,]+) characters more\)$/.exec(parts[2] ?? '')?.[1] ?? ''
    expect(Math.abs(10_000 - shown.length - Number(said.replace(',', '')))).toBeLessThanOrEqual(1)
  })
})

test('nothing is lost, nothing doubled, and no part is too large, whatever the text', () => {
  const piece = fc.oneof(
    fc.constantFrom(
      '**',
      '`',
      '```\n',
      '\n```\n',
      '[x](https://help.example/',
      ')',
      '\n',
      '\n\n',
      '\n- ',
      '\n1. ',
      '\n2. ',
      '# ',
      ' ',
      '🙂',
      '👨‍👩‍👧',
      'e\u0301',
    ),
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.constantFrom('word ', 'longword'.repeat(30), 'some words '.repeat(30), '👍🏽'.repeat(40)),
  )
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 0, max: 700 }), (pieces, keptFree) => {
      const blocks = parseMarkup(pieces.join('')).filter(({ kind }) => kind !== 'table')
      const parts = splitBlocks(blocks, { ...fit, keptFree })

      expect(lettersOf(parts.flat())).toBe(lettersOf(blocks))
      expect(parts.filter((part) => part.reduce((sum, block) => sum + sizeOf(block), 0) > fit.most)).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['abcdef', 3, 'ab…'],
  ['abc', 3, 'abc'],
  ['👨‍👩‍👧👨‍👩‍👧', 12, '👨‍👩‍👧…'],
  ['ab\u0301c', 3, 'a…'],
  ['می‌خواهم', 4, 'می…'],
])('%s is shortened to %i as %s', (text, longest, expected) => {
  expect(shorten(text, longest)).toBe(expected)
})

test('the border before the end is the end', () => {
  expect(borderBefore('abc', 3)).toBe(3)
  expect(borderBefore('abc', 0)).toBe(0)
})
