import { createReasoner } from '../agents/reasoning/reasoning.ts'
import type { Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { ModelParts } from '../handlers/message-parts.ts'
import { classifyByModel, createDescribe } from './classification/model-stage.ts'
import { TuppenceError } from './core/errors.ts'
import type { Classification } from './core/intent.ts'
import type { Message } from './core/message.ts'
import type { Observer } from './core/ports.ts'
import type { Tier } from './core/route.ts'
import type { StatusStep } from './core/status.ts'
import type { Say } from './core/wording.ts'
import type { SearchPassages } from './knowledge/search.ts'
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
}

const writing = { purpose: 'answer', needs: ['answer'] } as const

/** What handlers may have models do: classify what is unsure, and write what no rule answers. */
export function createModelParts(config: Config, from: ModelPartsFrom): ModelParts {
  const { models, store, say, searchPassages, onStatus, observer, signalOf } = from
  const { conversations, customers } = store
  const { company, freeThreshold } = config
  const { profile, tierGate } = config.models
  const stage = { ask: models.ask, company: company.name, describe: createDescribe(config.intents) }
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
    classify: async (text, classification, allowance) => {
      if (!wantsClassification(profile, classification, freeThreshold)) return classification
      const work = (): Promise<Classification> => classifyByModel(text, classification, { allowance, parts: stage })
      return await orElse(work, classification, observer)
    },
    canWrite: () => models.tiersFor(writing).length > 0,
    reason: (question, effort) => orElse(() => reason(question, effort), nobody, observer),
    adjustTier: (intent, tier) => models.tierOf(intent, tier),
    tierGate,
  }
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
