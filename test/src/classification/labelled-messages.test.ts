import { describe, expect, test } from 'vitest'
import { createLabelGathering, weightOf } from '../../../src/classification/labelled-messages.ts'
import { toFineTuneExample } from '../../../src/classification/fine-tune.ts'
import type { Label, LabelSource } from '../../../src/core/labels.ts'

function said(source: LabelSource, intent: string, text = 'Where is my order?'): Label {
  return {
    id: 'f1',
    at: new Date(0),
    source,
    text,
    intent,
    confidence: 0.7,
    stage: 'tfidf',
    candidates: ['b', 'a', 'unknown'],
  }
}

/** What is left of labels, as source and intent, and the counts. */
function gathered(...labels: readonly Label[]) {
  const gathering = createLabelGathering()
  for (const label of labels) gathering.add(label)
  const { labels: left, ...counts } = gathering.result()
  return { left: left.map(({ source, intent }) => `${source} ${intent}`), ...counts }
}

describe('of what people said of one text', () => {
  test.each([
    [
      'the later word counts',
      [said('helpful', 'a'), said('choice', 'b', 'where is my ORDER')],
      { left: ['choice b'], changed: 1 },
    ],
    ['the same once more is counted', [said('helpful', 'a'), said('choice', 'a')], { left: ['choice a'], repeated: 1 }],
    [
      'thumbs down takes the same intent back',
      [said('choice', 'a'), said('not-helpful', 'a')],
      { left: [], rejected: 1 },
    ],
    [
      'thumbs down leaves another intent',
      [said('choice', 'a'), said('not-helpful', 'b')],
      { left: ['choice a'], rejected: 0 },
    ],
    [
      'a choice after thumbs down is the label',
      [said('not-helpful', 'a'), said('choice', 'b')],
      { left: ['choice b'], rejected: 0 },
    ],
    [
      'a customer may think again',
      [said('not-helpful', 'a'), said('helpful', 'a')],
      { left: ['helpful a'], rejected: 0 },
    ],
    [
      'a closed hand-over does not outweigh a customer',
      [said('choice', 'a'), said('resolved', 'b')],
      { left: ['choice a'], changed: 0 },
    ],
    ['nor bring back what was rejected', [said('not-helpful', 'a'), said('resolved', 'a')], { left: [], rejected: 1 }],
    [
      'a customer outweighs a closed hand-over',
      [said('resolved', 'b'), said('choice', 'a')],
      { left: ['choice a'], changed: 1 },
    ],
    ['a text without a word has no label', [said('helpful', 'a', '...')], { left: [], rejected: 0 }],
  ])('%s', (_, labels, expected) => {
    expect(gathered(...labels)).toMatchObject(expected)
  })

  test('a closed hand-over counts half', () => {
    expect([weightOf(said('resolved', 'a')), weightOf(said('helpful', 'a'))]).toEqual([0.5, undefined])
  })
})

describe('an example for fine-tuning', () => {
  const ground = { company: 'Brightpath', describe: (intent: string) => `about ${intent}` }

  test('asks as the bot asks a model, with the right answer among the candidates', () => {
    const [system, user, assistant] = toFineTuneExample(said('helpful', 'c'), ground).messages

    expect(system?.content).toContain('Brightpath')
    expect(system?.content).toMatch(/- a: about a\n- b: about b\n- c: about c\n- none: /)
    expect(system?.content).not.toMatch(/Never write|unknown/)
    expect(user).toEqual({ role: 'user', content: '{"message":"Where is my order?"}' })
    expect(assistant).toEqual({ role: 'assistant', content: '{"intent":"c","confidence":1}' })
  })

  test('answers none where no intent is right', () => {
    expect(toFineTuneExample(said('helpful', 'unknown'), ground).messages[2]?.content).toContain('"none"')
  })
})
