import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { readIfThere, replaceFile } from '../adapters/files/files.ts'
import { keepTrained } from '../adapters/files/kept-classifier.ts'
import type { Config } from '../config/config.ts'
import { createClassifier } from './classification/classify.ts'
import { fromBytes } from './classification/classifier-file.ts'
import type { FittedClassifier } from './classification/fitted.ts'
import { applyRecalibration } from './classification/recalibrate.ts'
import { fromText, type KeptRecalibration, thresholdInForce, toText } from './classification/recalibration-file.ts'
import type { Classifier } from './core/classifier.ts'
import { ClassifierFileError, FaultError } from './core/errors.ts'

/** Raise it with every change that makes the same intents train to something else. */
export const trainingVersion = 6

/** Where what labelled messages changed is kept, beside the classifier. */
const recalibrationFile = 'recalibration.json'

/** Told of a kept file that was not used, and why. */
type OnRefused = (file: string, error: unknown) => void

/** The classifier of the configured intents as training left it. */
export interface TrainedIntents {
  readonly fitted: FittedClassifier
  /** Names what it was trained on, and by which version of the training. */
  readonly fingerprint: string
}

/** The bot's classifier, with the threshold in force. */
export interface OpenedClassifier extends Classifier {
  /** Calibrated confidence from which on a message is answered free. */
  readonly freeThreshold: number
  /** Where the threshold comes from, for a person. */
  readonly thresholdFrom: string
}

/**
 * What the configured intents train to: trained once, then read from the data folder until an intent changes.
 *
 * @param onRefused told of a kept file that is damaged or of another version: the intents are trained again then
 */
export async function openTrained(config: Config, onRefused?: OnRefused): Promise<TrainedIntents> {
  const { intents, outOfScope } = config
  const digest = createHash('sha256')
    .update(JSON.stringify([trainingVersion, intents, outOfScope]))
    .digest('hex')
  const fingerprint = digest.slice(0, 32)
  return await keepTrained(config.dataDir, {
    fingerprint,
    read: (bytes) => ({ fitted: fromBytes(bytes), fingerprint }),
    train: () => trainApart(config),
    ...(onRefused === undefined ? {} : { onRefused }),
  })
}

/**
 * The classifier of the configured intents, changed by labelled messages where there were some.
 *
 * @param onRefused told of a kept file that is damaged, of another version or, as labels go, for other intents
 */
export async function openClassifier(config: Config, onRefused?: OnRefused): Promise<OpenedClassifier> {
  const { fitted, fingerprint } = await openTrained(config, onRefused)
  const kept = await readRecalibration(config.dataDir, fingerprint, onRefused)
  if (kept === undefined) {
    const { freeThreshold } = config
    const classifier = createClassifier({ fitted, freeThreshold })
    return { ...classifier, freeThreshold, thresholdFrom: 'set in bot.yaml' }
  }
  const { threshold, target, isShown } = thresholdInForce(kept, config)
  const classifier = createClassifier({ fitted: applyRecalibration(fitted, kept), freeThreshold: threshold })
  const because = `set for ${target} by ${kept.messages} labelled messages on ${kept.made.slice(0, 10)}`
  const thresholdFrom = isShown ? because : `${because}, which do not show yet that it is kept`
  return { ...classifier, freeThreshold: threshold, thresholdFrom }
}

async function readRecalibration(
  folder: string,
  fingerprint: string,
  onRefused?: OnRefused,
): Promise<KeptRecalibration | undefined> {
  try {
    const bytes = await readIfThere(join(folder, recalibrationFile))
    return bytes === undefined ? undefined : fromText(new TextDecoder().decode(bytes), fingerprint)
  } catch (error) {
    // A fault of the file or of the disk; one of ours must not be taken for either.
    if (!(error instanceof ClassifierFileError) && !(error instanceof Error && 'syscall' in error)) throw error
    onRefused?.(recalibrationFile, error)
    return undefined
  }
}

/**
 * Keeps what labelled messages changed beside the bot's classifier; in force from the next start on.
 *
 * @returns the file
 */
export async function keepRecalibration(config: Config, kept: KeptRecalibration): Promise<string> {
  const path = join(config.dataDir, recalibrationFile)
  await replaceFile(path, toText(kept))
  return path
}

/** What applies instead of a kept file that cannot be used. */
export function insteadOf(file: string): string {
  return file === recalibrationFile ? 'the free threshold of bot.yaml applies' : 'the intents were trained again'
}

/** What a person is told of a kept file that cannot be used. */
export function printRefused(file: string, error: unknown): string {
  const reason = error instanceof Error ? error.message : String(error)
  const what = file === recalibrationFile ? file : `the kept classifier ${file}`
  return `${what} was refused (${reason.replace(/ Make one with .*$/, '')}), so ${insteadOf(file)}`
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
