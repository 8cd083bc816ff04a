import { expect, test } from 'vitest'
import { hasCardNumber, withoutCardNumbers } from '../../../src/safety/card-numbers.ts'

test.each([
  ['4111111111111111', true],
  ['4111 1111 1111 1111', true],
  ['3782-822463-10005', true],
  ['4111 1111 1111 1112', false], // wrong check digit
  ['order 1042 of 2026-11-21', false],
  ['+44 117 496 0123', false],
  ['', false],
])('“%s” holds a card number: %s', (text, expected) => {
  expect(hasCardNumber(text)).toBe(expected)
  expect(withoutCardNumbers(text)).toBe(expected ? '••••' : text)
})
