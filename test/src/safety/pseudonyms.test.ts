import { expect, test } from 'vitest'
import { createPseudonym } from '../../../src/safety/pseudonyms.ts'

test('a name is the same for the same parts, and for no others, nor with another secret', () => {
  const pseudonym = createPseudonym('one')

  const names = [pseudonym('a', 'b'), pseudonym('ab'), pseudonym('a', 'b', ''), createPseudonym('two')('a', 'b')]

  expect(pseudonym('a', 'b')).toBe(names[0])
  expect(new Set(names).size).toBe(4)
})

test('nothing of the parts stands in a name', () => {
  expect(createPseudonym('one')('user', 'slack', 'T1:U0456EFGH')).toMatch(/^[\w-]{43}$/)
})
