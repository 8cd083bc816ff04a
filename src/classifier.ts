import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { readIfThere, replaceFile } from '../adapters/files/files.ts'
import { keepTrained, readTrained, type Trained } from '../adapters/files/kept-classifier.ts'
import type { Config } from '../config/config.ts'
import { createClassifier } from './classification/classify.ts'
import { fromBytes } from './classification/classifier-file.ts'
import type { FittedClassifier } from './classification/fitted.ts'
import type { KeptRecalibration } from './classification/recalibration-file.ts'
import type { Classifier } from './core/classifier.ts'
import type { Encoder } from './core/encoder.ts'
import { ClassifierFileError, FaultError } from './core/errors.ts'
import { type EncoderTold, isAway, openAnswering } from './open-encoder.ts'
import type { TrainingOrder } from './train-apart.ts'

/** Raise it with every change that makes the same intents train to something else. */
export const trainingVersion = 15

/** Where what labelled messages changed is kept, beside the classifier. */
const recalibrationFile = 'recalibration.json'

/** Told of what could not be used, and why. */
export interface ClassifierTold extends EncoderTold {
  /** A kept file that is damaged, of another version or, as labels go, for other intents. */
  readonly onRefused?: (file: string, error: unknown) => void
  /** The intents are about to be trained, which takes seconds: at the first start, and when intents or encoder change. */
  readonly onTraining?: () => void
}

/** The classifier of the configured intents as training left it. */
export interface TrainedIntents {
  readonly fitted: FittedClassifier
  /** Names the intents it was trained on, and the version of the training; the same with and without an encoder. */
  readonly fingerprint: string
  /** What the second stage asks; whoever opened the classifier closes it. */
  readonly encoder: Encoder | undefined
}

/** The bot's classifier, with the threshold in force. */
export interface OpenedClassifier extends Classifier {
  /** Calibrated confidence from which on a message is answered free. */
  readonly freeThreshold: number
  /** Where the threshold comes from, for a person. */
  readonly thresholdFrom: string
  readonly fitted: FittedClassifier
  /** What the second stage asks; whoever opened the classifier closes it. */
  readonly encoder: Encoder | undefined
}

/**
 * What the configured intents train to: trained once, then read from the data folder until an intent or the encoder changes.
 * Without an answer of the encoder it is the first stage alone.
 */
export async function openTrained(config: Config, told: ClassifierTold = {}): Promise<TrainedIntents> {
  const encoder = await openAnswering(config, told)
  try {
    return await keepTrained(config.dataDir, trainedBy(encoder, config, told))
  } catch (error) {
    await encoder?.close()
    if (encoder === undefined || !isAway(error)) throw error
    told.onAway?.(error)
    return await keepTrained(config.dataDir, trainedBy(undefined, config, told))
  }
}

function trainedBy(
  encoder: Encoder | undefined,
  config: Config,
  { onRefused, onTraining }: ClassifierTold,
): Trained<TrainedIntents> {
  const fingerprint = fingerprintOf(config)
  return {
    fingerprint: encoder === undefined ? fingerprint : fingerprintOf(config, encoder),
    hasEncoder: encoder !== undefined,
    read: (bytes) => ({ fitted: fromBytes(bytes), fingerprint, encoder }),
    train: () => trainApart(config, encoder),
    ...(onTraining === undefined ? {} : { onTraining }),
    ...(onRefused === undefined ? {} : { onRefused }),
  }
}

function fingerprintOf({ intents, outOfScope }: Config, encoder?: Encoder): string {
  const by = encoder === undefined ? [] : [encoder.name, encoder.dimensions]
  const digest = createHash('sha256').update(JSON.stringify([trainingVersion, intents, outOfScope, ...by]))
  return digest.digest('hex').slice(0, 32)
}

/** The classifier of the configured intents, changed by labelled messages where there were some. */
export async function openClassifier(config: Config, told: ClassifierTold = {}): Promise<OpenedClassifier> {
  return await withLabels(config, await openTrained(config, told), told)
}

/** As `openClassifier`, for one that only looks: undefined where the intents would have to be trained first. */
export async function findClassifier(config: Config, told: ClassifierTold = {}): Promise<OpenedClassifier | undefined> {
  const encoder = await openAnswering(config, told)
  const trained = await readTrained(config.dataDir, trainedBy(encoder, config, told))
  if (trained !== undefined) return await withLabels(config, trained, told)
  await encoder?.close()
  return undefined
}

async function withLabels(
  config: Config,
  { fitted, fingerprint, encoder }: TrainedIntents,
  told: ClassifierTold,
): Promise<OpenedClassifier> {
  const kept = await readRecalibration(config.dataDir, fingerprint, told)
  if (kept === undefined) {
    const { freeThreshold } = config
    const classifier = createClassifier({ fitted, freeThreshold })
    return { ...classifier, freeThreshold, thresholdFrom: 'set in bot.yaml', fitted, encoder }
  }
  const { applyRecalibration } = await import('./classification/recalibrate.ts')
  const changed = applyRecalibration(fitted, kept)
  const { threshold, from } = await thresholdOf(kept, config, changed)
  const classifier = createClassifier({ fitted: changed, freeThreshold: threshold })
  return { ...classifier, freeThreshold: threshold, thresholdFrom: from, fitted: changed, encoder }
}

/** The threshold in force, and where it comes from, for a person. */
async function thresholdOf(
  kept: KeptRecalibration,
  config: Config,
  fitted: FittedClassifier,
): Promise<{ readonly threshold: number; readonly from: string }> {
  const { thresholdInForce } = await import('./classification/recalibration-file.ts')
  const { threshold, target, isShown, isOfFirstStage } = thresholdInForce(kept, config, fitted)
  const because = `set for ${target} by ${kept.messages} labelled messages on ${kept.made.slice(0, 10)}`
  if (isOfFirstStage) return { threshold, from: `${because}, which did not meet this encoder` }
  return { threshold, from: isShown ? because : `${because}, which do not show yet that it is kept` }
}

async function readRecalibration(
  folder: string,
  fingerprint: string,
  { onRefused }: ClassifierTold,
): Promise<KeptRecalibration | undefined> {
  try {
    const bytes = await readIfThere(join(folder, recalibrationFile))
    if (bytes === undefined) return undefined
    const { fromText } = await import('./classification/recalibration-file.ts')
    return fromText(new TextDecoder().decode(bytes), fingerprint)
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
  const { toText } = await import('./classification/recalibration-file.ts')
  await replaceFile(path, toText(kept))
  return path
}

/** What a person is told before the intents are trained. */
export const trainingLine = 'the intents are trained, which takes some seconds and is done once.'

/** What applies instead of a kept file that cannot be used. */
export function insteadOf(file: string): string {
  return file === recalibrationFile ? 'the free threshold of bot.yaml applies' : 'the intents were trained again'
}

/** What a person is told of a kept file that cannot be used. */
export function printRefused(file: string, error: unknown, instead = insteadOf(file)): string {
  const reason = error instanceof Error ? error.message : String(error)
  const what = file === recalibrationFile ? file : `the kept classifier ${file}`
  return `${what} was refused (${reason.replace(/ Make one with .*$/, '')}), so ${instead}`
}

/** What is needed for a training alone is loaded for it alone: most starts find a kept classifier. */
async function vectorsOf(
  encoder: Encoder,
  { intents, outOfScope }: Pick<Config, 'intents' | 'outOfScope'>,
): Promise<TrainingOrder['vectors']> {
  const { examplesFromIntents } = await import('./classification/training.ts')
  const texts = examplesFromIntents(intents, outOfScope).map(({ text }) => text)
  return { encoder: encoder.name, dimensions: encoder.dimensions, values: await encoder.encode(texts) }
}

/** Trains in a thread of its own, whose memory ends with it. */
async function trainApart({ intents, outOfScope }: Config, encoder: Encoder | undefined): Promise<Uint8Array> {
  const vectors = encoder && (await vectorsOf(encoder, { intents, outOfScope }))
  const workerData: TrainingOrder = { intents, outOfScope, vectors }
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>()
  const worker = new Worker(new URL('train-apart.ts', import.meta.url), { workerData })
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
