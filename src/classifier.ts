import { createHash } from 'node:crypto'
import { keepTrained } from '../adapters/files/kept-classifier.ts'
import type { Config } from '../config/config.ts'
import { createClassifier } from './classification/classify.ts'
import { fromBytes, toBytes } from './classification/classifier-file.ts'
import { examplesFromIntents, train } from './classification/training.ts'
import type { Classifier } from './core/classifier.ts'

/** Raise it with every change that makes the same intents train to something else. */
const trainingVersion = 1

/** The classifier of the configured intents: trained once, then read from the data folder until an intent changes. */
export async function openClassifier(config: Config): Promise<Classifier> {
  const { intents, outOfScope } = config
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([trainingVersion, intents, outOfScope]))
    .digest('hex')
    .slice(0, 32)
  const bytes = await keepTrained(config.dataDir, fingerprint, () =>
    toBytes(train(examplesFromIntents(intents, outOfScope), intents)),
  )
  return createClassifier({ fitted: fromBytes(bytes), freeThreshold: config.freeThreshold })
}
