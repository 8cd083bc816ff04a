import { expect, test } from 'vitest'
import { isUndone } from '../../../adapters/store/postgres-faults.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'

test.each([
  ['23505', true], // a value that is there already
  ['22P02', true], // no number
  ['42P01', true], // no such table
  ['40P01', true], // a dead lock
  ['40001', true], // overtaken by others
  ['55P03', true], // waited too long for a lock
  ['57014', true], // took too long
  ['53200', true], // out of memory
  ['40003', false], // "statement completion unknown"
  ['08006', false], // the connection ended
  ['57P01', false], // the server stops
  ['58000', false], // what some poolers say of a server that is gone
  ['EPIPE', false],
  ['ECONNRESET', false],
  ['', false],
])('after %s it is certain that nothing was done: %s', (code, isCertain) => {
  const fault = Object.assign(new Error('a fault'), { code })

  expect([fault, new StoreUnavailableError('it passes', fault)].map(isUndone)).toEqual([isCertain, isCertain])
})

test('of a fault without a code nothing is certain', () => {
  expect([new Error('Connection terminated'), 'no error at all', undefined].map(isUndone)).toEqual([
    false,
    false,
    false,
  ])
})
