import { UsageError } from '../../src/core/errors.ts'
import type { ActionId, ChannelName, Message } from '../../src/core/message.ts'
import { cutText } from '../../src/core/message.ts'
import { sumOf } from '../../src/core/hours.ts'
import { plain } from '../../src/core/markup.ts'
import type { CommandEvent, Intake } from '../../src/core/ports.ts'
import type { Picture } from '../../src/core/reply.ts'
import type { TierHour } from '../../src/core/spending.ts'
import type { Actor, AdminStanding, StandingOf } from '../../src/core/team.ts'
import { drawSpendOfDay } from '../../src/pictures/spend-of-day.ts'
import type { WireSpend } from '../../src/simulation/wire-spend.ts'
import { personOf } from '../roles.ts'
import { toStaffReply } from '../staff-reply.ts'
import { readSpendArguments, type Misunderstood, type SpendWish } from './arguments.ts'
import { sayAudit, type AuditParts } from './audit.ts'
import { askForChange, declined, makeSignedChange, type ChangeParts } from './changes.ts'
import { drawChart } from './chart.ts'
import { money, sayGroup, sayReport } from './report.ts'

export interface SpendParts extends ChangeParts, AuditParts {
  readonly standingOf: StandingOf
  /** @throws UsageError for a period nobody can read */
  readonly read: (period: string) => Promise<WireSpend>
  /** The same money by hour and tier. */
  readonly hours: (period: string) => Promise<readonly TierHour[]>
}

/** `/spend` and its buttons, for admins only. */
export interface Spend {
  command(event: CommandEvent): Promise<Intake>
  /** A pressed button whose id begins with `spend:`. */
  press(message: Message, id: ActionId): Promise<Intake>
}

export function createSpend(parts: SpendParts): Spend {
  return {
    command: async ({ tenant, channel, author, address, text }) => {
      const actor = { channel, author: author.id, address }
      const standing = await parts.standingOf(actor)
      if (standing !== 'admin') return shown(sayRefusal(standing, actor, parts))
      return await answer(readSpendArguments(text), { tenant, actor }, parts)
    },
    press: async ({ tenant, channel, author, address }, id) => {
      const actor = { channel, author: author.id, address }
      const standing = await parts.standingOf(actor)
      if (standing !== 'admin') return shown(sayRefusal(standing, actor, parts))
      if (id === declined)
        return { kind: 'shown', reply: toStaffReply(parts.say('spend.press.declined')), replaces: true }
      const { reply, isOver } = await makeSignedChange(id, { tenant, actor }, parts)
      return { kind: 'shown', reply, ...(isOver ? { replaces: true } : {}) }
    },
  }
}

type Asker = Parameters<typeof askForChange>[1]

async function answer(wish: SpendWish, asker: Asker, parts: SpendParts): Promise<Intake> {
  switch (wish.kind) {
    case 'help':
      return shown(parts.say('spend.usage'))
    case 'audit':
      return shown(await sayAudit(asker.tenant, parts))
    case 'wrong':
      return shown(sayWrong(wish, parts))
    case 'mode':
    case 'limit':
      return { kind: 'shown', reply: await askForChange(wish, asker, parts) }
    case 'report':
    case 'group':
      return await tell(wish, asker.actor.channel, parts)
  }
}

async function tell(
  wish: Extract<SpendWish, { kind: 'report' | 'group' }>,
  channel: ChannelName,
  parts: SpendParts,
): Promise<Intake> {
  const { say } = parts
  await parts.controls.refresh()
  const spend = await readPeriod(wish.period, parts)
  if (typeof spend === 'string') return shown(spend)
  if (wish.kind === 'group') return shown(sayGroup(spend, wish.group, say).join('\n\n'))
  const [heading = '', budget = '', ...rest] = sayReport(spend, say)
  const text = [heading, budget, sayControls(spend, parts), ...rest]
  // The picture is of one day, and of one on which something was spent.
  const isDay = spend.period.from === spend.period.to
  const hours = isDay ? await parts.hours(spend.period.from) : []
  if (hours.length === 0) return shown(joined(text))
  if (channel === 'discord') return shown(joined(text), pictureOf(spend, hours, parts))
  const words = { hour: say('spend.chart.hour'), tier: say('spend.chart.tier'), cost: say('spend.chart.cost') }
  return shown(joined([...text, drawChart(hours, words)]))
}

/** A sentence for whoever named a period that does not exist. */
async function readPeriod(period: string, { read, say }: SpendParts): Promise<WireSpend | string> {
  try {
    return await read(period)
  } catch (error) {
    if (error instanceof UsageError) return `${plain(error.message)}\n\n${say('spend.usage')}`
    throw error
  }
}

/** What an admin switched, for as long as it counts. */
function sayControls({ today }: WireSpend, { say, controls, configuredLimit }: SpendParts): string {
  const { limit, mode } = controls.current()
  return [
    ...(mode === today.day ? [say('spend.mode.note')] : []),
    ...(limit === undefined ? [] : [say('spend.limit.note', { configured: money(configuredLimit) })]),
  ].join('\n')
}

function pictureOf({ period }: WireSpend, hours: readonly TierHour[], { say }: SpendParts): Picture {
  const { from, timeZone } = period
  const words = { title: say('spend.picture.title'), tier: say('spend.chart.tier') }
  return {
    png: drawSpendOfDay({ day: from, timeZone, hours, words }),
    description: say('spend.picture', { day: from, zone: timeZone, amount: money(sumOf(hours)) }),
  }
}

/** What went wrong with which word, and what can be written instead. */
function sayWrong({ because, word }: Misunderstood, { say }: SpendParts): string {
  const said = plain(cutText(word, 40))
  return `${say(`spend.wrong.${because}`, { word: said })}\n\n${say('spend.usage')}`
}

/** What is missing for somebody who may not. */
function sayRefusal(standing: Exclude<AdminStanding, 'admin'>, actor: Actor, { say }: Pick<SpendParts, 'say'>): string {
  const platform = actor.channel === 'discord' ? 'Discord' : 'Slack'
  const person = personOf(actor).replace(/[^\w:.-]/g, '')
  return say(`spend.refused.${standing}`, { platform, person })
}

function shown(text: string, picture?: Picture): Intake {
  return { kind: 'shown', reply: toStaffReply(text), ...(picture === undefined ? {} : { picture }) }
}

function joined(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n')
}
