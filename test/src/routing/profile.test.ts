import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Stage } from '../../../src/core/intent.ts'
import { chooseModels, type ModelNeed, type ModelSituation } from '../../../src/routing/choose-model.ts'
import { asksForCloud, profileNames, wantsClassification, type ProfileName } from '../../../src/routing/profile.ts'
import { calm, down, model, need } from './catalogue.ts'

function choose(profile: ProfileName, change: Partial<ModelNeed> = {}, situation: Partial<ModelSituation> = {}) {
  const choice = chooseModels({ ...need, tier: 3, ...change }, { ...calm, profile, ...situation })
  return [choice.candidates.map(({ alias }) => alias).join(' '), choice.cloudReason]
}

const button = { purpose: 'advanced', tier: 4 } as const
const classification = { purpose: 'classification', tier: 2, needs: ['classify'] } as const

test('free: no model is asked for anything, not even by the button', () => {
  expect(choose('free', classification)).toEqual(['', undefined])
  expect(choose('free')).toEqual(['', undefined])
  expect(choose('free', button)).toEqual(['', undefined])
})

test('hybrid: a model classifies, writes and answers the button, from its tier downwards', () => {
  expect(choose('hybrid', classification)).toEqual(['haiku mini local', undefined])
  expect(choose('hybrid')).toEqual(['sonnet haiku mini local', undefined])
  expect(choose('hybrid', button)).toEqual(['opus sonnet haiku mini local', undefined])
})

test('tiered: a small model classifies and a large one answers the button; no other text is written', () => {
  expect(choose('tiered', classification)).toEqual(['haiku mini local', undefined])
  expect(choose('tiered')).toEqual(['', undefined])
  expect(choose('tiered', button)).toEqual(['opus sonnet haiku mini local', undefined])
})

test('cloud: no local model is asked, not even when the money gets short', () => {
  expect(choose('cloud')).toEqual(['sonnet haiku mini', undefined])
  expect(choose('cloud', {}, { level: 'prefer-local' })).toEqual(['sonnet haiku mini', undefined])
})

test('local-only: no cloud model is asked, by no name, no button and after no failure', () => {
  expect(choose('local-only')).toEqual(['local', undefined])
  expect(choose('local-only', { asksForCloud: true })).toEqual(['local', undefined])
  expect(choose('local-only', button)).toEqual(['local', undefined])
  expect(choose('local-only', {}, { circuits: new Map([['local', down]]) })).toEqual(['', undefined])
  expect(choose('local-only', {}, { asked: new Set(['local']) })).toEqual(['', undefined])
})

describe('local-first: the local model comes first, and a cloud one only', () => {
  const cloud = 'sonnet haiku mini'

  test('after the local one has failed', () => {
    expect(choose('local-first')).toEqual([`local ${cloud}`, 'local-failed'])
    expect(choose('local-first', {}, { asked: new Set(['local']) })).toEqual([cloud, 'local-failed'])
    expect(choose('local-first', {}, { circuits: new Map([['local', down]]) })).toEqual([cloud, 'local-failed'])
    expect(choose('local-first', {}, { unusable: new Map([['local', 'no server']]) })).toEqual([cloud, 'local-failed'])
  })

  test('while the local one has more requests than it takes', () => {
    expect(choose('local-first', {}, { waitsMs: new Map([['local', 400]]) })).toEqual([cloud, 'overload'])
  })

  test('not for overload while another local one is free', () => {
    const models = [...calm.models, model('second', 1)]

    expect(choose('local-first', {}, { models, waitsMs: new Map([['local', 400]]) })).toEqual([
      `second ${cloud}`,
      'local-failed',
    ])
  })

  test('when the customer asked for one by name', () => {
    expect(choose('local-first', { asksForCloud: true })).toEqual([`${cloud} local`, 'asked'])
  })

  test('when a person pressed the button', () => {
    expect(choose('local-first', button)).toEqual([`opus ${cloud} local`, 'button'])
  })

  test('and never without money or without calls left', () => {
    expect(choose('local-first', button, { level: 'free-only' })).toEqual(['local', undefined])
    expect(choose('local-first', {}, { cloudCallsLeft: 0 })).toEqual(['local', undefined])
  })

  test('and behind the local one when the money gets short, whoever asked', () => {
    expect(choose('local-first', { asksForCloud: true }, { level: 'prefer-local' })).toEqual([
      `local ${cloud}`,
      'asked',
    ])
  })
})

describe('which messages a model classifies', () => {
  const wants = (profile: ProfileName, stage: Stage, confidence: number) =>
    wantsClassification(profile, { stage, confidence }, 0.8)

  test.each(['hybrid', 'local-first', 'local-only', 'cloud'] as const)(
    '%s: those below the free threshold',
    (profile) => {
      expect(wants(profile, 'tfidf', 0.7999)).toBe(true)
      expect(wants(profile, 'tfidf', 0.8)).toBe(false)
    },
  )

  test('tiered: all that no rule, button or question settled', () => {
    expect(wants('tiered', 'tfidf', 0.99)).toBe(true)
    expect(wants('tiered', 'keywords', 0.99)).toBe(false)
    expect(wants('tiered', 'keywords', 0.5)).toBe(true)
    expect(wants('tiered', 'button', 1)).toBe(false)
  })

  test('free: none', () => {
    expect(wants('free', 'tfidf', 0)).toBe(false)
  })

  test.each(profileNames)('%s: never what a model has classified already', (profile) => {
    expect(wants(profile, 'model', 0)).toBe(false)
  })
})

describe('asking for a cloud model by name', () => {
  test.each([
    'Please use GPT-4 for this',
    'can chatgpt answer that?',
    'gpt4 please',
    'Let Claude have a look',
    'I want Claude to answer',
    'ask the gemini model',
    'Could you switch to Claude?',
    'is there Claude Opus?',
    'claude please',
  ])('“%s” does', (text) => {
    expect(asksForCloud(text)).toBe(true)
  })

  test.each([
    '',
    'My name is Claude and my parcel is late',
    'I spoke with Claude yesterday, he promised a refund',
    'my address is claude@example.com',
    'Send it to gpt@example.com',
    'I am a Gemini, by the way',
    'my egpt code does not work',
    'Where is my order?',
  ])('“%s” does not', (text) => {
    expect(asksForCloud(text)).toBe(false)
  })
})

test('docs/profiles.md has a section for every profile and no other', () => {
  const page = readFileSync(new URL('../../../docs/profiles.md', import.meta.url), 'utf8')

  const sections = [...page.matchAll(/^## `(.+)`$/gm)].map(([, name]) => name)

  expect(sections).toEqual([...profileNames])
})
