import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import type { ExampleVectors } from './classification/encoded-training.ts'
import { toBytes } from './classification/classifier-file.ts'
import { examplesFromIntents, train } from './classification/training.ts'

/** What is to be trained. */
export interface TrainingOrder extends Pick<Config, 'intents' | 'outOfScope'> {
  /** Of the examples that intents and messages out of scope make, in that order. */
  readonly vectors?: ExampleVectors | undefined
}

/** The thread that classifier.ts starts: trains what it was given and sends the file back. The cast is that border. */
const { intents, outOfScope, vectors } = workerData as TrainingOrder

parentPort?.postMessage(toBytes(train(examplesFromIntents(intents, outOfScope), intents, vectors)))
