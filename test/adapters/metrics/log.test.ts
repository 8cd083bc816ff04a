import { expect, test } from 'vitest'
import { createLog } from '../../../adapters/metrics/log.ts'
import { StoreUnavailableError } from '../../../src/core/errors.ts'

const written = 'my card is 4111 1111 1111 1111\n    at home, since May'

/** The one line that an event with this error becomes. */
function logged(error: unknown): { readonly line: string; readonly error: unknown } {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => void lines.push(line) })
  log({ name: 'message.parked', level: 'error', fields: {}, error })
  const [line = ''] = lines
  const { error: told }: { error?: unknown } = JSON.parse(line)
  return { line, error: told }
}

test('an error of another library is logged with its type, its code and its place, and without a word of what it says', () => {
  const fault = Object.assign(new TypeError(`cannot read "${written}"`), { code: '22P02' })

  const { line, error } = logged(fault)

  expect(error).toEqual({ type: 'TypeError', code: '22P02', stack: expect.stringMatching(/^ +at .*log\.test\.ts/) })
  expect(line).not.toMatch(/4111|since May/)
})

test('an error whose text was changed after it was made is logged without either text', () => {
  const fault = new RangeError(written)
  fault.message = `changed: ${written}`

  expect(logged(fault).line).not.toMatch(/4111|since May/)
})

test('an error of ours is logged with what it says, and what it came of without', () => {
  const { line, error } = logged(new StoreUnavailableError('Postgres did not answer.', new Error(written)))

  expect(error).toMatchObject({
    type: 'StoreUnavailableError',
    code: 'store.unavailable',
    message: 'Postgres did not answer.',
    cause: { type: 'Error' },
  })
  expect(line).not.toMatch(/4111|since May/)
})

test('what is thrown and is no error is logged by its kind', () => {
  expect(logged(written).error).toEqual({ type: 'string' })
})
