import type { Config } from '../config/config.ts'
import type { OwnClassifier } from '../handlers/cli/recalibrate.ts'
import { keepRecalibration, openTrained } from './classifier.ts'

/** The bot's own classifier, to be changed by labelled messages. */
export async function openOwnClassifier(config: Config): Promise<OwnClassifier> {
  const { fitted, fingerprint } = await openTrained(config)
  return {
    fitted,
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
