import { describe, expect, test } from 'vitest'
import { createAbTestCommand } from '../../../handlers/cli/ab-test.ts'
import { UsageError } from '../../../src/core/errors.ts'
import type { MicroDollars } from '../../../src/core/money.ts'
import type { Trial, TryModel } from '../../../src/simulation/ab-test.ts'
import { parts, policy, strange, sure, unsure } from '../../src/simulation/policy.ts'
import { createMemoryIo, printedLines } from './io.ts'

const cents = (amount: number): MicroDollars => amount as MicroDollars

/** `cheap` is always wrong for 56 micro-dollars, `middle` always right for 664. */
const rightForMoney: TryModel = (model, message, { limit }) => {
  const cost = model === 'cheap' ? 56 : 664
  if (cost > limit) return Promise.resolve({ ...noTrial, because: 'the limit is reached' })
  const said = model === 'cheap' ? 'general.thanks' : message.intent
  return Promise.resolve({ outcome: 'answered', cost: cents(cost), latencyMs: 500, intent: said })
}
const noTrial: Trial = { outcome: 'not-asked', cost: cents(0), latencyMs: 0 }

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) =>
    JSON.stringify({ text: `m${index}`, intent: 'account.plan' }),
  ).join('\n')
}

async function run(tryModel: TryModel, content: string, ...args: string[]) {
  const io = createMemoryIo({ files: { 'm.jsonl': content } })
  const told: string[] = []
  io.stderr.write = (chunk: unknown) => {
    told.push(String(chunk))
    return true
  }
  let isClosed = false
  const command = createAbTestCommand(() =>
    Promise.resolve({
      policy,
      parts,
      unusable: new Map([['large', 'OPENAI_API_KEY is not set']]),
      notes: ['Followed, as approved: account.plan:3-2.'],
      tryModel,
      close: () => {
        isClosed = true
        return Promise.resolve()
      },
    }),
  )
  await command.run(['--messages', 'm.jsonl', ...args], io)
  return { io, told: told.join(''), isClosed: () => isClosed }
}

const models = ['--a', 'cheap', '--b', 'middle']

describe('tuppence ab-test of two models', () => {
  test('says what it may cost before it begins, and compares pair by pair', async () => {
    const { io, told, isClosed } = await run(rightForMoney, lines(8), ...models, '--json')

    expect(told).toContain('this costs at most $0.50')
    expect(isClosed()).toBe(true)
    const [report] = printedLines(io)
    expect(report).toMatchObject({
      a: 'cheap',
      b: 'middle',
      task: 'classify',
      messages: 8,
      pairs: 8,
      seed: 20_261_121,
      spentMicroDollars: 5760, // 8 × (56 + 664)
      stopped: null,
      usdPerFurtherRight: 0.000608, // 0.000608 dearer and right in 1 more of 1
    })
    expect(report).toMatchObject({
      measures: [
        { name: 'cost', a: 0.000056, b: 0.000664, difference: 0.000608, chance: 2 / 256, better: 'a' },
        { name: 'latency', difference: 0, chance: 1, better: null },
        { name: 'answered', a: 1, b: 1, better: null },
        { name: 'agreement', a: 0, b: 1, difference: 1, interval: [1, 1], better: 'b' },
      ],
    })
  })

  test('tells in words who is better, and by how much', async () => {
    const { io } = await run(rightForMoney, lines(8), ...models)

    expect(io.output()).toContain('cost of a message: cheap is better by $0.000608.')
    expect(io.output()).toContain('agreement with the labels: middle is better by 100 %.')
    expect(io.output()).toContain('time of a message: no difference shown by 8 pairs.')
    expect(io.output()).toContain('Each further right answer of b costs $0.000608.')
  })

  test('names no winner where one was right once more by luck', async () => {
    let asked = 0
    const lucky: TryModel = (model, message) => {
      asked += 1
      const isRight = model === 'cheap' ? asked % 3 > 0 : asked % 4 > 0
      return Promise.resolve({
        outcome: 'answered',
        cost: cents(100),
        latencyMs: 400 + (asked % 5),
        intent: isRight ? message.intent : 'unknown',
      })
    }

    const { io } = await run(lucky, lines(12), ...models, '--json')

    const [report] = printedLines(io)
    expect(report).toMatchObject({ measures: [{}, {}, {}, {}], usdPerFurtherRight: null })
    expect(JSON.stringify(report)).not.toMatch(/"better":"[ab]"/)
  })

  test('ends where the next pair no longer fits, and never counts half a pair', async () => {
    const { io } = await run(rightForMoney, lines(8), ...models, '--limit-usd', '0.0015')

    // Two pairs are 1,440 micro-dollars; 60 are left: enough for the cheap one, which goes first at the third message.
    expect(io.output()).toContain('2 pairs of 8 messages')
    expect(io.output()).toContain('It ended early: message 3 was not asked: the limit is reached.')
    expect(io.output()).toContain('spent $0.001496')
  })

  test('lets each model go first as often as the other, and hands on what is left', async () => {
    const seen: [string, number][] = []
    const watch: TryModel = (model, message, how) => {
      seen.push([model, how.limit])
      return rightForMoney(model, message, how)
    }

    await run(watch, lines(2), ...models, '--limit-usd', '0.01')

    expect(seen).toEqual([
      ['cheap', 10_000],
      ['middle', 9944],
      ['middle', 9280],
      ['cheap', 8616],
    ])
  })

  test('--judge check compares the checks that written answers passed; what failed counts as no answer', async () => {
    const writes: TryModel = (model, _, { task }) =>
      Promise.resolve(
        model === 'cheap'
          ? { outcome: 'rejected', cost: cents(10), latencyMs: 300, score: 0.5 }
          : { outcome: task === 'answer' ? 'answered' : 'failed', cost: cents(10), latencyMs: 300, score: 1 },
      )

    const { io } = await run(writes, '{"text":"a"}\n'.repeat(9), ...models, '--judge', 'check', '--json')

    expect(printedLines(io)[0]).toMatchObject({
      task: 'answer',
      measures: [
        { name: 'cost', better: null },
        { name: 'answered', a: 0, b: 1, better: 'b' },
        { name: 'score', a: 0.5, b: 1, better: 'b' },
      ],
    })
  })

  test.each<[string[], string]>([
    [['--a', 'cheap'], '--b is missing'],
    [['--a', 'cheap', '--b', 'cheap'], 'name two'],
    [['--a', 'cheap', '--b', 'policy:free'], 'two models or two policies'],
    [['--a', 'cheap', '--b', 'gpt'], 'known: cheap, middle, large'],
    [['--a', 'cheap', '--b', 'large'], 'OPENAI_API_KEY is not set'],
    [['--a', 'policy:free', '--b', 'policy:dear'], 'free, hybrid'],
    [['--a', 'policy:free', '--b', 'policy:cloud', '--judge', 'check'], '--judge belongs to two models'],
    [[...models, '--judge', 'taste'], 'known: check'],
    [[...models, '--limit-usd', 'much'], '--limit-usd 0.50'],
    [[...models, '--seed', '1.5'], '--seed'],
  ])('%j is refused before anything is asked', async (args, named) => {
    let asked = 0
    const count: TryModel = () => {
      asked += 1
      return Promise.resolve(noTrial)
    }

    const refused = run(count, lines(2), ...args)

    await expect(refused).rejects.toThrow(UsageError)
    await expect(refused).rejects.toThrow(named)
    expect(asked).toBe(0)
  })
})

describe('tuppence ab-test of two policies', () => {
  test('replays both and calls nobody', async () => {
    const content = [sure, unsure, strange]
      .flatMap((text) => [text, text, text, text])
      .map((text) => JSON.stringify({ text }))
      .join('\n')

    const { io, told } = await run(rightForMoney, content, '--a', 'policy:free', '--b', 'policy:hybrid', '--json')

    expect(told).toBe('')
    expect(printedLines(io)[0]).toMatchObject({
      task: 'replay',
      pairs: 12,
      spentMicroDollars: 0,
      notes: ['Followed, as approved: account.plan:3-2.'],
      measures: [
        // A third free, a third 56, a third 3,376 micro-dollars.
        { name: 'cost', a: 0, b: 0.001144, better: 'a' },
        { name: 'modelCall', a: 0, b: 0.666666666667, better: 'a' },
      ],
    })
  })
})
