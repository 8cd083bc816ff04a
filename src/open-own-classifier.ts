import type { Config } from '../config/config.ts'
import type { OwnClassifier } from '../handlers/cli/recalibrate.ts'
import { keepRecalibration, openTrained } from './classifier.ts'

/** The bot's own classifier, to be changed by labelled messages. */
export async function openOwnClassifier(config: Config): Promise<OwnClassifier> {
  const { fitted, fingerprint, encoder } = await openTrained(config)
  await encoder?.close()
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
