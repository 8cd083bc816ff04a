import type { Alerts, AlertTarget, SendAlert } from '../src/core/alert.ts'
import type { TenantId } from '../src/core/message.ts'
import type { ParkedMessage, ParkedMessages } from '../src/core/parked.ts'
import type { BudgetLedger } from '../src/core/ports.ts'

export interface ParkedAlertParts {
  readonly tenant: TenantId
  readonly parked: Pick<ParkedMessages, 'untold' | 'told'>
  readonly ledger: Pick<BudgetLedger, 'on'>
  readonly alerts: Pick<Alerts, 'raise'>
  readonly targets: ReadonlyMap<AlertTarget, SendAlert>
}

/** Tells the admins of messages that were parked since the last look: one alert for all of them, so that many make no storm. */
export async function watchParked({ tenant, parked, ledger, alerts, targets }: ParkedAlertParts): Promise<void> {
  const found = await parked.untold(tenant)
  const [first] = found
  if (first === undefined) return
  const { day } = await ledger.on()
  // Told again under the same name if this process ends before it is noted as told.
  const scope = `parked/${first.message}/${first.replays}/${found.length}`
  await alerts.raise({ tenant, day, scope, level: 'parked', text: textFor(first, found) }, [...targets.keys()])
  await parked.told(
    tenant,
    found.map(({ message }) => message),
  )
}

/** For admins; holds nothing of what a customer wrote. */
function textFor(first: ParkedMessage, found: readonly ParkedMessage[]): string {
  const reasons = [...new Set(found.map(({ reason }) => reason))].join(', ')
  if (found.length > 1)
    return `${found.length} messages could not be answered (${reasons}). Their customers have an apology each, and the team has tickets. "tuppence parked" lists them.`
  const ticket = first.ticket === undefined ? 'a ticket' : `ticket ${first.ticket}`
  return `A message from ${first.channel} could not be answered (${reasons}). Its customer has an apology, the team ${ticket}. "tuppence parked show ${first.message}" tells what a replay would do.`
}
