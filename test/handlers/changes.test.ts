import { afterEach, expect, test } from 'vitest'
import type { Answer, Turn } from '../../src/core/agent.ts'
import { openRig, tenant, untilEvent, untilShown, type Rig } from './rig.ts'

let rig: Rig
afterEach(() => rig.close())

const key = { tenant, conversation: 'c-1' }
const texts = (): string[] => rig.platform.shown.map(({ text }) => text)

/** An agent that answers what begins with "slow" only when it is let. */
function slowly() {
  const begun = Promise.withResolvers<Turn>()
  const answers = Promise.withResolvers<void>()
  const answer = async (turn: Turn): Promise<Answer> => {
    if (turn.message.text.startsWith('slow')) {
      begun.resolve(turn)
      await answers.promise
    }
    return { kind: 'reply', text: `You said ${turn.message.text}` }
  }
  return { answer, begun: begun.promise, letAnswer: answers.resolve }
}

test('a stop while the answer is worked out: nothing is shown, no ticket is opened, and the next message is answered', async () => {
  const { answer, begun, letAnswer } = slowly()
  rig = await openRig({ answer })
  await rig.write('slow question')
  const turn = await begun

  const taken = await rig.tell({ kind: 'stop', key })
  const isStopped = rig.parts.running.signalOf(turn.message)?.aborted
  letAnswer()
  await rig.write('hello')
  await untilShown(rig, 1)

  expect([taken, isStopped]).toEqual([{ kind: 'new' }, true])
  expect(texts()).toEqual(['You said hello'])
  expect(await rig.tickets()).toEqual([])
  expect(rig.events.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([])
})

test('a change while the answer is worked out: only the new words are answered', async () => {
  const { answer, begun, letAnswer } = slowly()
  rig = await openRig({ answer })
  await rig.write('slow question', { id: 'm-1' })
  await begun

  const taken = await rig.tell({ kind: 'edit', key, message: 'm-1', text: 'quick question\u0000' })
  letAnswer()
  await untilShown(rig, 1)

  expect(taken).toEqual({ kind: 'new' })
  expect(texts()).toEqual(['You said quick question\uFFFD'])
})

test('a change of a later message does not interrupt the one that is worked on', async () => {
  const { answer, begun, letAnswer } = slowly()
  rig = await openRig({ answer })
  await rig.write('slow question', { id: 'm-1' })
  await rig.write('second', { id: 'm-2' })
  const turn = await begun

  await rig.tell({ kind: 'edit', key, message: 'm-2', text: 'changed' })
  const isStopped = rig.parts.running.signalOf(turn.message)?.aborted
  letAnswer()
  await untilShown(rig, 2)

  expect(isStopped).toBe(false)
  expect(texts()).toEqual(['You said slow question', 'You said changed'])
})

test('the same words again interrupt nobody', async () => {
  const { answer, begun, letAnswer } = slowly()
  rig = await openRig({ answer })
  await rig.write('slow question', { id: 'm-1' })
  const turn = await begun

  const taken = await rig.tell({ kind: 'edit', key, message: 'm-1', text: 'slow question' })
  const isStopped = rig.parts.running.signalOf(turn.message)?.aborted
  letAnswer()
  await untilShown(rig, 1)

  expect([taken, isStopped]).toEqual([{ kind: 'ignored', because: 'unchanged' }, false])
})

test('a deleted message is not answered, and the one behind it is', async () => {
  const { answer, begun, letAnswer } = slowly()
  rig = await openRig({ answer })
  await rig.write('slow question', { id: 'm-1' })
  await rig.write('second', { id: 'm-2' })
  await begun

  await rig.tell({ kind: 'delete', key, message: 'm-1' })
  letAnswer()
  await untilShown(rig, 1)

  expect(texts()).toEqual(['You said second'])
})

test('an answer the platform refuses for now is given up when its message is changed', async () => {
  rig = await openRig()
  rig.platform.faults.push({ kind: 'refuse', retryAfterMs: 60_000 })
  await rig.write('old', { id: 'm-1' })
  await untilEvent(rig, 'reply.postponed')

  await rig.tell({ kind: 'edit', key, message: 'm-1', text: 'new' })
  await untilShown(rig, 1)
  rig.pass(60_000)
  await rig.sweep()

  expect(texts()).toEqual(['You said new'])
})

test('what is shown stays: a change is too late, and so is a stop', async () => {
  rig = await openRig()
  await rig.write('old', { id: 'm-1' })
  await untilEvent(rig, 'reply.delivered')

  const taken = [
    await rig.tell({ kind: 'edit', key, message: 'm-1', text: 'new' }),
    await rig.tell({ kind: 'delete', key, message: 'm-1' }),
    await rig.tell({ kind: 'stop', key }),
  ]

  const tooLate = { kind: 'ignored', because: 'too-late' }
  expect(taken).toEqual([tooLate, tooLate, tooLate])
  expect(texts()).toEqual(['You said old'])
})
