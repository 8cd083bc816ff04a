import { describe, expect, test } from 'vitest'
import { createCostsCommand } from '../../../handlers/cli/costs.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { parsePeriod } from '../../../src/budget/period.ts'
import { toWireSpend } from '../../../src/simulation/wire-spend.ts'
import { budget, nothing, report } from '../../src/simulation/spend-report.ts'
import { createMemoryIo } from './io.ts'

/** A ledger that was asked, and whether it was closed. */
function ledgerOf(given: typeof report) {
  const seen = { periods: [] as string[], isClosed: false }
  const command = createCostsCommand(() =>
    Promise.resolve({
      read: (period) => {
        seen.periods.push(period)
        const range = parsePeriod(period, { now: new Date('2026-11-21T12:00:00Z'), timeZone: 'UTC' })
        return Promise.resolve(toWireSpend({ ...given, range }, budget))
      },
      close: () => {
        seen.isClosed = true
        return Promise.resolve()
      },
    }),
  )
  return { command, seen }
}

async function printed(given: typeof report, ...args: string[]): Promise<string> {
  const io = createMemoryIo()
  expect(await ledgerOf(given).command.run(args, io)).toBe(0)
  return io.output()
}

describe('tuppence costs', () => {
  test('tells what was spent, on how many messages, and what is left of today', async () => {
    const text = await printed(report)

    expect(text).toContain('2026-11-21 (UTC)')
    for (const line of [
      /^spent +\$0\.0096 in 4 calls$/m,
      /^under way +\$0\.00025$/m,
      /^of it unconfirmed +\$0\.0004 /m,
      /^answered +8 messages of 4 users in 5 conversations; 3 resolved$/m,
      /^with a model +3 messages \(37\.5 %\)$/m,
      /^a resolution +\$0\.0032$/m,
      /^the dearest model +\$0\.20 by estimate; 95\.2 % saved$/m,
      /^embeddings +\$0\.00$/m,
      /^today +\$0\.00985 of today's \$0\.10 is used \(9\.9 %\), \$0\.09015 is left\.$/m,
      /^tier0 +5 +62\.5 % +0 +\$0\.00$/m,
      /^tier4 +1 +12\.5 % +1 +\$0\.009$/m,
      /^large +1 +\$0\.009$/m,
      /^payments\.refund +2 +2 +50 % +50 %$/m,
      /^cost per request +\$0\.0012 +< \$0\.0001 +FAIL$/m,
    ])
      expect(text).toMatch(line)
  })

  test('--by shows one breakdown with its tokens', async () => {
    const text = await printed(report, '--by', 'purpose')

    expect(text).toMatch(/^answer +3 +\$0\.0006 +\$0\.00025 +\$0\.0004 +3,000 +300$/m)
    expect(text).not.toContain('tier0')
  })

  test('--json prints one object and nothing else', async () => {
    expect(JSON.parse(await printed(report, '--json', '--period', '7d'))).toMatchObject({
      period: { from: '2026-11-15', to: '2026-11-21' },
      total: { costMicroDollars: 9600 },
    })
  })

  test('a day without anything is told in a sentence, not in empty tables', async () => {
    const text = await printed(nothing, '--period', 'yesterday')

    expect(text).toBe(
      "2026-11-20 (UTC)\n\nNothing was spent, and no message was answered. $0.00985 of today's $0.10 is used (9.9 %), $0.09015 is left.\n",
    )
    expect(await printed({ ...nothing, messages: 3 }, '--by', 'model')).toContain('No model was asked')
    expect(await printed({ ...nothing, messages: 3 })).toContain('every answer was free')
  })

  test('what cannot be asked for is refused with examples, and the source is closed all the same', async () => {
    const { command, seen } = ledgerOf(report)
    const io = createMemoryIo()

    await expect(command.run(['--period', 'lately'], io)).rejects.toThrow('for example today, yesterday, 7d')
    expect([seen.isClosed, io.output()]).toEqual([true, ''])
    await expect(command.run(['--by', 'colour'], io)).rejects.toThrow('known: tier, model, intent')
    await expect(command.run(['today'], io)).rejects.toThrow(UsageError)
    expect(seen.periods).toEqual(['lately']) // a wrong flag is refused before anything is opened
  })
})
