import { createReasoner } from '../agents/reasoning/reasoning.ts'
import type { Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { ModelParts } from '../handlers/message-parts.ts'
import type { FurtherStage } from './classification/cascade.ts'
import { createFurtherLook } from './classification/further-look.ts'
import { createIntentCache } from './classification/intent-cache.ts'
import { createIntentKey } from './classification/intent-key.ts'
import { createDescribe } from './classification/model-stage.ts'
import { trainingVersion } from './classifier.ts'
import { TuppenceError } from './core/errors.ts'
import type { Classification } from './core/intent.ts'
import type { Message } from './core/message.ts'
import type { Cache, Locks, Observer } from './core/ports.ts'
import type { Tier } from './core/route.ts'
import type { StatusStep } from './core/status.ts'
import type { Say } from './core/wording.ts'
import type { SearchPassages } from './knowledge/search.ts'
import { classificationPromptVersion } from './models/prompt.ts'
import type { Models } from './open-models.ts'
import { wantsClassification } from './routing/profile.ts'

export interface ModelPartsFrom {
  readonly models: Models
  readonly store: Store
  readonly say: Say
  readonly searchPassages: SearchPassages
  readonly observer: Observer
  readonly onStatus: (message: Message, step: StatusStep) => void
  /** Ends the work on the message when it is aborted. */
  readonly signalOf: (message: Message) => AbortSignal | undefined
  /** Never fails. */
  readonly cache: Cache
  /** Never fail. */
  readonly locks: Locks
  /** A slower look that costs nothing, before a model is asked. */
  readonly encoder?: FurtherStage | undefined
}

const writing = { purpose: 'answer', needs: ['answer'] } as const

/** What handlers may have models do: classify what is unsure, and write what no rule answers. */
export function createModelParts(config: Config, from: ModelPartsFrom): ModelParts {
  const { models, store, say, searchPassages, onStatus, observer, signalOf } = from
  const { conversations, customers } = store
  const { company } = config
  const tierAbove = (tier: Tier) => models.tiersFor(writing).find((one) => one > tier)
  const reason = createReasoner({
    ask: models.ask,
    searchPassages,
    conversations,
    customers,
    company,
    say,
    tierAbove,
  })
  return {
    allowanceFor: (message, intent) => {
      const allowance = models.allowanceFor(message, (step) => onStatus(message, step))
      const stopped = signalOf(message)
      const signal = stopped === undefined ? allowance.signal : AbortSignal.any([allowance.signal, stopped])
      return { ...allowance, intent, signal }
    },
    ...createSlowerStages(config, from),
    canWrite: () => models.tiersFor(writing).length > 0,
    reason: (question, effort) => orElse(() => reason(question, effort), nobody, observer),
    adjustTier: (intent, tier) => models.tierOf(intent, tier),
    tierGate: config.models.tierGate,
  }
}

/** What comes after the free stages: the intent cache, the encoder where there is one, and a cheap model. */
function createSlowerStages(
  config: Config,
  { models, observer, cache, locks, encoder }: ModelPartsFrom,
): Pick<ModelParts, 'classify' | 'forget'> {
  const { company, freeThreshold, intents } = config
  const { profile } = config.models
  const known = createIntentCache({
    cache,
    locks,
    keyOf: createIntentKey(taxonomyOf(config)),
    isIntent: (name) => intents.some((intent) => intent.name === name),
  })
  const lookFurther = createFurtherLook({
    stage: { ask: models.ask, company: company.name, describe: createDescribe(intents), elapsedMs },
    encoder,
    freeThreshold,
    wantsModel: (classification) => wantsClassification(profile, classification, freeThreshold),
  })
  return {
    classify: async (text, classification, allowance) => {
      const look = lookFurther(text, classification, allowance)
      if (look === undefined) return classification
      const { tenant, signal, deadlineMs } = allowance
      const message = { tenant, text, classification, signal, leftMs: () => deadlineMs - elapsedMs() }
      const work = async (): Promise<Classification> => {
        const understood = await known.understand(message, look)
        if (understood.result !== undefined) allowance.intentCache = understood.result
        return understood.classification
      }
      const begunMs = elapsedMs()
      try {
        return await orElse(work, classification, observer)
      } finally {
        allowance.lookedFurtherMs = elapsedMs() - begunMs
      }
    },
    forget: (tenant, text) => known.forget(tenant, text),
  }
}

function elapsedMs(): number {
  return performance.now()
}

/** Everything but the message that a verdict depends on: a changed intent never meets what was said of the one before. */
function taxonomyOf({ intents, outOfScope, company, freeThreshold, encoder }: Config): string {
  const model = [classificationPromptVersion, company.name]
  return JSON.stringify([trainingVersion, intents, outOfScope, freeThreshold, encoder, model])
}

const nobody = { kind: 'unanswered', because: 'failed', detail: 'a fault of Tuppence itself, see the log' } as const

/**
 * A fault of ours on the way to a model must not cost the customer the answer the rules have. What passes by itself, such as
 * a store that is away, is left to the turn, which tries again.
 */
async function orElse<Value>(work: () => Promise<Value>, instead: Value, observer: Observer): Promise<Value> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof TuppenceError && error.retryable) throw error
    observer.event({ name: 'model.failed', level: 'error', fields: { fault: 'internal' }, error })
    return instead
  }
}
