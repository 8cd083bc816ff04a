import { probeProvider, type Probed } from '../adapters/models/probe.ts'
import type { Config } from '../config/config.ts'
import { endpointOf, usableModels, type ModelState } from '../config/usable.ts'
import type { Finding } from '../handlers/cli/doctor.ts'
import { roomFor } from './budget/bound.ts'
import type { ConfigFault } from './core/errors.ts'
import type { ModelSpec } from './core/model.ts'
import { printDollars } from './core/money.ts'
import { retiringOf } from './models/catalogue.ts'
import { excludedBy } from './routing/profile.ts'

/** A prompt with instructions, one passage and a question has about so many bytes. */
const usualPromptBytes = 1900

/** Looks at models and budget: what is there, what would light up with which setting, and what a limit leaves out. */
export async function examineModels(config: Config, now: Date): Promise<readonly Finding[]> {
  const states = usableModels(config.modelList.models, config).filter(({ model }) => model.capabilities.length > 0)
  const usable = states.flatMap(({ model, because }) => (because === undefined ? [model] : []))
  const isOfProfile = (model: ModelSpec): boolean =>
    excludedBy(config.models.profile, model, 'classification') === undefined
  const used = usable.filter(isOfProfile)
  return [
    overview(config, used, wouldLightUp(states.filter(({ model }) => isOfProfile(model)))),
    ...(await probeServers(used, config)),
    budgetFinding(config, used),
    ...leftOut(config, used, now),
    ...neverAsked(states),
    ...retiringOf(usable, now).map(({ alias, retiresOn, days }): Finding => ({
      part: 'models',
      state: days > 0 ? 'ok' : 'failed',
      detail: `${alias} ${days > 0 ? 'ends' : 'ended'} on ${retiresOn}; enter its successor in models.yaml`,
    })),
    ...config.warnings.map((warning) => toFinding('budget', warning)),
    ...config.modelList.warnings.map((warning) => toFinding('models', warning)),
  ]
}

function toFinding(part: string, { file, path, problem }: ConfigFault): Finding {
  return { part, state: 'missing', detail: `${file}: ${path}: ${problem}` }
}

/** Which models wait for which setting: `ANTHROPIC_API_KEY for haiku, medium, large`. */
function wouldLightUp(states: readonly ModelState[]): string {
  const waiting = Map.groupBy(states, ({ waitsFor }) => waitsFor)
  return [...waiting]
    .filter(([name]) => name !== undefined)
    .map(([name, group]) => `${name} for ${group.map(({ model }) => model.alias).join(', ')}`)
    .join('; ')
}

/** Models that no variable lights up. Those without a price are among the warnings of the list. */
function neverAsked(states: readonly ModelState[]): readonly Finding[] {
  return states
    .filter(
      ({ model, because, waitsFor }) => because !== undefined && waitsFor === undefined && model.prices !== undefined,
    )
    .map(({ model, because }): Finding => ({ part: 'models', state: 'failed', detail: `${model.alias}: ${because}` }))
}

function overview(config: Config, used: readonly ModelSpec[], waiting: string): Finding {
  const { profile } = config.models
  const more = waiting === '' ? '' : `; would light up: ${waiting}`
  if (used.length === 0)
    return { part: 'models', state: 'missing', detail: `none (profile ${profile}): every answer is free${more}` }
  const listed = used.map(({ alias, tier }) => `${alias} (tier ${tier})`).join(', ')
  return { part: 'models', state: 'ok', detail: `profile ${profile}: ${listed}${more}` }
}

/** One look at each server; entries of one server and key share it. */
async function probeServers(used: readonly ModelSpec[], config: Config): Promise<readonly Finding[]> {
  const servers = Map.groupBy(
    used,
    (model) => `${model.provider} ${endpointOf(model, config)?.baseUrl ?? ''} ${model.apiKeyEnv ?? ''}`,
  )
  const looks = [...servers.values()].map(async (models) => {
    const [first] = models
    const endpoint = first === undefined ? undefined : endpointOf(first, config)
    if (first === undefined || endpoint === undefined) return []
    const probed = await probeProvider({ name: first.provider, keyName: first.apiKeyEnv, ...endpoint })
    return toFindings(probed, models, endpoint.baseUrl)
  })
  return (await Promise.all(looks)).flat()
}

function toFindings(probed: Probed, models: readonly ModelSpec[], baseUrl: string): readonly Finding[] {
  const part = models[0]?.provider ?? 'models'
  const where = new URL(baseUrl).host
  if (probed.state === 'failed') return [{ part, state: 'failed', detail: `${where}: ${probed.because}` }]
  const missing = models.filter(
    ({ wireName }) => probed.models?.has(wireName) === false && !probed.models.has(`${wireName}:latest`),
  )
  return [
    { part, state: 'ok', detail: `${where} answers` },
    ...missing.map(({ wireName }): Finding => ({
      part,
      state: 'failed',
      detail: `${where} has no ${wireName}; get it with: ollama pull ${wireName}`,
    })),
  ]
}

function budgetFinding({ budget }: Config, used: readonly ModelSpec[]): Finding {
  const calls = budget.cloudCallsPerDay === undefined ? '' : `, ${budget.cloudCallsPerDay} cloud calls a day`
  const limits = `${printDollars(budget.dailyLimit)} a day (${budget.timeZone}), ${printDollars(budget.requestLimit)} a message, ${printDollars(budget.advancedRequestLimit)} for the large models${calls}`
  return {
    part: 'budget',
    state: used.length === 0 ? 'missing' : 'ok',
    detail: used.length === 0 ? `${limits}; nothing to spend it on` : limits,
  }
}

/** Models that the limit of one message never affords. */
function leftOut({ budget }: Config, used: readonly ModelSpec[], now: Date): readonly Finding[] {
  const on = now.toISOString().slice(0, 10)
  return used.flatMap((model): readonly Finding[] => {
    const limit = model.tier === 4 ? budget.advancedRequestLimit : budget.requestLimit
    const room = roomFor(limit, { model, on })
    if (room >= usualPromptBytes) return []
    const name = model.tier === 4 ? 'budget.advancedRequestUsd' : 'REQUEST_BUDGET_USD'
    return [
      {
        part: 'budget',
        state: 'missing',
        detail: `${printDollars(limit)} a message leaves ${model.alias} ${room} bytes of prompt, too few to answer from an article; raise ${name} to use it`,
      },
    ]
  })
}
