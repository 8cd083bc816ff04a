import { parentPort, workerData } from 'node:worker_threads'
import type { Config } from '../config/config.ts'
import { toBytes } from './classification/classifier-file.ts'
import { examplesFromIntents, train } from './classification/training.ts'

/** The thread that classifier.ts starts: trains what it was given and sends the file back. The cast is that border. */
const { intents, outOfScope } = workerData as Pick<Config, 'intents' | 'outOfScope'>

parentPort?.postMessage(toBytes(train(examplesFromIntents(intents, outOfScope), intents)))
