import type { AuditLog, AuditRow, AuditState } from '../../src/core/audit.ts'
import { printInstant } from '../../src/core/clock.ts'
import { plain } from '../../src/core/markup.ts'
import type { TenantId } from '../../src/core/message.ts'
import type { Say } from '../../src/core/wording.ts'
import { money } from './report.ts'

/** So many entries are shown, the newest first. */
const mostEntries = 10

export interface AuditParts {
  readonly audit: AuditLog
  readonly say: Say
  readonly timeZone: string
}

/** What admins changed, and whether the record of it is as it was written. */
export async function sayAudit(tenant: TenantId, parts: AuditParts): Promise<string> {
  const [state, rows] = await Promise.all([parts.audit.verify(tenant), parts.audit.newest(tenant)])
  if (state.kind === 'whole' && rows.length === 0) return parts.say('spend.audit.none')
  const lines = rows.slice(0, mostEntries).map((row) => `- ${sayEntry(row, parts)}`)
  return [sayState(state, parts.say), lines.join('\n')].filter((part) => part !== '').join('\n\n')
}

function sayState(state: AuditState, say: Say): string {
  if (state.kind === 'whole') return say('spend.audit.whole', { count: state.rows.toLocaleString('en-US') })
  return say('spend.audit.broken', { seq: String(state.seq), because: say(`spend.audit.because.${state.because}`) })
}

function sayEntry({ at, by, action, place, from, to }: AuditRow, { say, timeZone }: AuditParts): string {
  const values = { when: printInstant(at, timeZone), person: plain(by), place: plain(place) }
  if (action === 'budget.limit')
    return say('spend.audit.limit', { ...values, from: limitIn(from, say), to: limitIn(to, say) })
  if (action === 'message.replay') return say('spend.audit.replay', values)
  if (action === 'message.discard') return say('spend.audit.discard', values)
  return to === 'default' ? say('spend.audit.off', values) : say('spend.audit.on', values)
}

function limitIn(value: string, say: Say): string {
  return value === 'default' ? say('spend.audit.configured') : money(Number(value))
}
