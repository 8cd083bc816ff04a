import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { loadConfig } from '../../config/load.ts'
import { normalise } from '../../src/classification/terms.ts'

const { intents, outOfScope } = loadConfig({})
const path = join(import.meta.dirname, '../fixtures/messages/written-apart.jsonl')
const labelled = z.strictObject({
  text: z.string().trim().min(1),
  intent: z.string(),
  split: z.enum(['test', 'oos_test']),
})
const lines = (await readFile(path, 'utf8'))
  .trimEnd()
  .split('\n')
  .map((line) => labelled.parse(JSON.parse(line)))
const inScope = lines.filter(({ split }) => split === 'test')

/** Emoji and marks alone have no terms; they are compared as they stand. */
function keyOf(text: string): string {
  return normalise(text) || text
}

test('the messages written apart hold at least 600 in scope, 12 of each intent and of no other', () => {
  const counts = Map.groupBy(inScope, ({ intent }) => intent)

  expect(inScope.length).toBeGreaterThanOrEqual(600)
  expect([...counts.keys()].toSorted()).toEqual(intents.map(({ name }) => name).toSorted())
  expect([...counts].filter(([, found]) => found.length < 12).map(([name]) => name)).toEqual([])
})

test('the messages written apart that mean no intent are marked as such, and no others', () => {
  const apart = lines.filter(({ split }) => split === 'oos_test')

  expect(apart.length).toBeGreaterThanOrEqual(150)
  expect([...new Set(apart.map(({ intent }) => intent))]).toEqual(['oos'])
})

test('no message written apart stands there twice or is an utterance of the shipped intents', () => {
  const known = new Set([...intents.flatMap(({ utterances }) => utterances), ...outOfScope].map(keyOf))
  const twice = [...Map.groupBy(lines, ({ text }) => text.toLowerCase())].filter(([, found]) => found.length > 1)

  expect(twice.map(([text]) => text)).toEqual([])
  expect(lines.filter(({ text }) => known.has(keyOf(text))).map(({ text }) => text)).toEqual([])
})
