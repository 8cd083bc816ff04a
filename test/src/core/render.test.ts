import fc from 'fast-check'
import { expect, test } from 'vitest'
import { renderPlain, wrapLines } from '../../../src/core/render.ts'

const uncoloured = { isColoured: false }
const escape = String.fromCharCode(27)

test('a reply is plain lines', () => {
  const reply = 'Order **1042**\nis `here`: [see](https://x.example.com/1)\n\n- one\n- **two**'

  expect(renderPlain(reply, uncoloured)).toBe('Order 1042\nis here: see (https://x.example.com/1)\n\n- one\n- two')
})

test('the columns of a table stand below each other', () => {
  const reply = '| Plan | Price |\n| --- | --- |\n| Free | £0.00 |\n| Family | £8.99 |'

  expect(renderPlain(reply, uncoloured)).toBe('Plan    Price\nFree    £0.00\nFamily  £8.99')
})

test('numbers, headings and code keep their form', () => {
  const reply = '# Steps\n1. one\n2. two\n```\n  a  b\n```'

  expect(renderPlain(reply, uncoloured)).toBe('Steps\n\n1. one\n2. two\n\n  a  b')
})

test('bold is shown where there are colours', () => {
  expect(renderPlain('a **b**', { isColoured: true })).toBe(`a ${escape}[1mb${escape}[22m`)
})

test('no text can steer the terminal', () => {
  const hostile = `${escape}[2J${escape}]0;title\u0007\u009B31m\r\b\u0000\u202Eevil\u2066x`

  expect(renderPlain(hostile, uncoloured)).toBe('[2J]0;title31m\nevilx')
})

test('no control character survives, whatever the text, and with colours only our own', () => {
  const control = fc.constantFrom(
    ...Array.from({ length: 32 }, (_, code) => String.fromCharCode(code)),
    '\u007F',
    '\u0085',
    '\u009B',
    '\u202E',
  )
  const part = fc.oneof(
    control,
    fc.string({ unit: 'binary', maxLength: 8 }),
    fc.constantFrom('**', '`', '\n- ', '\n|', '[a](https://x', ')'),
  )
  const steering = /(?!\n)\p{Cc}|[\u202A-\u202E\u2066-\u2069]/u
  fc.assert(
    fc.property(fc.array(part, { maxLength: 40 }), (parts) => {
      const reply = parts.join('')

      const plain = renderPlain(reply, uncoloured)
      const coloured = renderPlain(reply, { isColoured: true })
        .replaceAll(`${escape}[1m`, '')
        .replaceAll(`${escape}[22m`, '')
      expect([plain, coloured].filter((text) => steering.test(text))).toEqual([])
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['one two three', 7, 'one two\nthree'],
  ['one two', 7, 'one two'],
  ['a-word-longer-than-that two', 7, 'a-word-longer-than-that\ntwo'],
  ['first\nsecond one', 8, 'first\nsecond\none'],
])('%j is wrapped at %i characters between words', (text, width, expected) => {
  expect(wrapLines(text, width)).toBe(expected)
})
