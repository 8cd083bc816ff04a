import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import {
  type DiscordReader,
  type DiscordReading,
  readDiscordEvent,
  readDispatches,
  unknownPlaceOf,
} from '../../../adapters/discord/event.ts'
import { mutationsOf } from '../../contracts/hostile-payloads.ts'
import { payloads } from './stand.ts'

const reader: DiscordReader = {
  tenant: 'acme',
  botId: '900000000000000001',
  isThread: () => false,
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
  'unchanged',
  'unknown-message',
])

/** What is wrong with a reading: an unnamed reason, or something let in that is malformed. */
function faultOf(reading: DiscordReading): string | undefined {
  if (reading.kind === 'ignored') return reasons.has(reading.because) ? undefined : `unnamed reason ${reading.because}`
  const { event, interaction = { id: '1', token: 'x' } } = reading
  if (event.kind !== 'message' && event.kind !== 'action') return undefined
  const { id, conversation, author, address, text } = event.message
  const names = [id, conversation, author.id, ...Object.values(address), interaction.id, interaction.token]
  const isSound = names.every((name) => /^[\w:.-]{1,1000}$/.test(name)) && text.length <= 40_000
  return isSound ? undefined : `let in: ${JSON.stringify(event.message).slice(0, 500)}`
}

function faultsOf(payload: unknown, own: DiscordReader = reader): readonly unknown[] {
  const faults: unknown[] = []
  for (const broken of [payload, ...mutationsOf(payload)]) {
    for (const type of readDispatches) {
      unknownPlaceOf(type, broken, own.botId)
      faults.push(faultOf(readDiscordEvent(type, broken, own)))
    }
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
