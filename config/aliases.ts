import type { ModelAlias, ModelSpec } from '../src/core/model.ts'
import type { Config } from './config.ts'
import type { Faults } from './faults.ts'

/** Every alias that the settings name must be one of models.yaml. */
export function checkAliases(
  { models: settings, budget }: Pick<Config, 'models' | 'budget'>,
  models: readonly ModelSpec[],
  faults: Faults,
): void {
  const known = new Set(models.map(({ alias }) => alias))
  const check = (alias: ModelAlias, path: string): void => {
    if (!known.has(alias))
      faults.add('bot.yaml', path, `unknown model "${alias}"; models.yaml has ${[...known].join(', ') || 'none'}`)
  }
  if (settings.defaultModel !== undefined) check(settings.defaultModel, 'models.defaultModel (or DEFAULT_MODEL)')
  for (const alias of settings.ollama.preload) check(alias, 'models.ollama.preload')
  for (const alias of budget.modelDailyLimits.keys()) check(alias, 'budget.modelDailyUsd')
}
