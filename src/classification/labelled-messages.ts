import { type IntentName, unknownIntent } from '../core/intent.ts'
import type { Label } from '../core/labels.ts'
import { normalise } from './terms.ts'

/** What the labels of many people come to: one intent for each text. */
export interface LabelledMessages {
  /** In the order in which the counting word was said. */
  readonly labels: readonly Label[]
  /** Words that repeat what was said of the same text before. */
  readonly repeated: number
  /** Texts of which people said different things; the later word counts. */
  readonly changed: number
  /** Answers that were not helpful: no intent is known for their texts, unless somebody says it afterwards. */
  readonly rejected: number
}

/** Takes labels as they come, the oldest first. */
export interface LabelGathering {
  add(label: Label): void
  result(): LabelledMessages
}

/**
 * Gathers one label for each text, compared by its normalised form. The last word of a customer counts: 👎 takes back the
 * same intent, said of the same text before. That a person closed a hand-over counts only where no customer has said
 * anything, because nobody was asked about the intent. Holds one label a text.
 */
export function createLabelGathering(): LabelGathering {
  const kept = new Map<string, Label>()
  const rejectedBy = new Map<string, Set<IntentName>>()
  let [repeated, changed] = [0, 0]

  function takeBack(key: string, { intent }: Label): void {
    rejectedBy.set(key, (rejectedBy.get(key) ?? new Set()).add(intent))
    if (kept.get(key)?.intent === intent) kept.delete(key)
  }

  return {
    add: (label) => {
      const key = normalise(label.text.replaceAll(/[?!]/g, ' '))
      if (key === '') return
      if (label.source === 'not-helpful') return takeBack(key, label)
      const before = kept.get(key)
      const isWeaker = label.source === 'resolved' && before !== undefined && before.source !== 'resolved'
      const isRejected = rejectedBy.get(key)?.has(label.intent) === true
      if (label.source === 'resolved' && (isWeaker || isRejected)) return
      if (before !== undefined && before.intent === label.intent) repeated += 1
      if (before !== undefined && before.intent !== label.intent) changed += 1
      rejectedBy.get(key)?.delete(label.intent)
      kept.delete(key) // so that the order is that of the words that count
      kept.set(key, label)
    },
    result: () => ({
      labels: [...kept.values()],
      repeated,
      changed,
      rejected: [...rejectedBy].filter(([key, intents]) => intents.size > 0 && !kept.has(key)).length,
    }),
  }
}

/** A message of a hand-over was labelled by nobody directly, so it counts half. */
const weightOfResolved = 0.5

/** The split a label belongs to. */
export function splitOf({ intent }: Pick<Label, 'intent'>): 'train' | 'oos_train' {
  return intent === unknownIntent ? 'oos_train' : 'train'
}

/** How much a label counts; undefined for as much as any other line. */
export function weightOf({ source }: Pick<Label, 'source'>): number | undefined {
  return source === 'resolved' ? weightOfResolved : undefined
}
