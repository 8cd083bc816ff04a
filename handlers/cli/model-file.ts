import { createCascade, hasSecondStage } from '../../src/classification/cascade.ts'
import { createClassifier, defaultFreeThreshold } from '../../src/classification/classify.ts'
import type { FittedClassifier } from '../../src/classification/fitted.ts'
import { fromBytes } from '../../src/classification/training.ts'
import type { Classifier } from '../../src/core/classifier.ts'
import type { CliIo } from '../../src/core/cli.ts'
import { ClassifierFileError } from '../../src/core/errors.ts'
import { readArgumentFile } from './lines.ts'

/**
 * The trained classifier in a file.
 *
 * @throws UsageError when the file cannot be read
 * @throws ClassifierFileError naming the file when it is not a classifier
 */
export async function readModelFile(path: string, io: CliIo): Promise<FittedClassifier> {
  const bytes = await readArgumentFile(path, io)
  try {
    return fromBytes(bytes)
  } catch (error) {
    if (error instanceof ClassifierFileError) throw new ClassifierFileError(`${path}: ${error.message}`, error)
    throw error
  }
}

/**
 * The classifier of a file, with its second stage where it has one.
 *
 * @param threshold below it the encoder is asked
 * @throws PackageMissingError naming what to install; EncoderError for a file trained with another encoder than the packaged one
 */
export async function openStages(
  fitted: FittedClassifier,
  io: CliIo,
  threshold = defaultFreeThreshold,
): Promise<Classifier> {
  if (!hasSecondStage(fitted)) return createClassifier({ fitted, freeThreshold: threshold })
  return createCascade(fitted, await io.openEncoder(), { first: threshold })
}
