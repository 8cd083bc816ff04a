import { expect, test } from 'vitest'
import { tellAcknowledged } from '../../handlers/acknowledged.ts'
import { StoreUnavailableError } from '../../src/core/errors.ts'
import type { BotEvent, ChannelEvent, Intake } from '../../src/core/ports.ts'
import { anyMessage } from '../models.ts'

const written: ChannelEvent = { kind: 'message', message: anyMessage, isAddressed: true }

/** What is told while an event takes 40 ms and ends as given. */
function take(end: () => Promise<Intake>) {
  const events: BotEvent[] = []
  let nowMs = 1000
  const observer = { receipt: () => {}, event: (event: BotEvent) => void events.push(event) }
  const takeIn = async (): Promise<Intake> => {
    nowMs += 40
    return await end()
  }
  const acknowledge = tellAcknowledged('slack', takeIn, { observer, elapsedMs: () => nowMs })
  return { events, acknowledge }
}

test('how long a platform waited to hear that its message is stored is told, and never what the message says', async () => {
  const { events, acknowledge } = take(async () => ({ kind: 'new' }))

  expect(await acknowledge(written)).toEqual({ kind: 'new' })

  const fields = { channel: 'slack', kind: 'message', outcome: 'new', durationMs: 40, message: anyMessage.id }
  expect(events).toEqual([{ name: 'event.acknowledged', level: 'debug', fields }])
})

test('what could not be stored is told as failed and thrown on, so that the platform hears no "got it"', async () => {
  const fault = new StoreUnavailableError('Postgres did not answer.')
  const { events, acknowledge } = take(() => Promise.reject(fault))

  await expect(acknowledge(written)).rejects.toBe(fault)

  expect(events).toMatchObject([{ name: 'event.acknowledged', fields: { outcome: 'failed', durationMs: 40 } }])
})

test('an edit names no message of its own', async () => {
  const { events, acknowledge } = take(async () => ({ kind: 'new' }))

  await acknowledge({ kind: 'edit', key: { tenant: 't', conversation: 'c' }, message: 'm', text: 'canary' })

  expect(JSON.stringify(events)).not.toContain('canary')
  expect(events[0]?.fields).not.toHaveProperty('message')
})
