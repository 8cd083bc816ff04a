import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findEntities } from '../../../src/dialogue/entities.ts'

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
