import { expect, test } from 'vitest'
import { ChannelError } from '../../../src/core/errors.ts'

test.each([
  [250, 250],
  [0, undefined],
  [-1000, undefined],
  [1e12, 3_600_000],
  [Infinity, 3_600_000],
  [Number.NaN, undefined],
  [undefined, undefined],
])('a platform that asks for a wait of %s ms is given %s', (asked, waitMs) => {
  const options = asked === undefined ? {} : { retryAfterMs: asked }

  const error = new ChannelError('Too many calls.', { retryable: true, ...options })

  expect(error.retryAfterMs).toBe(waitMs)
})
