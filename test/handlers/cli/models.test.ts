import { describe, expect, test } from 'vitest'
import { createModelsCommand, type ModelsSource } from '../../../handlers/cli/models.ts'
import { UsageError } from '../../../src/core/errors.ts'
import type { AdjustmentDecision } from '../../../src/core/adjustment.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { ModelPerformance } from '../../../src/core/spending.ts'
import { proposeAdjustments } from '../../../src/routing/proposals.ts'
import { proposalNamed, toWireDecision, toWireModels } from '../../../src/simulation/wire-models.ts'
import { createMemoryIo } from './io.ts'

const misroutes = [
  { intent: 'payments.refund', tier: 2, messages: 30, disliked: 12, advanced: 5, cost: 3000 as MicroDollars },
  { intent: 'account.plan', tier: 3, messages: 10, disliked: 0, advanced: 0, cost: 40_000 as MicroDollars },
] as const

const cheap: ModelPerformance = {
  model: 'cheap',
  tier: 2,
  purposes: ['answer'],
  calls: 40,
  successRate: 0.75,
  latencyMs: { p50: 812.4, p95: 2100 },
  score: 0.9,
  scored: 40,
  cost: 3000 as MicroDollars,
  answered: 30,
  resolved: 0,
}

/** A store with one model, one proposal, and whatever is decided. */
function sourceOf(models: readonly ModelPerformance[] = [cheap], proposals = proposeAdjustments(misroutes)) {
  const decisions: AdjustmentDecision[] = []
  const seen = { days: [] as number[], closed: 0 }
  const source: ModelsSource = {
    read: (days) => {
      seen.days.push(days)
      return Promise.resolve(toWireModels({ days, models, proposals, decisions }))
    },
    decide: async ({ id, decision, days }) => {
      const { intent, from, to, because } = proposalNamed(id, days, proposals)
      const state = decision === 'approve' ? 'approved' : 'rejected'
      const at = new Date('2026-11-21T10:00:00Z')
      const decided = { id, intent, from, to, because, state, by: 'terminal:ada', at } as const
      decisions.push(decided)
      return await Promise.resolve(toWireDecision(decided))
    },
    close: () => {
      seen.closed += 1
      return Promise.resolve()
    },
  }
  return { command: createModelsCommand(() => Promise.resolve(source)), decisions, seen }
}

async function printed({ command }: ReturnType<typeof sourceOf>, ...args: string[]): Promise<string> {
  const io = createMemoryIo()
  expect(await command.run(args, io)).toBe(0)
  return io.output()
}

describe('tuppence models', () => {
  test('shows how each model did, and what could change with its evidence and its price', async () => {
    const text = await printed(sourceOf())

    expect(text).toMatch(/^cheap +2 +40 +75 % +812 ms +2100 ms +0\.90 +\$0\.003 +\$0\.0001 +-$/m)
    expect(text).toContain('payments.refund:2-3: tier 3 instead of tier 2. 12 of 30 answers (40 %)')
    expect(text).toContain('The cost of a message is $0.0001; at tier 3 it is $0.004 on average.')
  })

  test('--json has the same, with the change of the cost', async () => {
    const source = sourceOf()

    expect(JSON.parse(await printed(source, '--json', '--days', '7'))).toMatchObject({
      days: 7,
      models: [{ model: 'cheap', costMicroDollars: 3000, perAnsweredUsd: '0.0001', perResolvedUsd: null }],
      proposals: [
        { id: 'payments.refund:2-3', perMessageUsd: { present: '0.0001', proposed: '0.004', change: '0.0039' } },
      ],
      decisions: [],
    })
    expect(source.seen).toEqual({ days: [7], closed: 1 })
  })

  test('changes nothing until a person approves, and says what was done', async () => {
    const source = sourceOf()

    await printed(source)
    expect(source.decisions).toEqual([])
    expect(await printed(source, '--approve', 'payments.refund:2-3')).toBe(
      'Approved: messages of payments.refund for tier 2 go to tier 3.\n',
    )
    expect(source.decisions).toMatchObject([{ id: 'payments.refund:2-3', state: 'approved' }])
    const after = await printed(source)
    expect(after).toContain('No change of a tier is proposed.')
    expect(after).toMatch(/^payments\.refund:2-3 +approved +terminal:ada +2026-11-21$/m)
  })

  test('a rejected proposal is kept as rejected', async () => {
    const source = sourceOf()

    expect(await printed(source, '--reject', 'payments.refund:2-3')).toContain('stay at tier 2')
    expect(source.decisions).toMatchObject([{ id: 'payments.refund:2-3', state: 'rejected' }])
  })

  test('without a model there is a sentence, not an empty table', async () => {
    const empty = sourceOf([], [])

    expect(await printed(empty)).toBe('No model was asked in the last 30 days: every answer was free.\n')
  })

  test('of a model that was asked for no message nothing is shown as zero', async () => {
    const tried = { ...cheap, successRate: undefined, latencyMs: undefined, score: undefined, scored: 0, answered: 0 }

    expect(await printed(sourceOf([tried], []))).toMatch(/^cheap +2 +40 +- +- +- +- +\$0\.003 +- +-$/m)
  })

  test.each<[string[], string]>([
    [['--days', '0'], 'from 1 to 366'],
    [['--days', 'many'], '--days is "many"'],
    [['--approve', 'x'], 'known: payments.refund:2-3'],
    [['--approve', 'x', '--reject', 'y'], 'one proposal at a time'],
    [['cheap'], '"cheap" is not expected here'],
  ])('%j is refused, and nothing is decided', async (args, named) => {
    const { command, decisions } = sourceOf()

    await expect(command.run(args, createMemoryIo())).rejects.toThrow(UsageError)
    await expect(command.run(args, createMemoryIo())).rejects.toThrow(named)
    expect(decisions).toEqual([])
  })
})
