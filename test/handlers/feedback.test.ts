import fc from 'fast-check'
import { afterEach, expect, test } from 'vitest'
import type { Answer } from '../../src/core/agent.ts'
import { openRig, type Rig } from './rig.ts'
import { buttonFor, conversation, knowing, labels, outcomeOfPress, press, say } from './rating-talk.ts'

let rig: Rig
afterEach(() => rig.close())

const offer = { label: 'More of it', meaning: { kind: 'person' } } as const
const withOffer = (): Answer => ({ kind: 'reply', text: 'Here it is.', actions: [offer] })
const question = (): Answer => ({ kind: 'ask', text: 'Which order?', missing: { name: 'order', kind: 'order' } })

test('an answer carries 👍 and 👎 after its own buttons, and no way to a large model where there is none', async () => {
  rig = await openRig({ answer: withOffer })

  expect(labels(await say(rig, 'hello'))).toEqual(['More of it', '👍', '👎'])
})

test('where a large model is there, the answer carries the way to it, for the team alone', async () => {
  rig = await openRig({ answer: withOffer, reason: knowing })

  const answered = await say(rig, 'hello')

  expect(labels(answered)).toEqual(['More of it', '👍', '👎', 'Try advanced AI'])
  expect(answered.replies[0]?.actions.map(({ audience }) => audience)).toEqual([
    undefined,
    undefined,
    undefined,
    'staff',
  ])
})

test('the owner may let customers see the way to a large model', async () => {
  rig = await openRig({ answer: withOffer, reason: knowing, advancedVisibleTo: 'customers' })

  expect(buttonFor(await say(rig, 'hello'), 'advanced')).not.toHaveProperty('audience')
})

test('a question back, a repeated question, a hand-over and an apology are nothing to rate', async () => {
  const answers: (() => Answer)[] = [
    question,
    question,
    () => ({ kind: 'escalate', because: 'it is not known' }),
    () => {
      throw new TypeError('a fault')
    },
  ]
  rig = await openRig({ answer: () => (answers.shift() ?? question)(), reason: knowing })

  const asked = await say(rig, 'hello')
  const again = await say(rig, 'what do you mean')
  const [escalated, apologised] = [
    await say(rig, 'hello', { conversation: 'c-1' }),
    await say(rig, 'hello', { conversation: 'c-1' }),
  ]

  const rated = [asked, again, escalated, apologised].flatMap(labels).filter((label) => /👍|👎|advanced/.test(label))
  expect(rated).toEqual([])
})

test('👍 is recorded with how the answer came about, shows nothing and has no receipt', async () => {
  rig = await openRig()
  const answered = await say(rig, 'My card 4111 1111 1111 1111 was refused')

  const outcome = await outcomeOfPress(rig, buttonFor(answered, 'helpful'))

  expect(outcome).toMatchObject({ replies: [], receipt: undefined })
  expect(outcome.effects).toEqual([
    {
      kind: 'record-feedback',
      feedback: {
        value: 'helpful',
        message: answered.message.id,
        intent: 'general.greeting',
        tier: 0,
        effort: answered.receipt?.effort,
        confidence: 1,
        model: undefined,
        text: 'My card •••• was refused',
      },
    },
  ])
})

test('the log is told of a rating, without its text', async () => {
  rig = await openRig()
  const answered = await say(rig, 'a secret wish')

  await press(rig, buttonFor(answered, 'not_helpful'))

  const told = rig.events.filter(({ name }) => name === 'feedback.recorded')
  expect(told).toMatchObject([
    { fields: { message: answered.message.id, value: 'not_helpful', intent: 'general.greeting', tier: 0 } },
  ])
  expect(JSON.stringify(told)).not.toContain('secret')
})

test('whoever waits for a press that shows nothing is told that it is done', async () => {
  const done: string[] = []
  rig = await openRig({ onAnswered: (message) => void done.push(message) })
  const answered = await say(rig, 'hello')

  const pressed = await press(rig, buttonFor(answered, 'helpful'))

  expect(done).toEqual([pressed.message.id])
})

test('👎 is answered with a person and the very button of the answer, so that the large model is asked once', async () => {
  rig = await openRig({ reason: knowing })
  const answered = await say(rig, 'hello')

  const sorry = await press(rig, buttonFor(answered, 'not_helpful'))

  expect(sorry.replies).toHaveLength(1)
  expect(labels(sorry)).toEqual(['Talk to a person', 'Try advanced AI'])
  expect(buttonFor(sorry, 'advanced')).toEqual(buttonFor(answered, 'advanced'))
  expect(sorry.receipt).toBeUndefined()
})

test('while a person has the conversation, 👎 is recorded and nothing is said', async () => {
  rig = await openRig()
  const answered = await say(rig, 'hello', {})
  await press(rig, buttonFor(await press(rig, buttonFor(answered, 'not_helpful')), 'person'))

  const outcome = await outcomeOfPress(rig, buttonFor(answered, 'not_helpful'))

  expect((await conversation(rig)).state).toBe('person')
  expect(outcome).toMatchObject({ replies: [], effects: [{ kind: 'record-feedback' }] })
})

test('of two presses of one button one counts, and a change of mind counts too', async () => {
  rig = await openRig()
  const answered = await say(rig, 'hello')
  const up = buttonFor(answered, 'helpful')

  await press(rig, up)
  await rig.write('👍', { pressed: up.id })
  await press(rig, buttonFor(answered, 'not_helpful'))

  const values = rig.events.flatMap(({ name, fields }) => (name === 'feedback.recorded' ? [fields['value']] : []))
  expect(values).toEqual(['helpful', 'not_helpful'])
})

test('for any conversation: judging an answer leaves the conversation as it was, to the last field', async () => {
  rig = await openRig({ reason: knowing })
  const answered = await say(rig, 'hello')
  const anyTask = fc.record({
    id: fc.string(),
    intent: fc.constant('payments.refund-request'),
    agent: fc.constant('payments' as const),
    slots: fc.dictionary(fc.string(), fc.string()),
    misses: fc.nat(2),
  })
  const anyChange = fc.record(
    {
      state: fc.constantFrom('bot' as const, 'person' as const),
      task: anyTask,
      paused: fc.array(anyTask, { maxLength: 3 }),
      turns: fc.nat(100),
      unclear: fc.nat(2),
      ticket: fc.constant('T-1'),
    },
    { requiredKeys: ['state', 'paused'] },
  )
  const buttons = (['helpful', 'not_helpful', 'advanced'] as const).map((meaning) => buttonFor(answered, meaning))
  const present = await conversation(rig)

  await fc.assert(
    fc.asyncProperty(anyChange, fc.constantFrom(...buttons), async (change, action) => {
      const before = { ...present, ...change }

      const outcome = await outcomeOfPress(rig, action, before)

      expect(outcome.conversation).toEqual(before)
    }),
    { numRuns: 100 },
  )
})
