import { cutText } from '../../src/core/message.ts'
import { plain } from '../../src/core/markup.ts'
import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import type { Say } from '../../src/core/wording.ts'
import type { WireSpend, WireSpendLine } from '../../src/simulation/wire-spend.ts'
import { printShare } from '../cli/format.ts'

/** Lines of a table, and names beside each other in a sentence: what a phone shows at a glance. */
const mostRows = 10
const mostNames = 3
const longestName = 28

/** What a period cost, on what, and on how many messages. */
export function sayReport(spend: WireSpend, say: Say): readonly string[] {
  if (spend.messages === 0 && spend.total.calls === 0)
    return [headingOf(spend, say), budgetOf(spend, say), say('spend.nothing')]
  return [
    headingOf(spend, say),
    budgetOf(spend, say),
    factsOf(spend, say),
    tiersOf(spend, say),
    namesOf(spend, say),
    misroutesOf(spend, say),
  ].filter((part) => part !== '')
}

/** One breakdown of a period. */
export function sayGroup(spend: WireSpend, group: 'model' | 'intent', say: Say): readonly string[] {
  const lines = spend.by[group]
  const heading = headingOf(spend, say)
  if (lines.length === 0) return [heading, say('spend.no-calls')]
  const rows = lines
    .slice(0, mostRows)
    .map((line) => `| ${nameOf(line)} | ${countOf(line.calls)} | ${money(line.costMicroDollars)} |`)
  const head = group === 'model' ? say('spend.models.head') : say('spend.intents.head')
  return [
    heading,
    [head, ...rows].join('\n'),
    restOf(lines, say),
    openOf(spend, say).join('\n'),
    group === 'intent' ? misroutesOf(spend, say) : '',
  ].filter((part) => part !== '')
}

/** How much of the day's limit is used and left, with what an admin switched. */
export function budgetOf({ today }: Pick<WireSpend, 'today'>, say: Say): string {
  if (today.limitMicroDollars === 0) return say('spend.budget.none')
  const used = today.spentMicroDollars + today.heldMicroDollars
  return say('spend.budget', {
    used: money(used),
    limit: money(today.limitMicroDollars),
    share: printShare(today.shareUsed ?? 0),
    left: money(today.leftMicroDollars),
  })
}

/** An amount as every sentence of `/spend` has it. */
export function money(microDollars: number): string {
  return printDollars(microDollars as MicroDollars)
}

function headingOf({ period }: WireSpend, say: Say): string {
  const { from, to, timeZone } = period
  return from === to
    ? say('spend.heading.day', { day: from, zone: plain(timeZone) })
    : say('spend.heading.days', { from, to, zone: plain(timeZone) })
}

/** What is not settled for good. */
function openOf({ total }: WireSpend, say: Say): readonly string[] {
  const { heldMicroDollars: held, unconfirmedMicroDollars: unconfirmed } = total
  return [
    ...(held === 0 ? [] : [say('spend.fact.held', { amount: money(held) })]),
    ...(unconfirmed === 0 ? [] : [say('spend.fact.unconfirmed', { amount: money(unconfirmed) })]),
  ]
}

function factsOf(spend: WireSpend, say: Say): string {
  const { total, per } = spend
  const dollars = (value: string | null): string => (value === null ? '-' : `$${value}`)
  const facts = [
    say('spend.fact.spent', {
      amount: money(total.costMicroDollars),
      calls: counted(total.calls, ['spend.count.call', 'spend.count.calls'], say),
    }),
    ...openOf(spend, say),
    say('spend.fact.messages', {
      messages: counted(spend.messages, ['spend.count.message', 'spend.count.messages'], say),
      people: counted(spend.users, ['spend.count.person', 'spend.count.people'], say),
      conversations: counted(spend.conversations, ['spend.count.conversation', 'spend.count.conversations'], say),
      resolved: countOf(spend.resolved),
    }),
    say('spend.fact.per', {
      message: dollars(per.messageUsd),
      conversation: dollars(per.conversationUsd),
      resolution: dollars(per.resolutionUsd),
    }),
    say('spend.fact.dearest', { amount: money(spend.wouldHaveCostMicroDollars) }) +
      (spend.saved === null ? '' : say('spend.fact.saved', { share: printShare(spend.saved) })),
  ]
  return facts.map((fact) => `- ${fact}`).join('\n')
}

function tiersOf(spend: WireSpend, say: Say): string {
  const rows = spend.tiers.map(({ tier, messages, share }) => {
    const cost = spend.by.tier.find(({ name }) => name === String(tier))?.costMicroDollars ?? 0
    return `| ${tier} | ${countOf(messages)} | ${share === null ? '-' : printShare(share)} | ${money(cost)} |`
  })
  return [say('spend.tiers.head'), ...rows].join('\n')
}

/** The dearest models and intents, in a line each. */
function namesOf({ by }: WireSpend, say: Say): string {
  const list = (lines: readonly WireSpendLine[]): string =>
    lines
      .slice(0, mostNames)
      .map((line) => `${nameOf(line)} ${money(line.costMicroDollars)}`)
      .join(' · ')
  return [
    ...(by.model.length === 0 ? [] : [say('spend.top.models', { list: list(by.model) })]),
    ...(by.intent.length === 0 ? [] : [say('spend.top.intents', { list: list(by.intent) })]),
  ].join('\n')
}

/** Where answers were not taken well, the worst first. */
export function misroutesOf({ misroutes }: Pick<WireSpend, 'misroutes'>, say: Say): string {
  const worst = misroutes
    .filter(({ disliked }) => disliked > 0)
    .toSorted((a, b) => b.dislikedRate - a.dislikedRate || b.messages - a.messages)
    .slice(0, mostNames)
  if (worst.length === 0) return ''
  const lines = worst.map(({ intent, tier, messages, disliked, advanced }) =>
    say('spend.misroute', {
      intent: nameOf({ name: intent }),
      tier: String(tier),
      disliked: countOf(disliked),
      messages: countOf(messages),
      advanced: countOf(advanced),
    }),
  )
  return [say('spend.misroutes'), ...lines.map((line) => `- ${line}`)].join('\n')
}

function restOf(lines: readonly unknown[], say: Say): string {
  return lines.length > mostRows ? say('spend.more', { count: countOf(lines.length - mostRows) }) : ''
}

function nameOf({ name }: Pick<WireSpendLine, 'name'>): string {
  const short = cutText(name, longestName)
  return plain(short === name ? name : `${short}…`)
}

/** A number with what it counts. @param keys the sentence for one, and for any other number */
function counted(count: number, [one, many]: readonly [string, string], say: Say): string {
  return say(count === 1 ? one : many, { count: countOf(count) })
}

function countOf(count: number): string {
  return count.toLocaleString('en-US')
}
