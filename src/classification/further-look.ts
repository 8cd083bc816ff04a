import type { Classification } from '../core/intent.ts'
import type { Allowance } from '../models/question.ts'
import { isBeyondIntents, isLeftOpen, type FurtherStage } from './cascade.ts'
import { classifyByModel, type ModelStageParts } from './model-stage.ts'
import type { Verdict } from './verdict.ts'

export interface FurtherLookParts {
  /** Undefined where none is enabled. */
  readonly encoder: FurtherStage | undefined
  readonly stage: ModelStageParts
  /** From here on, equality included, what costs nothing has settled it. */
  readonly freeThreshold: number
  /** Whether a model is to be asked after what the stages before it said. */
  readonly wantsModel: (classification: Classification) => boolean
}

/** The slow and the paid look at a message; undefined where none is to follow the free stages. */
export type FurtherLook = (
  text: string,
  classification: Classification,
  allowance: Allowance,
) => (() => Promise<Verdict>) | undefined

/** The stages behind the intent cache: the encoder where there is one, and a cheap model where that is unsure as well. */
export function createFurtherLook({ encoder, stage, freeThreshold, wantsModel }: FurtherLookParts): FurtherLook {
  return (text, classification, allowance) => {
    if (isBeyondIntents(classification)) return undefined
    const slow = isLeftOpen(classification, freeThreshold) ? encoder : undefined
    if (slow === undefined && !wantsModel(classification)) return undefined
    return async () => {
      const seen = slow === undefined ? classification : await slow(text, classification, allowance.signal)
      if (wantsModel(seen)) return await classifyByModel(text, seen, { allowance, parts: stage })
      if (seen.confidence >= freeThreshold) return { classification: seen, worth: 'settled' }
      if (allowance.signal.aborted) return { classification, worth: 'own' }
      // An encoder that is away says nothing, and may be back with the next message.
      return { classification: seen, worth: seen === classification ? 'passing' : 'undecided' }
    }
  }
}
