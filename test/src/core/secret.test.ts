import { format, inspect } from 'node:util'
import { expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'

const value = 'xoxb-open-sesame'
const secret = new Secret(value)

test.each<[string, () => string]>([
  ['String', () => String(secret)],
  ['a concatenation', () => ['token: ', secret].join('')],
  ['JSON', () => JSON.stringify({ deep: [{ secret }] })],
  ['inspect', () => inspect({ deep: [{ secret }] }, { depth: 9, showHidden: true })],
  ['inspect without custom printing', () => inspect(secret, { customInspect: false, showHidden: true })],
  ['format', () => format('%s %o %O %j', secret, secret, secret, { secret })],
  ['an error', () => inspect(new Error('refused', { cause: secret }), { depth: 9 })],
  [
    'its keys and values',
    () => JSON.stringify([Object.entries(secret), Reflect.ownKeys(secret).map(String), Object.assign({}, secret)]),
  ],
])('%s does not tell it', (_, print) => {
  expect(print()).not.toContain('sesame')
})

test('printing says that something is there', () => {
  expect(String(secret)).toBe('[secret]')
  expect(JSON.stringify({ secret })).toBe('{"secret":"[secret]"}')
})

test('it is given to who asks for it', () => {
  expect(secret.reveal()).toBe(value)
})
