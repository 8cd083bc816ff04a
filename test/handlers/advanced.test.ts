import { afterEach, expect, test } from 'vitest'
import type { Reason } from '../../src/models/reason.ts'
import { openRig, type Rig } from './rig.ts'
import { buttonFor, knowing, labels, largeCall, outcomeOfPress, press, say, speechless } from './rating-talk.ts'

let rig: Rig
afterEach(() => rig.close())

test('the same question is answered again below, by the large model, with its cost and its reason in the receipt', async () => {
  rig = await openRig({ reason: knowing })
  const first = await say(rig, 'Why is tea hot?')

  const second = await press(rig, buttonFor(first, 'advanced'))

  const texts = (await rig.turns()).flatMap(({ replies }) => replies.map(({ text }) => text))
  expect(texts).toEqual(['You said Why is tea hot?', 'A better answer to: Why is tea hot?'])
  expect(second.receipt).toMatchObject({
    message: second.message.id,
    classification: { intent: 'general.greeting' },
    route: { kind: 'model', tier: 4, isAdvanced: true, because: 'user_requested_better_quality' },
    tier: 4,
    calls: [largeCall],
    cost: 1234,
    notAsked: ['haiku: its circuit is open'],
  })
})

test('the model is asked for tier 4, for the purpose "advanced", and reads the question as it was written', async () => {
  const asked: Parameters<Reason>[] = []
  rig = await openRig({
    reason: async (...given) => {
      asked.push(given)
      return await knowing(...given)
    },
  })
  const first = await say(rig, 'Why is tea hot?')

  const second = await press(rig, buttonFor(first, 'advanced'))

  expect(asked).toMatchObject([
    [
      { message: { id: second.message.id }, text: 'Why is tea hot?' },
      { tier: 4, purpose: 'advanced' },
    ],
  ])
})

test('the press is kept as a misroute of the first answer', async () => {
  rig = await openRig({ reason: knowing })
  const first = await say(rig, 'Why is tea hot?')

  const { effects } = await outcomeOfPress(rig, buttonFor(first, 'advanced'))

  expect(effects).toMatchObject([
    {
      kind: 'record-feedback',
      feedback: { value: 'try_advanced', message: first.message.id, tier: 0, text: 'Why is tea hot?' },
    },
  ])
})

test('the second answer can be rated, about the first question and its model, but not tried a third time', async () => {
  rig = await openRig({ reason: knowing })
  const first = await say(rig, 'Why is tea hot?')
  const second = await press(rig, buttonFor(first, 'advanced'))

  const sorry = await press(rig, buttonFor(second, 'not_helpful'))
  const { effects } = await outcomeOfPress(rig, buttonFor(second, 'helpful'))

  expect(labels(second)).toEqual(['👍', '👎'])
  expect(labels(sorry)).toEqual(['Talk to a person'])
  expect(effects).toMatchObject([{ feedback: { tier: 4, model: 'large', text: 'Why is tea hot?' } }])
})

test.each(['budget', 'failed', 'rejected', 'too-late', 'no-model'] as const)(
  'without an answer (%s) the customer reads a kind sentence without a word about money or models, and gets a person',
  async (because) => {
    rig = await openRig({ reason: speechless(because) })
    const first = await say(rig, 'Why is tea hot?')

    const second = await press(rig, buttonFor(first, 'advanced'))

    expect(labels(second)).toEqual(['Talk to a person'])
    expect(second.replies[0]?.text).not.toMatch(/budget|money|cost|\$|model|error|limit|spent|AI\b/i)
    expect(second.receipt).toMatchObject({
      tier: 0,
      cost: 5000, // a call whose end is unknown stays charged at its bound
      route: { kind: 'model', because: `user_requested_better_quality, but no model answered: ${because}` },
    })
  },
)

test('while too many write, nothing is kept as a misroute, and the question can be tried again by a button', async () => {
  let isBusy = true
  rig = await openRig({
    reason: async (...given) =>
      isBusy ? { kind: 'unanswered', because: 'busy', detail: 'as the test says' } : await knowing(...given),
  })
  const first = await say(rig, 'Why is tea hot?')
  const { effects } = await outcomeOfPress(rig, buttonFor(first, 'advanced'))
  const second = await press(rig, buttonFor(first, 'advanced'))

  isBusy = false
  const third = await press(rig, buttonFor(second, 'advanced'))

  expect(effects).toEqual([])
  expect(labels(second)).toEqual(['Try advanced AI', 'Talk to a person'])
  expect(third.replies.map(({ text }) => text)).toEqual(['A better answer to: Why is tea hot?'])
})

test('a model’s words are marked as written, those of the rules and the sentence that there are none are not', async () => {
  rig = await openRig({ reason: knowing })
  const first = await say(rig, 'Why is tea hot?')
  const second = await press(rig, buttonFor(first, 'advanced'))
  await rig.close()
  rig = await openRig({ reason: speechless('not-identified') })
  const third = await press(rig, buttonFor(await say(rig, 'Why is tea hot?'), 'advanced'))

  const marks = [first, second, third].map(({ replies }) => replies.map(({ isWritten }) => isWritten))
  expect(marks).toEqual([[undefined], [true], [undefined]])
})
