import type { CliCommand } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import { spendGroups, type SpendGroup } from '../../src/core/spending.ts'
import type { WireSpend, WireSpendLine } from '../../src/simulation/wire-spend.ts'
import { parseArguments, refuseFiles, textOf } from './arguments.ts'
import { left, printCount, printShare, printTable, right } from './format.ts'

/** Where the figures come from: the bot that runs, or the store itself. */
export interface SpendSource {
  /** @throws UsageError for a period nobody can read */
  read(period: string): Promise<WireSpend>
  close(): Promise<void>
}

const example = 'tuppence costs --period today'

const help = `Usage: tuppence costs [--period today] [--by model] [--json]

What was spent, on what, and on how many messages: free ones count too.

  --period P   today (when absent), yesterday, 7d, month, 2026-11-21, or 2026-11-01..2026-11-21; days begin and end in
               the time zone of the budget
  --by GROUP   one breakdown alone, with its tokens: ${spendGroups.join(', ')}
  --json       one JSON object: {period, today, total, messages, modelMessages, users, conversations, resolved, per,
               wouldHaveCostMicroDollars, saved, tiers, by, misroutes, embeddings, verdicts}

Sums are micro-dollars (1 dollar is 1,000,000), per... are strings of dollars, shares and rates are 0..1.
"unconfirmed" is charged at its upper bound because nobody knows how the call ended; "held" is under way.
A conversation counts as resolved when its last message of the period was not handed to a person and nobody pressed
thumbs down or "Try advanced AI" in it.

While a bot runs on the same data folder, the command asks that one; otherwise it opens the store itself.

Example: ${example}
`

/** `tuppence costs`: the ledger. @param open reaches the bot that runs, or opens the store */
export function createCostsCommand(open: () => Promise<SpendSource>): CliCommand {
  return {
    summary: 'what was spent, by tier, model, intent and channel',
    help,
    async run(args, io) {
      const parsed = parseArguments(args, 'costs', { period: { type: 'string' }, by: { type: 'string' } })
      refuseFiles(parsed, example)
      const group = groupNamed(textOf(parsed, 'by'))
      const source = await open()
      try {
        const spend = await source.read(textOf(parsed, 'period') ?? 'today')
        if (parsed.values['json'] === true) io.stdout.write(`${JSON.stringify(spend)}\n`)
        else io.stdout.write(group === undefined ? printSpend(spend) : printGroup(spend, group))
      } finally {
        await source.close()
      }
      return 0
    },
  }
}

function groupNamed(name: string | undefined): SpendGroup | undefined {
  const found = spendGroups.find((group) => group === name)
  if (name === undefined || found !== undefined) return found
  throw new UsageError(`--by is "${name}"; known: ${spendGroups.join(', ')}.`)
}

function money(microDollars: number): string {
  return printDollars(microDollars as MicroDollars)
}

/** What was spent, for people. */
function printSpend(spend: WireSpend): string {
  const { period, total, messages } = spend
  const days = period.from === period.to ? period.from : `${period.from} to ${period.to}`
  const heading = `${days} (${period.timeZone})\n`
  if (messages === 0 && total.calls === 0)
    return `${heading}\nNothing was spent, and no message was answered. ${todayLine(spend)}\n`
  const parts = [
    heading,
    summaryOf(spend),
    total.calls === 0 ? 'No model was asked: every answer was free.\n' : '',
    printTable(
      [left('tier'), right('messages'), right('share'), right('calls'), right('cost')],
      spend.tiers.map(({ tier, messages: own, share }) => {
        const line = spend.by.tier.find(({ name }) => name === String(tier))
        return [
          `tier${tier}`,
          own.toLocaleString('en-US'),
          share === null ? '-' : printShare(share),
          (line?.calls ?? 0).toLocaleString('en-US'),
          money(line?.costMicroDollars ?? 0),
        ]
      }),
    ),
    ...(['model', 'intent', 'channel'] as const).map((group) => printLines(group, spend.by[group])),
    printMisroutes(spend),
    printTable(
      [left('verdict'), right('value'), right('target'), left('')],
      spend.verdicts.map(({ about, value, target, pass }) => [
        about,
        value ?? 'not known',
        target,
        pass === null ? '-' : pass ? 'pass' : 'FAIL',
      ]),
    ),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function summaryOf(spend: WireSpend): string {
  const { total, per } = spend
  const dollars = (value: string | null): string => (value === null ? '-' : `$${value}`)
  const rows = [
    ['spent', `${money(total.costMicroDollars)} in ${printCount(total.calls, 'call')}`],
    ...(total.heldMicroDollars === 0 ? [] : [['under way', money(total.heldMicroDollars)]]),
    ...(total.unconfirmedMicroDollars === 0
      ? []
      : [['of it unconfirmed', `${money(total.unconfirmedMicroDollars)} (charged at the most it can be)`]]),
    [
      'answered',
      `${printCount(spend.messages, 'message')} of ${printCount(spend.users, 'user')} in ${printCount(spend.conversations, 'conversation')}; ${spend.resolved.toLocaleString('en-US')} resolved`,
    ],
    ['with a model', `${printCount(spend.modelMessages, 'message')}${ofAll(spend)}`],
    ['a message', dollars(per.messageUsd)],
    ['a user', dollars(per.userUsd)],
    ['a conversation', dollars(per.conversationUsd)],
    ['a resolution', dollars(per.resolutionUsd)],
    [
      'the dearest model',
      `${money(spend.wouldHaveCostMicroDollars)} by estimate${spend.saved === null ? '' : `; ${printShare(spend.saved)} saved`}`,
    ],
    ['embeddings', money(spend.embeddings.costMicroDollars)],
    ['today', todayLine(spend)],
  ]
  return printTable([left(''), left('')], rows).replace(/^\n/, '')
}

function ofAll({ modelMessages, messages }: WireSpend): string {
  return messages === 0 ? '' : ` (${printShare(modelMessages / messages)})`
}

function todayLine({ today }: WireSpend): string {
  const used = today.spentMicroDollars + today.heldMicroDollars
  const share = today.shareUsed === null ? '' : ` (${printShare(today.shareUsed)})`
  return `${money(used)} of today's ${money(today.limitMicroDollars)} is used${share}, ${money(today.leftMicroDollars)} is left.`
}

function printLines(group: SpendGroup, lines: readonly WireSpendLine[]): string {
  if (lines.length === 0) return ''
  const most = 10
  const rows = lines
    .slice(0, most)
    .map(({ name, calls, costMicroDollars }) => [name, calls.toLocaleString('en-US'), money(costMicroDollars)])
  const rest = lines.length > most ? `… ${lines.length - most} more with --by ${group}\n` : ''
  return printTable([left(group), right('calls'), right('cost')], rows) + rest
}

function printGroup(spend: WireSpend, group: SpendGroup): string {
  const lines = spend.by[group]
  if (lines.length === 0) return `No model was asked in this period, so there is nothing to sort by ${group}.\n`
  return printTable(
    [left(group), right('calls'), right('cost'), right('held'), right('unconfirmed'), right('in'), right('out')],
    lines.map((line) => [
      line.name,
      line.calls.toLocaleString('en-US'),
      money(line.costMicroDollars),
      money(line.heldMicroDollars),
      money(line.unconfirmedMicroDollars),
      line.inputTokens.toLocaleString('en-US'),
      line.outputTokens.toLocaleString('en-US'),
    ]),
  )
}

/** Where answers were not taken well; intents without complaint are left out. */
function printMisroutes({ misroutes }: WireSpend): string {
  const rows = misroutes
    .filter(({ disliked }) => disliked > 0)
    .toSorted((a, b) => b.dislikedRate - a.dislikedRate || b.messages - a.messages)
    .slice(0, 10)
    .map(({ intent, tier, messages, dislikedRate, advancedRate }) => [
      intent,
      String(tier),
      messages.toLocaleString('en-US'),
      printShare(dislikedRate),
      printShare(advancedRate),
    ])
  if (rows.length === 0) return ''
  return printTable([left('not content'), right('tier'), right('messages'), right('disliked'), right('advanced')], rows)
}
