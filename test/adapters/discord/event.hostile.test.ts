import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { REST } from 'discord.js'
import { expect, test } from 'vitest'
import {
  type DiscordReader,
  messageDispatches,
  readDiscordEvent,
  unknownPlaceOf,
} from '../../../adapters/discord/event.ts'
import { readInteraction } from '../../../adapters/discord/interaction.ts'
import { Places, placeDispatches } from '../../../adapters/discord/places.ts'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { mutationsOf } from '../../contracts/hostile-payloads.ts'
import { payloads } from './stand.ts'

const reader: DiscordReader = {
  tenant: 'acme',
  botId: '900000000000000001',
  place: () => undefined,
  isOwnRole: () => false,
  conversationOf: () => undefined,
  receivedAt: new Date('2026-11-21T10:00:00Z'),
}
const data = process.env['TUPPENCE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const reasons = new Set([
  'malformed',
  'unused-event',
  'unused-interaction',
  'own-message',
  'bot-message',
  'notice',
  'not-addressed',
  'no-text',
  'no-content',
  'unchanged',
  'unknown-message',
])

type Reading = ReturnType<typeof readDiscordEvent> | ReturnType<typeof readInteraction>

/** What is wrong with a reading: an unnamed reason, or something let in that is malformed. */
function faultOf(reading: Reading): string | undefined {
  if (reading.kind === 'ignored') return reasons.has(reading.because) ? undefined : `unnamed reason ${reading.because}`
  const { id = '1', token = 'x' } = 'interaction' in reading ? reading.interaction : {}
  const { names, texts } = contentsOf(reading.event)
  const isSound = [...names, id, token].every((name) => /^[\w:.~-]{1,1000}$/.test(name))
  const isShort = texts.every((text) => text.length <= 40_000)
  return isSound && isShort ? undefined : `let in: ${JSON.stringify(reading.event).slice(0, 500)}`
}

/** What becomes a part of an address or a key, and what somebody wrote. */
function contentsOf(event: ChannelEvent): { readonly names: readonly string[]; readonly texts: readonly string[] } {
  switch (event.kind) {
    case 'message':
    case 'action':
    case 'shortcut': {
      const { id, conversation, author, address, text } = event.message
      return { names: [id, conversation, author.id, ...Object.values(address)], texts: [text] }
    }
    case 'edit':
      return { names: [event.key.conversation, event.message], texts: [event.text] }
    case 'delete':
      return { names: [event.key.conversation, event.message], texts: [] }
    case 'stop':
      return { names: [event.key.conversation], texts: [] }
    case 'command':
      return { names: [event.name, event.author.id, ...Object.values(event.address)], texts: [event.text] }
    case 'form':
      return { names: [event.id, event.author.id, ...Object.values(event.address)], texts: Object.values(event.values) }
    case 'home':
      return { names: [event.author.id], texts: [] }
  }
}

function faultsOf(payload: unknown, own: DiscordReader = reader): readonly unknown[] {
  const places = new Places(new REST())
  const faults: unknown[] = []
  for (const broken of [payload, ...mutationsOf(payload)]) {
    for (const type of placeDispatches) places.learn(type, broken)
    for (const type of messageDispatches) {
      unknownPlaceOf(type, broken, own)
      faults.push(faultOf(readDiscordEvent(type, broken, own)))
    }
    faults.push(faultOf(readInteraction(broken, own)))
  }
  return faults.filter((fault) => fault !== undefined)
}

test.each(Object.entries(payloads))('no broken %s throws or gets a malformed message in', (_name, payload) => {
  expect([...mutationsOf(payload)].length).toBeGreaterThan(60)
  expect(faultsOf(payload)).toEqual([])
})

// Payloads that Discord really sent, and hostile shapes; they are not part of the repository.
const files = globSync(['recorded/discord/*.json', 'hostile/discord/*.json'], { cwd: data })
if (files.length > 0) {
  test.each(files)('recorded %s reads as an event or a named refusal, whole or broken', (name) => {
    const file = JSON.parse(readFileSync(`${data}/${name}`, 'utf8'))
    const own = { ...reader, botId: file.applicationId ?? reader.botId }
    const samples: unknown[] = [...Object.values(file), ...(file.bad ?? [])]
    const dispatches = samples.flatMap((sample) => [sample, Object(sample).d, Object(sample).data])

    expect(dispatches.flatMap((dispatch) => faultsOf(dispatch, own))).toEqual([])
  })
}
