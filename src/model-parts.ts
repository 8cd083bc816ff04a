import { createReasoner } from '../agents/reasoning/reasoning.ts'
import type { Store } from '../adapters/store/store.ts'
import type { Config } from '../config/config.ts'
import type { ModelParts } from '../handlers/message-parts.ts'
import { classifyByModel } from './classification/model-stage.ts'
import type { MessageId } from './core/message.ts'
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
  readonly onStatus: (message: MessageId, step: StatusStep) => void
}

const writing = { purpose: 'answer', needs: ['answer'] } as const

/** What handlers may have models do: classify what is unsure, and write what no rule answers. */
export function createModelParts(config: Config, from: ModelPartsFrom): ModelParts {
  const { models, store, say, searchPassages, onStatus } = from
  const { conversations, customers } = store
  const { company, freeThreshold } = config
  const { profile, tierGate } = config.models
  const describe = (intent: string): string => config.intents.find(({ name }) => name === intent)?.label ?? intent
  const stage = { ask: models.ask, company: company.name, describe }
  return {
    allowanceFor: (message) => models.allowanceFor(message, (step) => onStatus(message.id, step)),
    classify: async (text, classification, allowance) => {
      if (!wantsClassification(profile, classification, freeThreshold)) return classification
      return await classifyByModel(text, classification, { allowance, parts: stage })
    },
    canWrite: () => models.tiersFor(writing).length > 0,
    reason: createReasoner({
      ask: models.ask,
      searchPassages,
      conversations,
      customers,
      company,
      say,
      tierAbove: (tier) => models.tiersFor(writing).find((one) => one > tier),
    }),
    adjustTier: (intent, tier) => models.tierOf(intent, tier),
    tierGate,
  }
}
