import { type Intent, type IntentName, unknownIntent } from '../core/intent.ts'
import { scoreHeldOutRows } from './cross-validation.ts'
import { type ExampleVectors, fitEncoded } from './encoded-training.ts'
import { createFeatureReader, createIdFinder } from './features.ts'
import { fitConfidence, type HeldOutMessage } from './fit-confidence.ts'
import type { Example, FittedClassifier } from './fitted.ts'
import { measurePhrases } from './keywords.ts'
import { fitLinear, type LabelledRows, mistakeCost, placesOf } from './linear.ts'
import { createScorer } from './scorer.ts'
import { createVectoriser, type SparseVector, type Vocabulary } from './tfidf.ts'
import { languagesOf } from './language.ts'
import { knownWords } from './spelling.ts'
import { tokensOf } from './terms.ts'
import { buildRows, buildVocabulary } from './training-rows.ts'

export { fromBytes, toBytes } from './classifier-file.ts'

/** Folds of the cross-validation: with few messages each fold must keep as many as it can to resemble the whole. */
function foldsFor(examples: number): number {
  return examples < 4000 ? 6 : 4
}

/** Does the example mean none of the intents? */
export function isOutOfScope(example: { intent: IntentName; split: string }): boolean {
  return example.split.startsWith('oos_') || example.intent === unknownIntent || example.intent === 'oos'
}

/** An owner's intents and a list of messages that mean none of them, as examples to learn from. */
export function examplesFromIntents(intents: readonly Intent[], outOfScope: readonly string[]): readonly Example[] {
  return [
    ...intents.flatMap(({ name, utterances }) =>
      utterances.map((text): Example => ({ text, intent: name, split: 'train' })),
    ),
    ...outOfScope.map((text): Example => ({ text, intent: unknownIntent, split: 'oos_train' })),
  ]
}

function fromFolds(labelled: LabelledRows, held: ReturnType<typeof scoreHeldOutRows>): HeldOutMessage[] {
  const { rows, classes, classOf, costs } = labelled
  return Array.from({ length: rows.count }, (_, row) => {
    const knownWords = held.knownWords[row] ?? 0
    const knownGrams = held.knownGrams[row] ?? 0
    const words = (rows.words[row] ?? 0) + (rows.unknownWords[row] ?? 0)
    const length = (rows.starts[row + 1] ?? 0) - (rows.starts[row] ?? 0)
    const grams = length - (rows.pairs[row] ?? 0) + (rows.unknownGrams[row] ?? 0)
    return {
      scores: {
        word: held.word.subarray(row * classes, (row + 1) * classes),
        total: held.total.subarray(row * classes, (row + 1) * classes),
      },
      knownWords,
      unknownWords: words - knownWords,
      knownGrams,
      unknownGrams: grams - knownGrams,
      place: classOf[row] ?? -1,
      weight: (costs[row] ?? mistakeCost) / mistakeCost,
      source: held.classLeftOut[row] === 1 ? 'pseudo' : 'fold',
    }
  })
}

type Scoring = Pick<FittedClassifier, 'intents' | 'vocabulary' | 'weights'>

function fromValidation(scoring: Scoring, examples: readonly Example[]): HeldOutMessage[] {
  const read = createFeatureReader(createIdFinder(scoring.vocabulary.buckets))
  const vectorise = createVectoriser(scoring.vocabulary)
  const { score } = createScorer(scoring.weights)
  return examples.map((example) => {
    const vector = vectorise(read(tokensOf(example.text)))
    const scores = score(vector)
    return {
      scores: { word: scores.word.slice(), total: scores.total.slice() },
      knownWords: vector.words,
      unknownWords: vector.unknownWords,
      knownGrams: vector.count - vector.pairs,
      unknownGrams: vector.unknownGrams,
      place: isOutOfScope(example) ? -1 : scoring.intents.indexOf(example.intent),
      weight: example.weight ?? 1,
      source: 'validation',
    }
  })
}

function sharesOf(classOf: Int32Array, classes: number): number[] {
  const counts = Array.from({ length: classes }, () => 0)
  for (const place of classOf) if (place >= 0) counts[place] = (counts[place] ?? 0) + 1
  return counts.map((count) => count / classOf.length)
}

/** The words and the languages of the training messages. */
function writtenIn(texts: readonly string[]): Pick<FittedClassifier, 'words' | 'languages'> {
  return { words: knownWords(texts), languages: languagesOf(texts) }
}

/** An example as phrases are measured with it. */
function toJudged(example: Example): { text: string; intent: IntentName | undefined } {
  return { text: example.text, intent: isOutOfScope(example) ? undefined : example.intent }
}

/**
 * Learns a classifier. The same examples in the same order give the same classifier, to the byte.
 *
 * @param examples at least one of split `train` that is in scope; `valid` and `oos_valid` only set probabilities
 * @param intents whose keywords become phrase rules, each with its measured precision
 * @param vectors of the examples, in their order: a second stage is learned with them
 * @throws RangeError when there is nothing to learn, or when the vectors are not those of the examples
 */
export function train(
  examples: readonly Example[],
  intents: readonly Intent[] = [],
  vectors?: ExampleVectors,
): FittedClassifier {
  const learned = examples.filter(({ split }) => split === 'train' || split === 'oos_train')
  const validation = examples.filter(({ split }) => split === 'valid' || split === 'oos_valid')
  const names = [...new Set(learned.filter((example) => !isOutOfScope(example)).map(({ intent }) => intent))].sort()
  if (names.length === 0) throw new RangeError('No example of split "train" names an intent; at least one is needed.')
  const placeOf = new Map(names.map((name, place) => [name, place]))
  const texts = learned.map(({ text }) => text)
  const classOf = Int32Array.from(learned, (example) =>
    isOutOfScope(example) ? -1 : (placeOf.get(example.intent) ?? -1),
  )
  const vocabulary = buildVocabulary(texts, { places: placesOf(classOf, names.length), classes: names.length + 1 })
  const labelled: LabelledRows = {
    rows: buildRows(texts, vocabulary),
    classOf,
    classes: names.length,
    costs: Float32Array.from(learned, ({ weight }) => mistakeCost * (weight ?? 1)),
  }
  const solution = fitLinear(labelled)
  const held = scoreHeldOutRows(labelled, solution.alphas, foldsFor(learned.length))
  const scoring = { intents: names, vocabulary, weights: solution.weights }
  const judgedMessages = [...fromFolds(labelled, held), ...fromValidation(scoring, validation)]
  const confidence = fitConfidence(judgedMessages)
  return {
    ...scoring,
    confidence: confidence.model,
    unknownBelow: confidence.unknownBelow,
    thresholds: confidence.thresholds,
    phrases: measurePhrases(intents, examples.map(toJudged)),
    priors: sharesOf(labelled.classOf, names.length),
    ...writtenIn(texts),
    examples: learned.length,
    ...(vectors !== undefined && {
      encoded: fitEncoded(
        {
          labelled,
          alphas: solution.alphas,
          folds: foldsFor(learned.length),
          held: judgedMessages,
          confidence,
          featuresOf: createFeaturesOf(vocabulary, validation),
        },
        inOrder(vectors, examples, [...learned, ...validation]),
      ),
    }),
  }
}

function createFeaturesOf(vocabulary: Vocabulary, examples: readonly Example[]): (index: number) => SparseVector {
  const read = createFeatureReader(createIdFinder(vocabulary.buckets))
  const vectorise = createVectoriser(vocabulary)
  return (index) => vectorise(read(tokensOf(examples[index]?.text ?? '')))
}

/** The vectors in the order of some of the examples. */
function inOrder(vectors: ExampleVectors, examples: readonly Example[], wanted: readonly Example[]): ExampleVectors {
  const { dimensions, values } = vectors
  if (values.length !== examples.length * dimensions) {
    throw new RangeError(
      `${examples.length} examples need as many vectors of ${dimensions} values each; there are ${values.length} values.`,
    )
  }
  const placeOf = new Map(examples.map((example, place) => [example, place]))
  const ordered = new Float32Array(wanted.length * dimensions)
  wanted.forEach((example, index) => {
    const from = (placeOf.get(example) ?? 0) * dimensions
    ordered.set(values.subarray(from, from + dimensions), index * dimensions)
  })
  return { ...vectors, values: ordered }
}
