import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { readSlackEvent } from '../../../adapters/slack/event.ts'
import type { SlackReader, SlackReading } from '../../../adapters/slack/reading.ts'
import type { Message } from '../../../src/core/message.ts'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { mutationsOf } from '../../contracts/hostile-payloads.ts'
import { interactions } from './interactions.ts'
import { changed, payloads } from './stand.ts'

/** Every workspace that is named is ours, so that a strange name would get in if anything let it. */
function readerFor(botUserId: string): SlackReader {
  return {
    tenant: 'acme',
    agentView: true,
    receivedAt: new Date('2026-11-21T10:00:00Z'),
    find: ([team = 'T0EXAMPLE']) => ({ team, enterprise: undefined, isOrganisation: false, botUserId }),
  }
}
const reader = readerFor('U0BOT')
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
  'unknown-workspace',
])

/** What is wrong with a reading: an unnamed reason, or something let in that is malformed or too long for a key. */
function faultOf(reading: SlackReading): string | undefined {
  switch (reading.kind) {
    case 'ignored':
      return reasons.has(reading.because) ? undefined : `unnamed reason ${reading.because}`
    case 'notice':
      return /^[\w ’',.:?-]{1,200}$/.test(reading.sentence) ? undefined : `odd notice ${reading.sentence.slice(0, 300)}`
    case 'opened':
      return areNames([reading.origin.team, reading.origin.channel]) ? undefined : 'odd origin'
    case 'event':
      return isSound(reading.event) ? undefined : `let in: ${JSON.stringify(reading.event).slice(0, 500)}`
  }
}

function isSound(event: ChannelEvent): boolean {
  switch (event.kind) {
    case 'message':
    case 'action':
      return isSoundMessage(event.message)
    case 'shortcut':
      return isSoundMessage(event.message) && areNames([event.author.id])
    case 'edit':
      return areNames([event.key.conversation, event.message]) && event.text.length <= 40_000
    case 'delete':
      return areNames([event.key.conversation, event.message])
    case 'stop':
      return areNames([event.key.conversation])
    case 'command':
      return areNames([event.author.id, ...Object.values(event.address)]) && isLine(event.name)
    case 'form': {
      const isFilled = Object.values(event.values).every((value) => typeof value === 'string' && value.length <= 3000)
      return isFilled && areNames([event.author.id, event.id, ...Object.values(event.address)]) && isLine(event.form)
    }
    case 'home':
      return areNames([event.author.id, ...Object.values(event.address)])
  }
}

function isSoundMessage({
  id,
  conversation,
  author,
  address,
  text,
  pressed = 'x',
  attachments = [],
}: Message): boolean {
  const areSound = attachments.every(({ name, bytes = 0 }) => name !== '' && name.length <= 200 && bytes >= 0)
  const areNamed = areNames([conversation, author.id, ...Object.values(address)])
  return areNamed && areSound && isLine(id) && isLine(pressed) && text.length <= 40_000
}

function areNames(names: readonly string[]): boolean {
  return names.every((name) => /^[\w:.-]{1,300}$/.test(name))
}

function isLine(text: string): boolean {
  return text.length < 500 && !/\p{Cc}/u.test(text)
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

/** Without what the bot never looks into: breaking that shows nothing and takes most of the time. */
function lean(payload: unknown): unknown {
  return JSON.parse(JSON.stringify(payload), (name, value: unknown) =>
    /^(?:blocks|attachments|thumb_.*|icons|bot_profile|user_profile|url_.*|permalink.*)$/.test(name)
      ? undefined
      : value,
  )
}

test.each(Object.entries({ ...payloads, ...interactions }))(
  'no broken %s throws or gets a malformed message in',
  (_name, payload) => {
    expect([...mutationsOf(payload)].length).toBeGreaterThan(200)
    expect(faultsOf(payload)).toEqual([])
  },
)

test('10,000 nested objects and a text of 1 MB are read without a fault', () => {
  let deep: unknown = {}
  for (let depth = 0; depth < 10_000; depth += 1) deep = { event: deep, type: 'event_callback' }
  const long = changed('directMessage', { text: '<'.repeat(1_000_000) })

  expect(readSlackEvent(deep, reader).kind).toBe('ignored')
  expect(readSlackEvent(long, reader)).toMatchObject({ event: { message: { text: '<'.repeat(40_000) } } })
})

// Payloads that Slack really sent; they are not part of the repository, so a stranger's copy has none of these tests.
const recorded = globSync(['recorded/slack/*.json', 'hostile/slack-payloads/**/*.json'], { cwd: data })
if (recorded.length > 0) {
  describe('recorded payloads', () => {
    test.each(recorded)('%s reads as an event or a named refusal, whole or broken', (name) => {
      const file = JSON.parse(readFileSync(`${data}/${name}`, 'utf8'))
      const own = readerFor(file.botUserId ?? 'U0BOT')
      const filled = { ...file.event, channel: 'D0X', user: 'U1', ts: '1763700000.000100', text: 'hi' }
      const samples = name.startsWith('recorded')
        ? Object.values(file)
        : [file, { ...file, team_id: 'T1', event: filled }]

      expect(samples.map((sample) => faultOf(readSlackEvent(sample, own)))).toEqual(samples.map(() => undefined))
      expect(samples.flatMap((sample) => faultsOf(lean(sample), own))).toEqual([])
    })

    test.each([
      { name: 'slack.json', key: 'mention', text: 'Hey' },
      { name: 'slack.json', key: 'followUp', text: 'Hi' },
      { name: 'dm-slack.json', key: 'dmMessage', text: 'Hey!' },
      { name: 'dm-slack.json', key: 'dmRequest', text: 'DM me' },
    ])('$name: $key is the message $text', ({ name, key, text }) => {
      const file = JSON.parse(readFileSync(`${data}/recorded/slack/${name}`, 'utf8'))

      const reading = readSlackEvent(file[key], readerFor(file.botUserId))

      expect(reading).toMatchObject({ kind: 'event', event: { kind: 'message', message: { text } } })
    })
  })
}
