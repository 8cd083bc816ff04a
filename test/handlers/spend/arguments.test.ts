import { expect, test } from 'vitest'
import { readSpendArguments } from '../../../handlers/spend/arguments.ts'
import { seeded } from '../../random.ts'

test.each([
  ['', { kind: 'report', period: 'today' }],
  ['  TODAY ', { kind: 'report', period: 'today' }],
  ['yesterday', { kind: 'report', period: 'yesterday' }],
  ['Week', { kind: 'report', period: '7d' }],
  ['month', { kind: 'report', period: 'month' }],
  ['14d', { kind: 'report', period: '14d' }],
  ['2026-11-21', { kind: 'report', period: '2026-11-21' }],
  ['2026-11-01..2026-11-21', { kind: 'report', period: '2026-11-01..2026-11-21' }],
  ['models', { kind: 'group', group: 'model', period: 'today' }],
  ['models week', { kind: 'group', group: 'model', period: '7d' }],
  ['intents', { kind: 'group', group: 'intent', period: 'today' }],
  ['Intents Yesterday', { kind: 'group', group: 'intent', period: 'yesterday' }],
  ['mode on', { kind: 'mode', isOn: true }],
  ['MODE Off', { kind: 'mode', isOn: false }],
  ['help', { kind: 'help' }],
  ['Audit', { kind: 'audit' }],
  ['limit 50', { kind: 'limit', limit: 50_000_000 }],
  ['limit $50', { kind: 'limit', limit: 50_000_000 }],
  ['limit $ 50', { kind: 'limit', limit: 50_000_000 }],
  ['limit 50 USD', { kind: 'limit', limit: 50_000_000 }],
  ['limit 50usd', { kind: 'limit', limit: 50_000_000 }],
  ['limit usd 50.5', { kind: 'limit', limit: 50_500_000 }],
  ['limit 0', { kind: 'limit', limit: 0 }],
  ['limit 0.000001', { kind: 'limit', limit: 1 }],
  ['limit 1.005', { kind: 'limit', limit: 1_005_000 }],
  ['limit 0001', { kind: 'limit', limit: 1_000_000 }],
  ['limit 999999.999999', { kind: 'limit', limit: 999_999_999_999 }],
  ['limit default', { kind: 'limit', limit: undefined }],
] as const)('"%s" is understood', (text, wish) => {
  expect(readSpendArguments(text)).toEqual(wish)
})

test.each([
  ['budget', 'unknown', 'budget'],
  ['todya', 'unknown', 'todya'],
  ['models soon', 'unknown', 'soon'],
  ['today please', 'too-much', 'please'],
  ['models week now', 'too-much', 'now'],
  ['help me', 'too-much', 'me'],
  ['audit all', 'too-much', 'all'],
  ['mode', 'no-mode', ''],
  ['mode maybe', 'mode', 'maybe'],
  ['mode on now', 'too-much', 'now'],
  ['limit', 'no-amount', ''],
  ['limit fifty', 'amount', 'fifty'],
  ['limit 50 euros', 'amount', '50 euros'],
  ['limit €50', 'amount', '€50'],
  ['limit 1,000', 'amount', '1,000'],
  ['limit 5 0', 'amount', '5 0'],
  ['limit .5', 'amount', '.5'],
  ['limit 5.', 'amount', '5.'],
  ['limit 1e3', 'amount', '1e3'],
  ['limit 0x10', 'amount', '0x10'],
  ['limit ٥٠', 'amount', '٥٠'],
  ['limit NaN', 'amount', 'NaN'],
  ['limit Infinity', 'amount', 'Infinity'],
  ['limit $', 'amount', '$'],
  ['limit -5', 'negative', '-5'],
  ['limit $-5', 'negative', '$-5'],
  ['limit −5', 'negative', '−5'],
  ['limit 0.0000001', 'decimals', '0.0000001'],
  ['limit 1000000', 'too-large', '1000000'],
  ['limit 99999999999999999999', 'too-large', '99999999999999999999'],
] as const)('"%s" is refused as %s, naming "%s"', (text, because, word) => {
  expect(readSpendArguments(text)).toEqual({ kind: 'wrong', because, word })
})

test('an amount is read exactly, whatever its digits', () => {
  const seed = Date.now()
  const random = seeded(seed)
  for (let round = 0; round < 2000; round += 1) {
    const micro = Math.floor(random() * 1e12)
    const text = `${Math.floor(micro / 1e6)}.${String(micro % 1e6).padStart(6, '0')}`

    expect(readSpendArguments(`limit ${text}`), `seed ${seed}`).toEqual({ kind: 'limit', limit: micro })
  }
})

test('forty thousand characters are read in no time and refused', () => {
  for (const text of ['x'.repeat(40_000), `limit ${'9'.repeat(40_000)}`, 'mode '.repeat(8000), ' \n\t'.repeat(13_000)])
    expect(['wrong', 'report']).toContain(readSpendArguments(text).kind)
})
