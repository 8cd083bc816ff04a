import type { Config } from '../config/config.ts'
import { createCascade, hasSecondStage } from './classification/cascade.ts'
import { openClassifier, type OpenedClassifier, printRefused, trainingLine } from './classifier.ts'
import type { Classifier } from './core/classifier.ts'

/** With the threshold in force. */
type WaitedClassifier = Classifier & Pick<OpenedClassifier, 'freeThreshold'>

/**
 * The bot's classifier for a program that has nothing else to do meanwhile: with the packaged encoder both stages answer at
 * once. A server is not asked; then the first stage stands alone.
 *
 * @param tell takes lines for a person
 */
export async function openWaitedClassifier(config: Config, tell?: (line: string) => void): Promise<WaitedClassifier> {
  const opened = await openClassifier(config, {
    onRefused: (file, error) => tell?.(`${printRefused(file, error)}.`),
    onTraining: () => tell?.(trainingLine),
    onAway: (error) => tell?.(`the encoder is left out: ${error.message}`),
  })
  const { encoder, fitted, freeThreshold } = opened
  await encoder?.close()
  if (config.encoder !== 'use-lite-en' || !hasSecondStage(fitted)) return opened
  const { openBlockingEncoder } = await import('../adapters/encoder/sentence-blocking.ts')
  return { ...createCascade(fitted, openBlockingEncoder(), { first: freeThreshold }), freeThreshold }
}
