import type { Classifier } from '../core/classifier.ts'
import type { Encoder, WaitedEncoder } from '../core/encoder.ts'
import { EncoderError, TuppenceError } from '../core/errors.ts'
import { type Classification, unknownIntent } from '../core/intent.ts'
import { createClassifier, createReader, rank, toScored } from './classify.ts'
import { confidenceOf, signalCount, signalsOf } from './confidence.ts'
import { evidenceOf } from './evidence.ts'
import type { EncodedStage, FittedClassifier } from './fitted.ts'
import { createJointScorer } from './joint-scores.ts'
import { packedShares } from './packed-weights.ts'
import { readablePart } from './terms.ts'

/**
 * A slower look at a message that the first stages were unsure of. Gives the classification as it stands afterwards, which
 * is the one it was given where it has nothing better to say. Never throws.
 */
export type FurtherStage = (
  text: string,
  classification: Classification,
  signal: AbortSignal,
) => Promise<Classification>

/** A classifier file with a second stage. */
export type TwoStages = FittedClassifier & { readonly encoded: EncodedStage }

/** Does the file have a second stage? */
export function hasSecondStage(fitted: FittedClassifier): fitted is TwoStages {
  return fitted.encoded !== undefined
}

/**
 * Whether nobody is to be asked about a message any more: it is written in another language, or only says what is not
 * wanted. Its candidates mean nothing, so whoever chose among them would choose wrongly.
 */
export function isBeyondIntents({ language, refused }: Classification): boolean {
  return language !== undefined || refused !== undefined
}

/** Whether the first stages leave a message to the encoder: they are not sure of an intent, and one may be meant. */
export function isLeftOpen(classification: Classification, threshold: number): boolean {
  const { intent, confidence } = classification
  return !isBeyondIntents(classification) && (intent === unknownIntent || confidence < threshold)
}

/** The second stage: what a message and its vector mean. Not to be shared between threads. */
export function createSecondLook(fitted: TwoStages): (text: string, vector: ArrayLike<number>) => Classification {
  const { intents, encoded } = fitted
  const read = createReader(fitted)
  const score = createJointScorer(encoded)
  const signals = new Float64Array(signalCount)
  const { softmax } = encoded.confidence
  return (text, vector) => {
    const reading = read(text)
    const total = score(reading.vector, vector)
    const message = toScored(reading.vector, { word: reading.scores.total, total })
    const leaders = signalsOf(message, softmax, signals)
    const confidence = confidenceOf(encoded.confidence, signals)
    const isUnknown = confidence < encoded.unknownBelow
    return {
      intent: isUnknown ? unknownIntent : (intents[leaders.best] ?? unknownIntent),
      confidence: isUnknown ? 1 - confidence : confidence,
      stage: 'encoder',
      candidates: rank({ intents, softmax }, { total, leaders, confidence }),
      evidence: evidenceOf(reading, packedShares(encoded.weights, reading.vector, leaders.best)),
    }
  }
}

/** The encoder is not the one that the file was trained with. */
function checkEncoder({ encoded }: TwoStages, encoder: Pick<Encoder, 'name' | 'dimensions'>): void {
  if (encoder.name === encoded.encoder && encoder.dimensions === encoded.dimensions) return
  throw new EncoderError(
    `The classifier was trained with vectors of ${encoded.dimensions} values by "${encoded.encoder}"; the encoder at hand is ` +
      `"${encoder.name}" with ${encoder.dimensions}. Train again with this one, or use that one.`,
  )
}

/**
 * Both stages, one after the other, for a program that has nothing else to do meanwhile.
 *
 * @param thresholds from `first` on the first stage is not asked any further
 * @throws EncoderError when the file was trained with another encoder
 */
export function createCascade(
  fitted: TwoStages,
  encoder: WaitedEncoder,
  thresholds: { readonly first: number },
): Classifier {
  checkEncoder(fitted, encoder)
  const first = createClassifier({ fitted, freeThreshold: thresholds.first })
  const lookFurther = createSecondLook(fitted)
  return {
    classify(text) {
      const classification = first.classify(text)
      return isLeftOpen(classification, thresholds.first)
        ? lookFurther(text, encoder.encode([readablePart(text)]))
        : classification
    },
  }
}

/** What the encoder's stage is made of. */
export interface EncoderStageParts {
  readonly encoder: Encoder
  /** Below this confidence of the first stages the encoder is asked. */
  readonly threshold: number
  readonly timeoutMs: number
  /** Told of an encoder that failed, was late or gave something else; the customer does not notice. */
  readonly onFailure: (error: EncoderError) => void
}

/**
 * The encoder as a stage of its own, asked where the first stages leave a message open.
 *
 * @throws EncoderError when the file was trained with another encoder
 */
export function createEncoderStage(fitted: TwoStages, parts: EncoderStageParts): FurtherStage {
  const { encoder, threshold, timeoutMs, onFailure } = parts
  checkEncoder(fitted, encoder)
  const lookFurther = createSecondLook(fitted)
  return async (text, classification, signal) => {
    if (!isLeftOpen(classification, threshold) || signal.aborted) return classification
    const late = AbortSignal.timeout(timeoutMs)
    try {
      const vector = await orGiveUp(encoder, text, AbortSignal.any([signal, late]))
      return lookFurther(text, vector)
    } catch (error) {
      // Whoever took the message back has no use for a report of it.
      if (!signal.aborted) onFailure(toEncoderError(error, late.aborted ? timeoutMs : undefined))
      return classification
    }
  }
}

/** The vector of a text; an encoder that hangs and does not hear the signal is left behind. */
async function orGiveUp(encoder: Encoder, text: string, signal: AbortSignal): Promise<Float32Array> {
  const { promise: stopped, reject } = Promise.withResolvers<never>()
  const stop = (): void => reject(new EncoderError('The encoder did not answer in time.', signal.reason))
  signal.addEventListener('abort', stop, { once: true })
  try {
    const vector = await Promise.race([encoder.encode([readablePart(text)], signal), stopped])
    if (vector.length !== encoder.dimensions || !vector.every(Number.isFinite)) {
      throw new EncoderError(
        `The encoder "${encoder.name}" gave ${vector.length} values, not ${encoder.dimensions} numbers.`,
      )
    }
    return vector
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

function toEncoderError(error: unknown, timeoutMs: number | undefined): EncoderError {
  if (timeoutMs !== undefined) return new EncoderError(`The encoder did not answer within ${timeoutMs} ms.`, error)
  if (error instanceof EncoderError) return error
  if (error instanceof TuppenceError) return new EncoderError(error.message, error)
  // What it says is left out, as it may quote the text.
  return new EncoderError(`The encoder failed: ${error instanceof Error ? error.name : typeof error}.`, error)
}
