import { afterEach, expect, test } from 'vitest'
import { runTask } from '../../handlers/run-task.ts'
import type { Answer } from '../../src/core/agent.ts'
import type { Conversation, Task } from '../../src/core/conversation.ts'
import { openRig, tenant, untilShown, type Rig } from './rig.ts'
import { emptyAllowance } from './no-models.ts'

let rig: Rig
afterEach(() => rig.close())

const asks: Answer = { kind: 'ask', text: 'Which order?', missing: { name: 'order', kind: 'order' } }
const replies: Answer = { kind: 'reply', text: 'It is on its way.' }

/** A conversation in the middle of a refund. */
async function inRefund(
  answer: Answer,
): Promise<{ conversation: Conversation; run: (task: Task) => ReturnType<typeof runTask> }> {
  rig = await openRig({ answer: () => answer })
  await rig.write('hello')
  await untilShown(rig, 1)
  const stored = await rig.store.conversations.load({ tenant, conversation: 'c-1' })
  const [turn] = await rig.turns()
  if (stored === undefined || turn === undefined) throw new TypeError('the conversation was stored')
  const conversation = { ...stored, task: refund }
  const { message, receipt } = turn
  if (receipt === undefined) throw new TypeError('an answered message has a receipt')
  const { classification } = receipt
  const allowance = emptyAllowance(message)
  const open = { message, conversation, classification, now: message.receivedAt, allowance }
  return {
    conversation,
    run: (task) => runTask({ task, because: 'the customer chose between two' }, open, rig.parts),
  }
}

const refund: Task = {
  id: 'task-1',
  intent: 'payments.refund-request',
  agent: 'general',
  slots: { order: '1042' },
  asking: { name: 'confirm', kind: 'confirm' },
  question: { text: 'Shall I send it back?', actions: [] },
  misses: 0,
}
const status: Task = { id: 'task-2', intent: 'account.order-status', agent: 'general', slots: {}, misses: 0 }

test('a button that begins another task puts the open one aside and says so', async () => {
  const { run } = await inRefund(asks)

  const { conversation, text } = await run(status)

  expect(conversation.task).toMatchObject({ id: 'task-2', asking: asks.missing })
  expect(conversation.paused).toEqual([refund])
  expect(text).toContain('payments.refund-request')
})

test('a button that is answered at once leads back to the open question', async () => {
  const { run } = await inRefund(replies)

  const { conversation, text } = await run(status)

  expect([conversation.task, conversation.paused]).toEqual([refund, []])
  expect(text).toMatch(/^It is on its way\.[^]*Shall I send it back\?$/)
})

test('the same request begun again replaces the open one', async () => {
  const { run } = await inRefund(asks)

  const { conversation } = await run({ ...refund, id: 'task-3', slots: {} })

  expect([conversation.task?.id, conversation.paused]).toEqual(['task-3', []])
})

test('a message without a word is kept, and its author is asked for words', async () => {
  rig = await openRig()

  await rig.write('')
  await untilShown(rig, 1)

  expect(rig.platform.shown.map(({ text }) => text)).toEqual([expect.stringContaining('in a sentence what you need')])
  expect(await rig.turns()).toMatchObject([{ message: { text: '' } }])
})
