import fc from 'fast-check'
import { expect, test } from 'vitest'
import { dayOf, daysBetween, printDay } from '../../agents/calendar.ts'
import { cut, maskEmail, quoted, subjectOf } from '../../agents/texts.ts'
import { parseMarkup } from '../../src/core/markup.ts'

test('a cut text is never longer than allowed and never ends in half a character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), fc.integer({ min: 2, max: 80 }), (text, maximum) => {
      const short = cut(text, maximum)

      expect(short.length).toBeLessThanOrEqual(maximum)
      expect(short.isWellFormed() || !text.isWellFormed()).toBe(true)
    }),
  )
})

test('whatever a customer writes stays one piece of text in a reply', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('*', '`', '[', ']', '(', ')', '|', '\\', '\n', 'a', 'https://x.y') }),
      (text) => {
        const [block] = parseMarkup(`He said: ${quoted(text)}.`)

        expect(block).toMatchObject({ kind: 'paragraph' })
        const kinds = block?.kind === 'paragraph' ? block.lines.flat().map((span) => span.kind) : []
        expect(kinds.every((kind) => kind === 'text')).toBe(true)
      },
    ),
  )
})

test('an address keeps its first letter and its host', () => {
  expect(maskEmail('ada@example.com')).toBe('a•••@example.com')
  expect(maskEmail('a@b@c')).toBe('a•••@c')
  expect(maskEmail('nothing')).toBe('n•••')
})

test('the subject is the first sentence', () => {
  expect(subjectOf('The lid is loose. It fell off.')).toBe('The lid is loose.')
  expect(subjectOf('x'.repeat(100))).toHaveLength(60)
})

test('days are counted as calendar days', () => {
  expect(dayOf(new Date('2026-11-21T23:59:59Z'))).toBe('2026-11-21')
  expect(daysBetween('2026-10-22', '2026-11-21')).toBe(30)
  expect(daysBetween('2026-11-21', '2026-11-20')).toBe(-1)
  expect(printDay('2026-11-01')).toBe('1 November 2026')
})
