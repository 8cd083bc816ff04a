import { normalise } from '../../src/classification/terms.ts'
import { isOutOfScope } from '../../src/classification/training.ts'
import { unknownIntent } from '../../src/core/intent.ts'
import type { LabelledLine } from './labelled-lines.ts'

/** One text that is labelled with two intents. */
export interface Conflict {
  readonly earlier: LabelledLine
  readonly later: LabelledLine
  /**
   * `same`: the same words, both to learn from or both to set probabilities with, so that one of the labels is wrong.
   * `alike`: only alike to the classifier, as `top-up` and `top up` are, or one to learn from and one to validate with.
   */
  readonly kind: 'same' | 'alike'
}

/** What stands in a data set more than once. */
export interface Repetitions {
  readonly conflicts: readonly Conflict[]
  /** Lines that say under the same intent what an earlier one said. */
  readonly repeated: number
}

/** What a line is labelled with; everything out of scope is one label. */
export function labelOf(line: LabelledLine): string {
  return isOutOfScope(line) ? unknownIntent : line.intent
}

/** The words of a text as they are written, a hyphen within a word as a part of it; case and punctuation do not count. */
function wordsOf(text: string): string {
  const folded = text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/['’ʼ‘]/g, '')
  const words = folded.replaceAll(/(?<![\p{L}\p{N}])\p{P}+|\p{P}+(?![\p{L}\p{N}])|(?!-)\p{P}/gu, ' ')
  return words.replaceAll(/\s+/g, ' ').trim() || text.trim()
}

/** Finds texts that occur twice, in the order of the later line. */
export function findRepetitions(lines: readonly LabelledLine[]): Repetitions {
  const learned = new Map<string, LabelledLine>()
  const validating = new Map<string, LabelledLine>()
  const alike = new Map<string, LabelledLine>()
  const conflicts: Conflict[] = []
  let repeated = 0
  for (const line of lines) {
    const known = line.split.endsWith('valid') ? validating : learned
    const words = wordsOf(line.text)
    const same = known.get(words)
    const terms = normalise(line.text.replaceAll(/[?!]/g, ' '))
    const near = terms === '' ? undefined : alike.get(terms)
    if (same === undefined) known.set(words, line)
    if (near === undefined && terms !== '') alike.set(terms, line)
    if (same !== undefined && labelOf(same) === labelOf(line)) repeated += 1
    else if (same !== undefined) conflicts.push({ earlier: same, later: line, kind: 'same' })
    else if (near !== undefined && labelOf(near) !== labelOf(line))
      conflicts.push({ earlier: near, later: line, kind: 'alike' })
  }
  return { conflicts, repeated }
}
