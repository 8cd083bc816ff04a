import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { watchBudget } from '../../handlers/alerts.ts'
import { anyQuestion, openModelRig, startTestServer } from '../models.ts'
import { openAlertRig, type AlertRig } from './alert-rig.ts'

let rig: AlertRig
beforeAll(async () => {
  rig = await openAlertRig()
})
afterAll(() => rig.close())
beforeEach(() => rig.empty())

// ---- the steps of the ladder

test.each([
  ['one micro-dollar below 80 %', 799_999, []],
  ['at 80 %', 800_000, ['warning']],
  ['one micro-dollar below 90 %', 899_999, ['warning']],
  ['at 90 %', 900_000, ['warning', 'prefer-local']],
  ['one micro-dollar below the limit', 999_999, ['warning', 'prefer-local']],
  ['at the limit', 1_000_000, ['warning', 'prefer-local', 'budget-mode']],
])('%s these are raised, each once however often one looks', async (_, spent, steps) => {
  await rig.spend(spent)

  await watchBudget(rig.parts)
  await watchBudget(rig.parts)

  expect(rig.raised()).toEqual(steps)
})

test('each step is told when it is reached, with the figures of then', async () => {
  for (const amount of [850_000, 100_000, 50_000]) {
    await rig.spend(amount)
    await watchBudget(rig.parts)
  }

  expect(rig.events.map(({ level, fields }) => [level, fields['text']])).toEqual([
    ['warn', 'The budget is nearly used: $0.85 of $1.00 for 2026-11-21.'],
    ['warn', 'Local models are preferred from here on: $0.95 of $1.00 for 2026-11-21.'],
    [
      'error',
      'The budget is used up, so only free and local answers are given until midnight or a higher limit: $1.00 of $1.00 for 2026-11-21.',
    ],
  ])
})

test('money that is only held counts as used', async () => {
  await rig.hold(800_000)

  await watchBudget(rig.parts)

  expect(rig.raised()).toEqual(['warning'])
})

test('the share at which somebody is told is the configured one', async () => {
  await rig.spend(500_000)

  await watchBudget({ ...rig.parts, warnFrom: 0.5 })

  expect(rig.raised()).toEqual(['warning'])
})

test('a limit of nothing raises nothing, also after it was lowered to that', async () => {
  await rig.spend(900_000)
  rig.limit = 0
  rig.refusals.add('day')

  await watchBudget(rig.parts)

  expect(rig.raised()).toEqual([])
})

test('a raised limit is not told about, and its steps are not told a second time on that day', async () => {
  await rig.spend(1_000_000)
  await watchBudget(rig.parts)
  rig.limit = 2_000_000
  await rig.spend(1_000_000)

  await watchBudget(rig.parts)

  expect(rig.raised()).toEqual(['warning', 'prefer-local', 'budget-mode'])
})

test('on the next day everything may be raised again', async () => {
  await rig.spend(1_000_000)
  await watchBudget(rig.parts)
  rig.at = new Date('2026-11-22T00:00:00Z')
  await watchBudget(rig.parts)
  await rig.spend(800_000)

  await watchBudget(rig.parts)

  expect(rig.events.map(({ fields }) => `${String(fields['day'])} ${String(fields['step'])}`)).toEqual([
    '2026-11-21 warning',
    '2026-11-21 prefer-local',
    '2026-11-21 budget-mode',
    '2026-11-22 warning',
  ])
})

test.each([
  ['day', 'budget-mode', 'A call did not fit into what is left of the budget'],
  ['answers', 'prefer-local', 'Answers have used their part of the budget'],
] as const)('a call that the %s refused raises %s below its share', async (refusal, step, words) => {
  await rig.spend(400_000)
  rig.refusals.add(refusal)

  await watchBudget(rig.parts)
  await watchBudget(rig.parts)

  expect(rig.raised()).toEqual([step])
  expect(rig.events[0]?.fields['text']).toContain(words)
})

test('a refusal at the one door to the models is the one that is told', async () => {
  const server = await startTestServer({ protocol: 'openai' })
  const price = { input: 2, output: 10 }
  // The one call needs 1,238 micro-dollars, and answers may use nine tenths of the day.
  const refusalsOf = async (dailyUsd: number) => {
    const door = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 3, price }], {
      budget: { dailyUsd },
    })
    await door.models.ask(anyQuestion, door.allowance())
    return [[...door.models.takeRefusals()], [...door.models.takeRefusals()]]
  }

  expect(await refusalsOf(0.001)).toEqual([['day'], []])
  expect(await refusalsOf(0.00137)).toEqual([['answers'], []])
  expect(await refusalsOf(0.002)).toEqual([[], []])
  expect(server.requests).toHaveLength(1)
})

// ---- spikes

test('an hour far above the usual one is told once for that hour, with the likeliest cause', async () => {
  rig.limit = 100_000_000
  for (const day of [16, 17, 18, 19, 20]) {
    rig.at = new Date(`2026-11-${day}T14:10:00Z`)
    await rig.spend(200_000)
  }
  rig.at = new Date('2026-11-21T14:20:00Z')
  for (let call = 0; call < 20; call += 1) await rig.spend(30_000, { author: call < 18 ? 'anna' : 'bob' })

  await watchBudget(rig.parts)
  await watchBudget(rig.parts)

  expect(rig.events.map(({ fields }) => [fields['step'], fields['scope'], fields['text']])).toEqual([
    [
      'spike',
      'installation/14',
      'Spending spike detected: $0.60 (avg: $0.20) in the hour from 14:00. Likeliest cause: viral_user.',
    ],
  ])
})

test.each([
  ['below the floor of money', 24, 20_000], // 0.48 of 0.50 dollars
  ['below the floor of calls', 19, 100_000],
])('an hour %s is no spike', async (_, calls, each) => {
  rig.limit = 100_000_000
  for (let call = 0; call < calls; call += 1) await rig.spend(each)

  await watchBudget(rig.parts)

  expect(rig.raised()).toEqual([])
})
