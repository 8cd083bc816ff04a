import type { z } from 'zod'
import { isZone } from '../src/budget/day.ts'
import type { ConfigFault } from '../src/core/errors.ts'
import type { Config } from './config.ts'
import type { Environment } from './environment.ts'
import { usualUrls } from './providers.ts'
import type { botSchema } from './schema.ts'

type Bot = z.output<typeof botSchema>

/** Cloud calls a day where local models come first and nothing else is said. */
const cloudCallsWhenLocalFirst = 100

/** bot.yaml with the environment over it: how models are chosen, what may be spent, who is told and shown. */
export function toSettings(
  bot: Bot,
  variables: Environment,
): Pick<
  Config,
  'models' | 'budget' | 'limits' | 'warnings' | 'alerts' | 'advanced' | 'providerUrls' | 'team' | 'linkHosts'
> {
  const timeZone = variables.TZ_BUDGET ?? bot.budget.timeZone ?? machineZone()
  return {
    models: {
      ...bot.models,
      defaultModel: variables.DEFAULT_MODEL ?? bot.models.defaultModel,
      maxFallbackAttempts: variables.MAX_FALLBACK_ATTEMPTS ?? bot.models.maxFallbackAttempts,
    },
    budget: { ...toBudget(bot, variables), timeZone: timeZone ?? 'UTC' },
    limits: { user: toLimit(bot.limits.user), channel: toLimit(bot.limits.channel) },
    warnings: timeZone === undefined ? [noZone] : [],
    alerts: { webhook: variables.TUPPENCE_ALERT_WEBHOOK, channel: bot.alerts.channel },
    advanced: bot.advanced,
    team: {
      ...bot.team,
      admins: new Set(bot.team.admins),
      support: new Set(bot.team.support),
    },
    linkHosts: bot.linkHosts,
    providerUrls: toProviderUrls(bot, variables),
  }
}

function toLimit({ messages, seconds }: Bot['limits']['user']): Config['limits']['user'] {
  return messages === 0 ? undefined : { most: messages, windowMs: Math.ceil(seconds * 1000) }
}

const noZone: ConfigFault = {
  file: 'environment',
  path: 'TZ_BUDGET',
  problem:
    'is not set, and this machine names no time zone that can be used, so a day begins at midnight UTC; set it to one like Europe/Berlin',
}

/** Undefined where TZ is a path, a rule or nothing: Intl then has no zone, whatever its type says, or `Etc/Unknown`. */
function machineZone(): string | undefined {
  const zone: unknown = new Intl.DateTimeFormat().resolvedOptions().timeZone
  return typeof zone === 'string' && isZone(zone) ? zone : undefined
}

function toBudget({ budget, models }: Bot, variables: Environment): Omit<Config['budget'], 'timeZone'> {
  const { spike } = budget
  const callsByProfile = models.profile === 'local-first' ? cloudCallsWhenLocalFirst : undefined
  return {
    dailyLimit: variables.DAILY_BUDGET_USD ?? budget.dailyUsd,
    requestLimit: variables.REQUEST_BUDGET_USD ?? variables.DEFAULT_BUDGET ?? budget.requestUsd,
    advancedRequestLimit: budget.advancedRequestUsd,
    userDailyLimit: budget.userDailyUsd,
    channelDailyLimit: budget.channelDailyUsd,
    workspaceDailyLimit: budget.workspaceDailyUsd,
    modelDailyLimits: new Map(Object.entries(budget.modelDailyUsd)),
    shares: budget.shares,
    alertAt: variables.COST_ALERT_THRESHOLD ?? budget.alertAt,
    qualityFirstBelow: budget.qualityFirstBelow,
    preferLocalFrom: budget.preferLocalFrom,
    budgetMode: budget.budgetMode,
    cloudCallsPerDay: variables.CLOUD_CALLS_PER_DAY ?? budget.cloudCallsPerDay ?? callsByProfile,
    spike: { factor: spike.factor, floor: spike.floorUsd, floorCalls: spike.floorCalls },
  }
}

/**
 * The providers' own addresses. Ollama is asked only when OLLAMA_HOST names it or the profile is a local one, so that
 * nobody without it waits for a port that does not answer.
 */
function toProviderUrls({ models }: Bot, variables: Environment): Config['providerUrls'] {
  const isLocalProfile = models.profile === 'local-first' || models.profile === 'local-only'
  const ollama = variables.OLLAMA_HOST ?? (isLocalProfile ? usualUrls.ollama : undefined)
  return {
    openai: variables.OPENAI_BASE_URL ?? usualUrls.openai,
    anthropic: variables.ANTHROPIC_BASE_URL ?? usualUrls.anthropic,
    gemini: variables.GEMINI_BASE_URL ?? usualUrls.gemini,
    together: usualUrls.together,
    ...(ollama === undefined ? {} : { ollama }),
  }
}
