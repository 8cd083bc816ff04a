import { expect, test } from 'vitest'
import { dollarsFor, waysToPay } from '../../../bench/sizing/money.ts'

test('a million messages cost what the prices of the day say, to the cent', () => {
  const dollars = waysToPay('2026-11-28').map((way) => dollarsFor(1_000_000, way))

  // A text of 75 bytes is 19 tokens. Haiku at $0.10 and $0.50: 419 in and 30 out are $0.0000569, of 30 % $17.07. 919 in and
  // 150 out: Haiku $0.0001669 × 20 %, Sonnet at $2 and $10 $0.003338 × 12 %, Opus at $4 and $20 $0.006676 × 3 %.
  expect(dollars).toEqual(['0.00', '17.07', '634.22'])
})
