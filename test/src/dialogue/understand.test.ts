import { expect, test } from 'vitest'
import type { Conversation, Task } from '../../../src/core/conversation.ts'
import type { AgentName, Classification } from '../../../src/core/intent.ts'
import type { Message } from '../../../src/core/message.ts'
import type { ActionMeaning } from '../../../src/core/reply.ts'
import { understand, type Understanding } from '../../../src/dialogue/understand.ts'

const refund: Task = {
  id: 'task-1',
  intent: 'payments.refund-request',
  agent: 'payments',
  slots: { order: '1042' },
  asking: { name: 'confirm', kind: 'confirm', instead: { slot: 'order', options: ['1042', '1043'] } },
  misses: 0,
}

/** The classifier's verdict is an input here: what is tested is what the conversation makes of it. */
function read(
  text: string,
  options: { conversation?: Partial<Conversation>; verdict?: [string, number]; pressed?: ActionMeaning } = {},
): Understanding {
  const [intent, confidence] = options.verdict ?? ['unknown', 0.9]
  const classification: Classification = { intent, confidence, stage: 'tfidf', candidates: [], evidence: [] }
  const message: Message = {
    tenant: 't',
    id: 'm',
    channel: 'web',
    conversation: 'c',
    address: {},
    author: { id: 'a' },
    text,
    isPrivate: true,
    receivedAt: new Date(0),
  }
  const conversation: Conversation = {
    tenant: 't',
    id: 'c',
    channel: 'web',
    address: {},
    author: { id: 'a' },
    state: 'bot',
    paused: [],
    turns: 1,
    unclear: 0,
    ...options.conversation,
  }
  const agents: readonly AgentName[] = ['tickets', 'account', 'payments', 'general']
  return understand({ message, meaning: options.pressed }, conversation, {
    classify: () => classification,
    agentOf: (name) => agents.find((agent) => name.startsWith(agent)) ?? 'general',
    freeThreshold: 0.8,
    newId: () => 'new',
  })
}

test('the open question is read before the classifier', () => {
  const understanding = read('yes', { conversation: { task: refund }, verdict: ['general.thanks', 0.99] })

  expect(understanding).toMatchObject({
    kind: 'task',
    task: { slots: { order: '1042', confirm: 'yes' } },
    classification: { stage: 'question' },
  })
})

test('a change of mind replaces the value and takes the confirmation back', () => {
  const understanding = read('no, the other one', {
    conversation: { task: { ...refund, slots: { order: '1042', agreeing: 'x' } } },
  })

  expect(understanding).toMatchObject({ kind: 'task', task: { slots: { order: '1043' } } })
})

test('another sure request in the middle is an interruption, an unsure one a miss', () => {
  expect(
    read('what are your hours?', { conversation: { task: refund }, verdict: ['general.opening-hours', 0.95] }),
  ).toMatchObject({ kind: 'interruption', task: refund })
  expect(read('blue', { conversation: { task: refund }, verdict: ['general.opening-hours', 0.4] })).toMatchObject({
    kind: 'miss',
  })
})

test('a free text may hold any word, but a short general question in its place is answered', () => {
  const task: Task = { ...refund, asking: { name: 'description', kind: 'text' } }

  expect(
    read('my card was declined when I paid', { conversation: { task }, verdict: ['payments.failed-card', 0.99] }),
  ).toMatchObject({ kind: 'task' })
  expect(
    read('what are your hours?', { conversation: { task }, verdict: ['general.opening-hours', 0.95] }),
  ).toMatchObject({ kind: 'interruption' })
})

test('"never mind" drops the task, "cancel my order" does not', () => {
  expect(read('never mind', { conversation: { task: refund } }).kind).toBe('drop')
  expect(
    read('cancel my order', { conversation: { task: refund }, verdict: ['account.cancel-order', 0.95] }).kind,
  ).toBe('interruption')
})

test('a person is had from anywhere', () => {
  expect(
    read('let me talk to someone', { conversation: { task: refund }, verdict: ['general.person', 0.9] }).kind,
  ).toBe('person')
  expect(read('', { pressed: { kind: 'person' } }).kind).toBe('person')
})

test('while a person has the conversation nothing is classified', () => {
  const conversation = { state: 'person' } as const

  expect(read('where is my order 1042?', { conversation, verdict: ['account.order-status', 0.99] }).kind).toBe('note')
  expect(read('back to the bot', { conversation }).kind).toBe('back-to-bot')
})

test('a paused task is taken up by a yes, let go by a no, and met again by its own intent', () => {
  const conversation = { paused: [refund] }

  expect(read('yes', { conversation })).toMatchObject({ kind: 'task', task: { id: 'task-1' } })
  expect(read('no', { conversation })).toMatchObject({ kind: 'drop', task: { id: 'task-1' } })
  expect(
    read('I want my money back for 1043', { conversation, verdict: ['payments.refund-request', 0.9] }),
  ).toMatchObject({
    kind: 'task',
    task: { id: 'task-1', slots: { order: '1043' } },
  })
})

test('a number after an answer asks the same for that number', () => {
  const conversation = { last: { intent: 'account.order-status', agent: 'account', slots: { order: '1042' } } } as const

  expect(read('and 1043?', { conversation })).toMatchObject({
    kind: 'task',
    task: { intent: 'account.order-status', slots: { order: '1043' } },
  })
  expect(read('and 1042?', { conversation }).kind).toBe('request')
})

test('a button answers the question it belongs to and no other', () => {
  const pressed = { kind: 'answer', task: 'task-1', value: 'yes', asked: 'refund pay-1042' } as const
  const about = (what: string): Task => ({ ...refund, slots: { order: '1042', agreeing: what } })

  expect(read('Yes', { conversation: { task: about('refund pay-1042') }, pressed })).toMatchObject({
    kind: 'task',
    task: { slots: { confirm: 'yes' } },
  })
  expect(read('Yes', { conversation: { task: about('refund pay-1043') }, pressed }).kind).toBe('stale')
  expect(read('Yes', { conversation: { task: { ...about('refund pay-1042'), id: 'task-2' } }, pressed }).kind).toBe(
    'stale',
  )
  expect(read('Yes', { pressed }).kind).toBe('stale')
  expect(read('Yes', { conversation: { task: refund, state: 'person' }, pressed }).kind).toBe('stale')
})

test('while a person has the conversation, no button of an earlier reply begins a task', () => {
  const understanding = read('Where is my order?', {
    conversation: { state: 'person', ticket: 'T-1' },
    pressed: { kind: 'intent', intent: 'account.order-status', text: 'Where is my order?' },
  })

  expect(understanding.kind).toBe('stale')
})

test('a sentence about another order is a request, not another answer to the open question', () => {
  const conversation = { task: refund }
  const verdict: [string, number] = ['account.order-status', 0.95]

  expect(read('and where is my order 1043', { conversation, verdict }).kind).toBe('interruption')
  expect(read('no, I meant order 1043 of course', { conversation, verdict })).toMatchObject({
    kind: 'task',
    task: { slots: { order: '1043' } },
  })
})

test.each(['bot', 'bot please', 'back to the bot', 'I want to ask the bot'])('%j ends the hand-over', (text) => {
  expect(read(text, { conversation: { state: 'person', ticket: 'T-1' } }).kind).toBe('back-to-bot')
})

test.each(['bot', 'person'] as const)(
  'a press that judges an answer is read as that, whatever is open (%s)',
  (state) => {
    const conversation = { task: refund, paused: [{ ...refund, id: 'task-0' }], state }

    expect(
      read('👎', { conversation, pressed: { kind: 'feedback', value: 'not_helpful', message: 'm0' } }),
    ).toMatchObject({ kind: 'feedback', value: 'not_helpful', message: 'm0', classification: { stage: 'button' } })
    expect(read('Try advanced AI', { conversation, pressed: { kind: 'advanced', message: 'm0' } })).toMatchObject({
      kind: 'advanced',
      message: 'm0',
      classification: { stage: 'button' },
    })
  },
)
