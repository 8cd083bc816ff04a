import { describe, expect, test } from 'vitest'
import type { MicroDollars } from '../../../src/core/money.ts'
import { changePolicy, type PolicyChanges } from '../../../src/simulation/change-policy.ts'
import { toDecimal, toNumber, type Exact } from '../../../src/simulation/exact.ts'
import { replay, type RecordedMessage, type ReplayPolicy } from '../../../src/simulation/replay.ts'
import { savingOf, summarizeReplay } from '../../../src/simulation/summarize-replay.ts'
import { model, parts, policy, strange, sure, unsure } from './policy.ts'

function message(text: string, changes: Partial<RecordedMessage> = {}): RecordedMessage {
  return { text, turns: 0, ...changes }
}

const three = [message(sure), message(unsure), message(strange)]
const unchanged: PolicyChanges = { prices: [], models: [] }

function run(chosen: ReplayPolicy = policy, messages: readonly RecordedMessage[] = three) {
  const replayed = replay(messages, chosen, parts)
  return { replayed, summary: summarizeReplay(replayed, chosen.models, parts) }
}

function dollars(value: Exact | undefined): string | undefined {
  return value && toDecimal(value, { least: 2, places: 9 })
}

describe('recorded messages', () => {
  test('take the route they would take, with the tokens and the exact cost of each call', () => {
    const { replayed } = run()

    expect(replayed.map(({ route, tier, cost }) => [route.kind, tier, dollars(cost)])).toEqual([
      ['agent', 0, '0.00'],
      // To classify: 400 + 10 tokens in at $0.10 and 30 out at $0.50 per million: 41 + 15 millionths.
      ['agent', 2, '0.000056'],
      // The same, and to answer 900 + 10 in at $2 and 150 out at $10: 1820 + 1500 millionths.
      ['model', 3, '0.003376'],
    ])
    expect(replayed[2]?.calls.map(({ model, purpose, tokens }) => [model, purpose, tokens])).toEqual([
      ['cheap', 'classification', { input: 410, output: 30 }],
      ['middle', 'answer', { input: 910, output: 150 }],
    ])
  })

  test('add up, beside the cheapest and the dearest single model for everything', () => {
    const { summary } = run()

    expect([dollars(summary.cost), summary.messages, summary.modelMessages]).toEqual(['0.003432', 3, 2])
    expect([summary.cheapest?.model, dollars(summary.cheapest?.cost)]).toEqual(['cheap', '0.000498']) // 3 × (91 + 75)
    expect([summary.dearest?.model, dollars(summary.dearest?.cost)]).toEqual(['large', '0.01992']) // 3 × (3640 + 3000)
    expect(toNumber(savingOf(summary.cost, summary.dearest) ?? summary.cost)).toBe(0.827711) // 1 − 0.003432 / 0.01992
    expect(summary.byTier.map(({ messages, calls }) => [messages, calls])).toEqual([
      [1, 0],
      [0, 0],
      [1, 1],
      [1, 2],
      [0, 0],
    ])
    expect(summary.byModel.map(({ name, calls, cost }) => [name, calls, dollars(cost)])).toEqual([
      ['middle', 1, '0.00332'],
      ['cheap', 2, '0.000112'],
    ])
  })

  test('give verdicts for what is known, and invent no quality and no time', () => {
    const { summary } = run()

    expect(summary.verdicts.map(({ name, measured, isKept }) => [name, measured, isKept])).toEqual([
      ['costPerMessage', '0.001144', false], // 0.003432 / 3
      ['modelCallRate', '0.666666667', false],
      ['lowTierShare', '0.666666667', false],
      ['saving', '0.827710843', true],
      ['quality', undefined, undefined],
      ['simpleSeconds', undefined, undefined],
    ])
  })

  test('a label stands for what a model would say, and tells how often the free answer was right', () => {
    const labelled = [
      message(sure, { intent: 'general.greeting' }),
      message(sure, { intent: 'general.thanks' }),
      message(unsure, { intent: 'account.plan' }),
    ]

    const { replayed, summary } = run(policy, labelled)

    expect(replayed[2]?.intent).toBe('account.plan')
    expect(summary.agreement).toEqual({ labelled: 3, free: 2, right: 1 })
  })

  test('without a passage no model writes, and an approved tier is taken instead of the estimated one', () => {
    const withoutGround = replay([message(strange)], policy, { ...parts, coverageOf: () => undefined })
    const raised = replay([message(strange)], policy, { ...parts, adjustTier: () => 4 })

    expect(withoutGround.map(({ route }) => route.kind)).toEqual(['person'])
    expect(raised[0]?.calls.map((call) => call.model)).toEqual(['cheap', 'large'])
  })

  test('none at all is no error', () => {
    const { summary } = run(policy, [])

    expect([summary.messages, summary.perMessage, summary.dearest, summary.agreement]).toEqual([
      0,
      undefined,
      undefined,
      undefined,
    ])
  })
})

describe('the budget of a day', () => {
  const enoughForOne = { ...policy, dailyLimit: 3400 as MicroDollars } // one strange message is 3,376 micro-dollars

  test('is never passed: what does not fit goes where it goes without a model', () => {
    const { replayed, summary } = run(enoughForOne, [message(strange), message(strange)])

    expect(replayed.map(({ route }) => route.kind)).toEqual(['model', 'person'])
    expect(summary.shortOfMoney).toBe(1)
    expect(replayed[1]?.level).toBe('prefer-local') // 3,376 of 3,400 are spent
  })

  test('begins anew with each day of the time zone', () => {
    const at = (time: string): RecordedMessage => message(strange, { at: new Date(time) })
    const messages = [at('2026-11-20T10:00:00Z'), at('2026-11-20T23:30:00Z'), at('2026-11-21T00:30:00Z')]

    const inUtc = replay(messages, enoughForOne, parts).map(({ route }) => route.kind)
    const inBerlin = replay(messages, enoughForOne, { ...parts, timeZone: 'Europe/Berlin' }).map(
      ({ route }) => route.kind,
    )

    expect(inUtc).toEqual(['model', 'person', 'model'])
    expect(inBerlin).toEqual(['model', 'model', 'person']) // 23:30 UTC is the next day there
  })

  test('the limit of one message keeps it from a dear model', () => {
    const { replayed } = run({ ...policy, requestLimit: 3375 as MicroDollars }, [message(strange)])

    expect(replayed[0]?.route.kind).toBe('person')
    expect(dollars(replayed[0]?.cost)).toBe('0.000056') // the classification was paid
  })

  test('calls of the cloud are counted, and a local model goes on when they are used up', () => {
    const withLocal = { ...policy, models: [...policy.models, model('local', 1, [0, 0])], cloudCallsPerDay: 1 }

    const { replayed } = run(withLocal, [message(strange), message(strange)])

    expect(replayed.map(({ calls }) => calls.map((call) => call.model))).toEqual([['cheap', 'local'], ['local']])
  })
})

describe('a changed policy', () => {
  test('a lower free threshold spares the call that asks what a message means', () => {
    const { summary } = run(changePolicy(policy, { ...unchanged, freeThreshold: '0.6' }))

    expect(dollars(summary.cost)).toBe('0.003376')
  })

  test('the profile free asks nobody', () => {
    const { replayed, summary } = run(changePolicy(policy, { ...unchanged, profile: 'free' }))

    expect([dollars(summary.cost), replayed.map(({ route }) => route.kind)]).toEqual([
      '0.00',
      ['agent', 'person', 'person'],
    ])
  })

  test('a price, and another model for a tier', () => {
    const dearer = run(changePolicy(policy, { ...unchanged, prices: ['middle=1/1'] }))
    const larger = run(changePolicy(policy, { ...unchanged, models: ['tier3=large'] }))

    expect(dollars(dearer.summary.cost)).toBe('0.001172') // 910 + 150 millionths, and twice 56
    expect(dollars(larger.summary.cost)).toBe('0.006752') // 3640 + 3000, and twice 56
  })

  test.each<[Partial<PolicyChanges>, string]>([
    [{ freeThreshold: '1.1' }, 'from 0 to 1'],
    [{ freeThreshold: 'low' }, '--free-threshold is "low"'],
    [{ profile: 'cheap' }, 'free, hybrid, tiered'],
    [{ dailyBudget: '$5' }, '--daily-budget'],
    [{ prices: ['gpt=1/1'] }, 'known: cheap, middle, large'],
    [{ prices: ['cheap=0.0000001/1'] }, 'at most six decimals'],
    [{ models: ['tier0=cheap'] }, '--model tier2=haiku'],
    [{ models: ['tier2=gpt'] }, 'known: cheap, middle, large'],
  ])('%j is refused with what can be written', (changes, named) => {
    expect(() => changePolicy(policy, { ...unchanged, ...changes })).toThrow(named)
  })
})
