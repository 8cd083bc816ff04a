import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findEntities, findPostcodeBesideEmail, isBareValue } from '../../../src/dialogue/entities.ts'

test.each([
  ['I was charged twice for order 1042', { order: '1042' }],
  ['order no. 1042 please', { order: '1042' }],
  ['my order number is 0098', { order: '98' }],
  ['where is #1042?', { order: '1042' }],
  ['1042', { order: '1042' }],
  ['what about T-17', { ticket: 'T-17' }],
  ['ticket number 17 and order 1042', { ticket: 'T-17', order: '1042' }],
  ['ticket #4711', { ticket: 'T-4711' }],
  ['invoice INV-2041 please', { invoice: 'INV-2041' }],
  ['the invoice number 2041', { invoice: 'INV-2041' }],
  ['Mail Ada@Example.com.', { email: 'ada@example.com' }],
  ['order1042@example.com', { email: 'order1042@example.com' }],
  ['you took 1042 pounds', {}],
  ['two lines of 24.90 on my statement', {}],
  ['$1042 is missing', {}],
  ['hello there', {}],
])('%j names %j', (text, expected) => {
  expect(findEntities(text)).toEqual(expected)
})

test('any text is read without a fault and in bounded time', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 4000 }), (text) => {
      expect(typeof findEntities(text)).toBe('object')
    }),
  )
})

test('a payment card holds no order number', () => {
  expect(findEntities('4111 1111 1111 1111')).toEqual({})
})

test.each([
  ['ada@example.com, BS6 5QA', 'BS65QA'],
  ['postcode bs65qa, mail ada@example.com', 'BS65QA'],
  ['send it to 9 High Street, Leicester LE2 3AB', undefined],
  ['ada@example.com', undefined],
])('beside an e-mail address, %j names the postcode %j', (text, expected) => {
  expect(findPostcodeBesideEmail(text)).toBe(expected)
})

test.each([
  ['1042', true],
  ['order 1042', true],
  ['ada@example.com', true],
  ['my postcode is BS6 5QA', true],
  ['T-17', true],
  ['refund 1042', false],
  ['hello', false],
])('%j is a value and nothing else: %s', (text, expected) => {
  expect(isBareValue(text)).toBe(expected)
})

test.each(['order', 'ticket', 'invoice'])('a page of spaces after "%s" is read at once', (word) => {
  const begunMs = performance.now()

  findEntities(`${word} ${' '.repeat(3990)}!`)

  expect(performance.now() - begunMs).toBeLessThan(200)
})
