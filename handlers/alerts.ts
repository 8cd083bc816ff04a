import {
  alertTargets,
  type Alert,
  type AlertLevel,
  type Alerts,
  type AlertTarget,
  type OwedAlert,
  type SendAlert,
} from '../src/core/alert.ts'
import type { Refusal } from '../src/budget/scopes.ts'
import type { Budget } from '../src/core/budget.ts'
import type { TenantId } from '../src/core/message.ts'
import { printDollars, type MicroDollars } from '../src/core/money.ts'
import type { BudgetLedger, Observer } from '../src/core/ports.ts'
import { oneAtATime, repeat } from '../src/core/repeat.ts'
import { findSpike, type SpikeLimits } from '../src/budget/spike.ts'
import { watchParked, type ParkedAlertParts } from './parked-alert.ts'

export interface AlertParts {
  readonly tenant: TenantId
  readonly ledger: BudgetLedger
  readonly alerts: Alerts
  /** Where alerts go besides the log; empty when nothing is configured. */
  readonly targets: ReadonlyMap<AlertTarget, SendAlert>
  /** Shares of the day's limit, 0 to 1, equality included. */
  readonly warnFrom: number
  readonly preferLocalFrom: number
  /** What has refused a call since this was last asked: too little is left for what is asked. */
  readonly takeRefusals: () => ReadonlySet<Refusal>
  readonly spike: SpikeLimits
  readonly observer: Observer
}

/** Looks how the day stands and raises what is due, each alert once. */
export async function watchBudget(parts: AlertParts): Promise<void> {
  const budget = await parts.ledger.on()
  const refusals = parts.takeRefusals()
  if (budget.limit === 0) return // a limit of nothing is a choice, not an event
  for (const { level, text } of reached(budget, refusals, parts)) {
    await raise({ tenant: parts.tenant, day: budget.day, scope: 'installation', level, text }, parts)
  }
  if (budget.calls > 0) await watchHour(parts)
}

interface Step {
  readonly level: AlertLevel
  readonly isReached: boolean
  readonly text: string
}

/** The steps of the ladder that the day has reached, or that a refusal shows to be as good as reached. */
function reached(
  budget: Budget,
  refusals: ReadonlySet<Refusal>,
  { warnFrom, preferLocalFrom }: Pick<AlertParts, 'warnFrom' | 'preferLocalFrom'>,
): readonly Step[] {
  const used = (budget.spent + budget.held) as MicroDollars
  const share = used / budget.limit
  const stand = `${printDollars(used)} of ${printDollars(budget.limit)} for ${budget.day}`
  const ended =
    share >= 1
      ? 'The budget is used up, so only free and local answers are given until midnight or a higher limit'
      : 'A call did not fit into what is left of the budget; until midnight or a higher limit such messages get free or local answers'
  const local =
    share >= preferLocalFrom
      ? 'Local models are preferred from here on'
      : 'Answers have used their part of the budget, so free and local ones are given'
  const steps: readonly Step[] = [
    { level: 'warning', isReached: share >= warnFrom, text: `The budget is nearly used: ${stand}.` },
    {
      level: 'prefer-local',
      isReached: share >= preferLocalFrom || refusals.has('answers'),
      text: `${local}: ${stand}.`,
    },
    {
      level: 'budget-mode',
      isReached: share >= 1 || refusals.has('day'),
      text: `${ended}: ${stand}.`,
    },
  ]
  return steps.filter(({ isReached }) => isReached)
}

async function watchHour(parts: AlertParts): Promise<void> {
  const hour = await parts.alerts.hour()
  const spike = findSpike(hour, parts.spike)
  if (spike === undefined) return
  const scope = `installation/${hour.hour}`
  await raise({ tenant: parts.tenant, day: hour.day, scope, level: 'spike', text: spike.text }, parts)
}

async function raise(alert: Alert, { alerts, targets, observer }: AlertParts): Promise<void> {
  if ((await alerts.raise(alert, [...targets.keys()])) === 'seen') return
  const level = alert.level === 'budget-mode' ? 'error' : 'warn'
  const { day, scope } = alert
  observer.event({ name: 'budget.alerted', level, fields: { day, scope, step: alert.level, text: alert.text } })
}

/** Sends what targets have not taken yet. Each target takes its own in order, and waits for no other. */
export async function sendAlerts(parts: AlertParts, signal?: AbortSignal): Promise<void> {
  const { targets, alerts } = parts
  if (targets.size === 0) return
  const owed = await alerts.owed()
  const sending = [...alertTargets].map(async (target) => {
    for (const one of owed) {
      if (one.targets.includes(target) && signal?.aborted !== true) await send(one, target, parts)
    }
  })
  await Promise.all(sending)
}

/** A target that is no longer configured has nothing to wait for. */
async function send(
  { alert, attempt }: OwedAlert,
  target: AlertTarget,
  { targets, alerts, observer }: AlertParts,
): Promise<void> {
  try {
    await targets.get(target)?.(alert)
    await alerts.delivered(alert, target)
  } catch (error) {
    observer.event({ name: 'alert.failed', level: 'warn', fields: { target, attempt, step: alert.level }, error })
  }
}

/**
 * Looks and sends at once, then every `everyMs` milliseconds; the function it gives ends that. A receiver that is slow holds
 * up nothing but what is sent.
 */
export function startWatching(parts: AlertParts & ParkedAlertParts, everyMs: number): () => Promise<void> {
  const onFailure = (error: unknown): void =>
    parts.observer.event({ name: 'alert.failed', level: 'warn', fields: {}, error })
  const sending = oneAtATime((signal) => sendAlerts(parts, signal), onFailure)
  const stopWatching = repeat(
    everyMs,
    oneAtATime(async () => {
      // Neither keeps the other from being told.
      const looks = await Promise.allSettled([watchParked(parts), watchBudget(parts)])
      sending.begin()
      for (const look of looks) if (look.status === 'rejected') throw look.reason
    }, onFailure),
  )
  return async () => void (await Promise.all([stopWatching(), sending.stop()]))
}
