import { expect, test } from 'vitest'
import { readSigned, signChange } from '../../../handlers/spend/signed.ts'
import type { BudgetDay } from '../../../src/core/budget.ts'
import type { ControlChange } from '../../../src/core/controls.ts'
import type { MicroDollars } from '../../../src/core/money.ts'

const now = new Date('2026-11-27T12:00:00Z')
const asking = {
  tenant: 'default',
  person: 'slack:T1:UADA',
  expiresAt: new Date('2026-11-27T12:10:00Z'),
  nonce: 'abcdefgh01234567',
}
const asked = { tenant: asking.tenant, person: asking.person, now }
const limit: ControlChange = { kind: 'limit', from: undefined, to: 50_000_000 as MicroDollars }

test.each([
  limit,
  { kind: 'limit', from: 0 as MicroDollars, to: undefined },
  { kind: 'limit', from: 999_999_999_999 as MicroDollars, to: 999_999_999_998 as MicroDollars },
  { kind: 'mode', from: undefined, to: '2026-11-27' as BudgetDay },
  { kind: 'mode', from: '2026-11-26' as BudgetDay, to: undefined },
] as const satisfies ControlChange[])('a change comes back as it was signed, in at most 100 characters', (change) => {
  const id = signChange(change, asking, 'key')

  expect(id.startsWith('spend:')).toBe(true)
  expect(id.length).toBeLessThanOrEqual(100)
  expect(readSigned(id, asked, 'key')).toEqual({ kind: 'change', change, nonce: asking.nonce })
})

test('no character of the id can be another one', () => {
  const id = signChange(limit, asking, 'key')
  for (const [place, character] of Array.from(id).entries()) {
    const other = `${id.slice(0, place)}${character === 'a' ? 'b' : 'a'}${id.slice(place + 1)}`

    expect(readSigned(other, asked, 'key').kind, `place ${place}`).toBe('forged')
  }
})

test.each(['', 'spend:', 'spend:yes', 'spend:yes:limit:~:1:zzzzzz:n:m:s', ':', 'x'.repeat(40_000), 'spend:yes:\u0000'])(
  'what was never signed is forged: "%s"',
  (id) => {
    expect(readSigned(id, asked, 'key')).toEqual({ kind: 'forged' })
  },
)

test('another key, another company and a cut or longer id are forged; another person is foreign', () => {
  const id = signChange(limit, asking, 'key')

  expect(readSigned(id, asked, 'another key').kind).toBe('forged')
  expect(readSigned(id, { ...asked, tenant: 'other' }, 'key').kind).toBe('forged')
  expect(readSigned(id.slice(0, -1), asked, 'key').kind).toBe('forged')
  expect(readSigned(`${id}A`, asked, 'key').kind).toBe('forged')
  expect(readSigned(id, { ...asked, person: 'slack:T1:UBOB' }, 'key').kind).toBe('foreign')
  expect(readSigned(id, { ...asked, person: 'discord:T1:UADA' }, 'key').kind).toBe('foreign')
})

test('it counts up to its last second and not after', () => {
  const id = signChange(limit, asking, 'key')
  const at = (time: string) => readSigned(id, { ...asked, now: new Date(time) }, 'key').kind

  expect(at('2026-11-27T12:09:59.999Z')).toBe('change')
  expect(at('2026-11-27T12:10:00.000Z')).toBe('stale')
  expect(at('2027-11-27T12:00:00.000Z')).toBe('stale')
})
