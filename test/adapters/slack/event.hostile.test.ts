import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readSlackEvent, type SlackReader, type SlackReading } from '../../../adapters/slack/event.ts'
import { mutationsOf } from '../../contracts/hostile-payloads.ts'
import { changed, payloads } from './stand.ts'

const reader: SlackReader = {
  tenant: 'acme',
  botUserId: 'U0BOT',
  agentView: true,
  receivedAt: new Date('2026-11-21T10:00:00Z'),
}
const data = process.env['TUPPENCE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const reasons = new Set([
  'malformed',
  'unused-type',
  'unused-event',
  'unused-action',
  'other-tab',
  'own-message',
  'bot-message',
  'notice',
  'hidden',
  'not-addressed',
  'no-text',
  'unchanged',
])

/** What is wrong with a reading: an unnamed reason, or something let in that is malformed or too long for a key. */
function faultOf(reading: SlackReading): string | undefined {
  if (reading.kind === 'ignored') return reasons.has(reading.because) ? undefined : `unnamed reason ${reading.because}`
  const { event } = reading
  if (event.kind !== 'message' && event.kind !== 'action') return undefined
  const { id, conversation, author, address, text, pressed = 'x' } = event.message
  const names = [conversation, author.id, ...Object.values(address)].every((name) => /^[\w:.-]{1,200}$/.test(name))
  const isSound = names && id.length < 500 && !/\p{Cc}/u.test(id + pressed) && pressed.length <= 255
  return isSound && text.length <= 40_000 ? undefined : `let in: ${JSON.stringify(event.message).slice(0, 500)}`
}

/** One at a time: all variants of the largest payload together would fill the memory. */
function faultsOf(payload: unknown, own: SlackReader = reader): readonly string[] {
  const faults = [faultOf(readSlackEvent(payload, own))]
  for (const broken of mutationsOf(payload)) {
    const fault = faultOf(readSlackEvent(broken, own))
    if (fault !== undefined) faults.push(fault)
  }
  return faults.filter((fault) => fault !== undefined)
}

test.each(Object.entries(payloads))('no broken %s throws or gets a malformed message in', (_name, payload) => {
  expect([...mutationsOf(payload)].length).toBeGreaterThan(200)
  expect(faultsOf(payload)).toEqual([])
})

test('10,000 nested objects and a text of 1 MB are read without a fault', () => {
  let deep: unknown = {}
  for (let depth = 0; depth < 10_000; depth += 1) deep = { event: deep, type: 'event_callback' }
  const long = changed('directMessage', { text: '<'.repeat(1_000_000) })

  expect(readSlackEvent(deep, reader).kind).toBe('ignored')
  expect(readSlackEvent(long, reader)).toMatchObject({ event: { message: { text: '<'.repeat(40_000) } } })
})

// Payloads that Slack really sent; they are not part of the repository, so a stranger's copy has none of these tests.
const recorded = globSync(['recorded/slack/*.json', 'hostile/slack-payloads/**/*Payload.json'], { cwd: data })
if (recorded.length > 0) {
  describe('recorded payloads', () => {
    test.each(recorded)('%s reads as an event or a named refusal, whole or broken', (name) => {
      const file = JSON.parse(readFileSync(`${data}/${name}`, 'utf8'))
      const own = { ...reader, botUserId: file.botUserId ?? 'U0BOT' }
      const filled = { ...file.event, channel: 'D0X', user: 'U1', ts: '1763700000.000100', text: 'hi' }
      const samples = name.startsWith('recorded')
        ? Object.values(file)
        : [file, { ...file, team_id: 'T1', event: filled }]

      expect(samples.flatMap((sample) => faultsOf(sample, own))).toEqual([])
    })

    test.each([
      { name: 'slack.json', key: 'mention', text: 'Hey' },
      { name: 'slack.json', key: 'followUp', text: 'Hi' },
      { name: 'dm-slack.json', key: 'dmMessage', text: 'Hey!' },
      { name: 'dm-slack.json', key: 'dmRequest', text: 'DM me' },
    ])('$name: $key is the message $text', ({ name, key, text }) => {
      const file = JSON.parse(readFileSync(`${data}/recorded/slack/${name}`, 'utf8'))

      const reading = readSlackEvent(file[key], { ...reader, botUserId: file.botUserId })

      expect(reading).toMatchObject({ kind: 'event', event: { kind: 'message', message: { text } } })
    })
  })
}
