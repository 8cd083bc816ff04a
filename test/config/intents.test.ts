import { expect, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { agentNames } from '../../src/core/intent.ts'

const { intents, outOfScope } = loadConfig({})

/** As customers type it, whatever the case and the punctuation; what is nothing else stays. */
function folded(utterance: string): string {
  const words = utterance
    .toLowerCase()
    .replace(/[\s.,;:!?'"]+/g, ' ')
    .trim()
  return words === '' ? utterance : words
}

test('there are at least 30 intents, and some for each agent', () => {
  expect(intents.length).toBeGreaterThanOrEqual(30)
  expect([...new Set(intents.map(({ agent }) => agent))].toSorted()).toEqual([...agentNames].toSorted())
})

test.each(intents.map((intent) => [intent.name, intent] as const))(
  '%s has at least 25 messages, a short label and a name of its agent',
  (name, intent) => {
    expect(intent.utterances.length).toBeGreaterThanOrEqual(25)
    expect(intent.label.length).toBeLessThanOrEqual(40)
    expect(name).toMatch(new RegExp(`^${intent.agent}\\.[a-z]+(?:-[a-z]+)*$`))
    expect(intent.utterances.filter((utterance) => utterance !== utterance.trim() || utterance.length > 300)).toEqual(
      [],
    )
  },
)

test('no message means two intents, or stands twice', () => {
  const places = [
    ...intents.flatMap(({ name, utterances }) => utterances.map((utterance) => ({ name, key: folded(utterance) }))),
    ...outOfScope.map((utterance) => ({ name: 'none', key: folded(utterance) })),
  ]
  const twice = [...Map.groupBy(places, ({ key }) => key)].filter(([, found]) => found.length > 1)

  expect(twice.map(([key, found]) => `“${key}”: ${found.map(({ name }) => name).join(', ')}`)).toEqual([])
})

test('no two intents have the same label', () => {
  expect(new Set(intents.map(({ label }) => folded(label))).size).toBe(intents.length)
})
