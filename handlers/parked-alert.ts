import type { AlertTarget, SendAlert } from '../src/core/alert.ts'
import type { TenantId } from '../src/core/message.ts'
import type { ParkedMessage, ParkedMessages } from '../src/core/parked.ts'
import type { BudgetLedger } from '../src/core/ports.ts'

/** What telling of parked messages needs. */
export interface ParkedAlertParts {
  readonly tenant: TenantId
  readonly parked: Pick<ParkedMessages, 'untold' | 'tell'>
  readonly ledger: Pick<BudgetLedger, 'on'>
  readonly targets: ReadonlyMap<AlertTarget, SendAlert>
}

/** Tells the admins of messages that were parked since the last look: one alert for all of them, so that many make no storm. */
export async function watchParked({ tenant, parked, ledger, targets }: ParkedAlertParts): Promise<void> {
  if ((await parked.untold(tenant)).length === 0) return
  const { day } = await ledger.on()
  await parked.tell(tenant, (first, all) => {
    const scope = `parked/${first.message}/${first.replays}`
    return { alert: { tenant, day, scope, level: 'parked', text: textFor(first, all) }, targets: [...targets.keys()] }
  })
}

/** For admins; holds nothing of what a customer wrote. */
function textFor(first: ParkedMessage, found: readonly ParkedMessage[]): string {
  const reasons = [...new Set(found.map(({ reason }) => reason))].join(', ')
  if (found.length > 1)
    return `${found.length} messages could not be answered (${reasons}). Their customers have an apology each, and the team has tickets. "tuppence parked" lists them.`
  const ticket = first.ticket === undefined ? 'a ticket' : `ticket ${first.ticket}`
  return `A message from ${first.channel} could not be answered (${reasons}). Its customer has an apology, the team ${ticket}. "tuppence parked show ${first.message}" tells what a replay would do.`
}
