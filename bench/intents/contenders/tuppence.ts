import { openBlockingEncoder } from '../../../adapters/encoder/sentence-blocking.ts'
import { createCascade, createSecondLook, hasSecondStage, type TwoStages } from '../../../src/classification/cascade.ts'
import { createClassifier } from '../../../src/classification/classify.ts'
import { evaluate, type EvaluationResult } from '../../../src/classification/evaluation.ts'
import { defaultTarget, stageThresholdsFor } from '../../../src/classification/fitted.ts'
import { fromBytes, toBytes, train } from '../../../src/classification/training.ts'
import type { Classification } from '../../../src/core/intent.ts'
import { examplesOf, type LabelledMessage, testsOf } from '../data.ts'
import type { Guess } from '../judge.ts'
import type { Contender } from './contender.ts'

function toGuess({ intent, candidates: [best] }: Classification): Guess {
  return { intent, best: best?.intent ?? intent, confidence: best?.confidence ?? 0 }
}

/** The first stage, whole: what the bot runs for each message, with confidence, candidates and evidence. */
export const tuppence: Contender = {
  name: 'Tuppence',
  async train(messages) {
    return toBytes(train(examplesOf(messages)))
  },
  async open(file) {
    const classifier = createClassifier({ fitted: fromBytes(file) })
    return (text) => toGuess(classifier.classify(text))
  },
}

/** The second stage, asked for every message, the encoder included. */
export const tuppenceEncoder: Contender = {
  name: 'Tuppence + encoder',
  async train(messages) {
    const examples = examplesOf(messages)
    const encoder = openBlockingEncoder()
    const values = encoder.encode(examples.map(({ text }) => text))
    return toBytes(train(examples, [], { encoder: encoder.name, dimensions: encoder.dimensions, values }))
  },
  async open(file) {
    const encoder = openBlockingEncoder()
    const lookFurther = createSecondLook(twoStages(file))
    return (text) => toGuess(lookFurther(text, encoder.encode([text])))
  },
}

function twoStages(file: Uint8Array): TwoStages {
  const fitted = fromBytes(file)
  if (!hasSecondStage(fitted)) throw new TypeError('The file was trained without an encoder.')
  return fitted
}

/**
 * Both stages as the bot runs them, the second only where the first is unsure, at the thresholds that training found for
 * the usual target.
 *
 * @param file as `tuppenceEncoder` trains it
 */
export function evaluateCascade(file: Uint8Array, messages: readonly LabelledMessage[]): EvaluationResult {
  const fitted = twoStages(file)
  const { first, second } = stageThresholdsFor(fitted, defaultTarget)
  const classifier = createCascade(fitted, openBlockingEncoder(), { first })
  return evaluate(classifier, testsOf(messages), {
    threshold: first,
    encoderThreshold: second,
    now: () => performance.now(),
  })
}
