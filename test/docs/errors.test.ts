import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import * as errors from '../../src/core/errors.ts'

/** What each class says of itself; the arguments fit all of them. */
const inCode = Object.entries(errors)
  .filter(([name]) => name !== 'TuppenceError')
  .map(([name, Class]) => {
    // Each class is made with what its constructor takes; the unknown rest is ignored by it.
    const error: unknown = Reflect.construct(Class, argumentsOf(name))
    if (!(error instanceof errors.TuppenceError)) throw new TypeError(`${name} is no TuppenceError`)
    return {
      code: error.code,
      name,
      isRetryable: name === 'ChannelError' ? 'sometimes' : error.retryable ? 'yes' : 'no',
    }
  })

function argumentsOf(name: string): readonly unknown[] {
  if (name === 'ConfigError') return [[]]
  if (name === 'InputError' || name === 'ForbiddenError') return ['field', 'message']
  if (name === 'ModelError') return ['message', { fault: 'server', charge: 'unknown' }]
  return name === 'ChannelError' ? ['message', { retryable: true }] : ['message']
}

const page = readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8')
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )

test('docs/errors.md lists every error with its class and whether it may pass, and no other', () => {
  const listed = rows.map(([code, name, , , isRetryable]) => ({ code, name, isRetryable }))
  const byCode = (one: { code?: string | undefined }, other: { code?: string | undefined }) =>
    String(one.code).localeCompare(String(other.code))

  expect(listed.toSorted(byCode)).toEqual(inCode.toSorted(byCode))
})

test('every error says what it means and what to do', () => {
  expect(rows.filter(([, , meaning = '', remedy = '']) => meaning.length < 20 || remedy.length < 20)).toEqual([])
})

test('codes are unique and stable in form', () => {
  expect(new Set(inCode.map(({ code }) => code)).size).toBe(inCode.length)
  for (const { code } of inCode) expect(code).toMatch(/^[a-z]+(?:[.-][a-z]+)*$/)
})

test('an error has its name, its message and its cause', () => {
  const cause = new Error('socket closed')
  const error = new errors.StoreUnavailableError('Postgres did not answer.', cause)

  expect(error).toMatchObject({
    name: 'StoreUnavailableError',
    message: 'Postgres did not answer.',
    retryable: true,
    cause,
  })
  expect(Object.hasOwn(new errors.UsageError('x'), 'cause')).toBe(false)
})
