import type { Config } from '../config/config.ts'
import { usableModels } from '../config/usable.ts'
import type { OpenedPolicy } from '../handlers/cli/simulate.ts'
import { openWaitedClassifier } from './waited-classifier.ts'
import { parseArticles } from './knowledge/articles.ts'
import { createPassageSearch, createSearch } from './knowledge/search.ts'
import { readApproved } from './open-adjustments.ts'
import { adjustedTier } from './routing/proposals.ts'

/**
 * The policy of the configuration, with what people approved, as it would route a live message at this moment. No provider is
 * opened, and no store is made.
 */
export async function openPolicy(config: Config): Promise<OpenedPolicy> {
  const { models, budget, modelList } = config
  const classifier = await openWaitedClassifier(config)
  const passages = parseArticles(config.articles)
  const search = createSearch(passages)
  const searchPassages = createPassageSearch(passages)
  const states = usableModels(modelList.models, config)
  const { approved, notes } = await readApproved(config)
  return {
    policy: {
      freeThreshold: classifier.freeThreshold,
      profile: models.profile,
      models: modelList.models,
      unusable: new Map(),
      defaultModel: models.defaultModel,
      budgetMode: budget.budgetMode,
      weights: models.weights,
      tierGate: models.tierGate,
      budgetSteps: budget,
      dailyLimit: budget.dailyLimit,
      requestLimit: budget.requestLimit,
      advancedRequestLimit: budget.advancedRequestLimit,
      cloudCallsPerDay: budget.cloudCallsPerDay,
    },
    unusable: new Map(states.flatMap(({ model, because }) => (because === undefined ? [] : [[model.alias, because]]))),
    parts: {
      classify: (text) => classifier.classify(text),
      hasArticle: (text) => search(text) !== undefined,
      coverageOf: (text) => searchPassages(text, 1)[0]?.coverage,
      agentOf: (intent) => config.intents.find(({ name }) => name === intent)?.agent ?? 'general',
      adjustTier: (intent, tier) => adjustedTier(approved, { intent, tier }),
      timeZone: budget.timeZone,
      pricesOn: new Date().toISOString().slice(0, 10),
    },
    notes,
  }
}
