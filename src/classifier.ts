import { createHash } from 'node:crypto'
import { Worker } from 'node:worker_threads'
import { keepTrained } from '../adapters/files/kept-classifier.ts'
import type { Config } from '../config/config.ts'
import { createClassifier } from './classification/classify.ts'
import { fromBytes } from './classification/classifier-file.ts'
import type { Classifier } from './core/classifier.ts'
import { FaultError } from './core/errors.ts'

/** Raise it with every change that makes the same intents train to something else. */
export const trainingVersion = 4

/**
 * The classifier of the configured intents: trained once, then read from the data folder until an intent changes.
 *
 * @param onRefused told of a kept file that is damaged or of another version: the intents are trained again then
 */
export async function openClassifier(
  config: Config,
  onRefused?: (file: string, error: unknown) => void,
): Promise<Classifier> {
  const { intents, outOfScope, freeThreshold } = config
  const digest = createHash('sha256')
    .update(JSON.stringify([trainingVersion, intents, outOfScope]))
    .digest('hex')
  return await keepTrained(config.dataDir, {
    fingerprint: digest.slice(0, 32),
    read: (bytes) => createClassifier({ fitted: fromBytes(bytes), freeThreshold }),
    train: () => trainApart(config),
    ...(onRefused === undefined ? {} : { onRefused }),
  })
}

/** What a person is told of a kept file that cannot be used. */
export function printRefused(file: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  return `the kept classifier ${file} was refused (${reason.replace(/ Make one with .*$/, '')}), so the intents were trained again`
}

/** Trains in a thread of its own, whose memory ends with it. */
async function trainApart({ intents, outOfScope }: Config): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const worker = new Worker(new URL('train-apart.ts', import.meta.url), { workerData: { intents, outOfScope } })
  worker.once('message', resolve)
  worker.once('error', reject)
  worker.once('exit', (code) =>
    reject(
      new FaultError(
        `The training of the intents ended with ${code} before it was done. Start again; if it repeats, report it.`,
      ),
    ),
  )
  return await promise
}
