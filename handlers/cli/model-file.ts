import type { FittedClassifier } from '../../src/classification/fitted.ts'
import { fromBytes } from '../../src/classification/training.ts'
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
