import type { Config } from '../config/config.ts'
import type { OwnClassifier } from '../handlers/cli/recalibrate.ts'
import { keepRecalibration, openTrained, printRefused, trainingLine } from './classifier.ts'

/**
 * The bot's own classifier, to be changed by labelled messages.
 *
 * @param tell takes lines for a person
 */
export async function openOwnClassifier(config: Config, tell?: (line: string) => void): Promise<OwnClassifier> {
  const { fitted, fingerprint, encoder } = await openTrained(config, {
    onTraining: () => tell?.(trainingLine),
    onRefused: (file, error) => tell?.(`${printRefused(file, error)}.`),
    onAway: (error) =>
      tell?.(
        `the encoder is left out: ${error.message} Its stage is not set by these messages; while it is asked, the free ` +
          'threshold stays at least that of bot.yaml. Give them again when it answers.',
      ),
  })
  return {
    fitted,
    encoder,
    target: config.targetPrecision,
    careful: config.freeThreshold,
    keep: async (recalibration, messages) =>
      await keepRecalibration(config, {
        ...recalibration,
        classifier: fingerprint,
        made: new Date().toISOString(),
        messages,
      }),
  }
}
