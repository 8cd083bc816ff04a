import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import { changeScenario, numberOf, type ScenarioChanges } from '../../src/simulation/change-scenario.ts'
import { fraction, type Exact } from '../../src/simulation/exact.ts'
import { priceScenario } from '../../src/simulation/price-scenario.ts'
import { scenarios } from '../../src/simulation/scenarios.ts'
import type { Scenario } from '../../src/simulation/scenario.ts'
import { changePolicy, changesPolicy, type PolicyChanges } from '../../src/simulation/change-policy.ts'
import { replay, type ReplayParts, type ReplayPolicy } from '../../src/simulation/replay.ts'
import { summarizeReplay } from '../../src/simulation/summarize-replay.ts'
import { type Arguments, parseArguments, refuseFiles, textOf, textsOf } from './arguments.ts'
import { readRecordedMessages } from './recorded-messages.ts'
import { printReplay, toWireReplay, type Replayed } from './replay-report.ts'
import { printPricing, toWirePricing } from './scenario-report.ts'

/** What the policy of the configuration needs to be replayed. */
export interface OpenedPolicy {
  /** With every priced model taken as available. */
  readonly policy: ReplayPolicy
  /** The models that have no key or no server, and why. */
  readonly unusable: ReplayPolicy['unusable']
  readonly parts: ReplayParts
  /** Sentences a reader of the figures should know. */
  readonly notes: readonly string[]
}

const example = 'tuppence simulate --scenario s0 --share tier4=0.2'

const help = `Usage: tuppence simulate --scenario NAME [changes]
       tuppence simulate --messages FILE.jsonl [changes]

Works out what traffic would cost, exactly; only what is printed is rounded. Nothing is called and nothing is billed.

Assumed traffic:
  --scenario NAME       one of the scenarios below
  --users N             users
  --queries N           messages a day: of each user, or in all where a scenario has no users
  --input-tokens N      tokens of one question
  --output-tokens N     tokens of one answer
  --share PATH=0.2      share of the messages that take a path (repeatable). Shares you give are kept; the other paths
                        share what is left in their old proportions. Together they are always 1; more is refused
  --price PATH=in/out   dollars per million tokens (repeatable)
  --cost PATH=DOLLARS   dollars of a message or a day, for paths that are not priced by tokens (repeatable)
  --days N              days of a month; 30 when absent
  --compare             also each strategy beside the cheapest and the dearest single model; recorded traffic always is

A path is called by its name or its tier (tier4). Single models: the cheapest and the dearest paid path, for everything.

Recorded traffic, sent through the policy of the configuration as if it were live, with the changes of tiers that were
approved (\`tuppence models\`); where these cannot be read, a note says so:
  --messages FILE       JSON Lines {"text", "at"?, "turns"?, "user"?, "conversation"?, "intent"?}; - for standard input
  --configured          leave out models without a key or server; otherwise every priced model counts as available
  --free-threshold 0.7  and the following: a changed policy, printed beside the one of the configuration
  --profile NAME        free, hybrid, tiered, local-first, local-only, cloud
  --daily-budget 5      dollars a day; days are told apart by "at", messages without it are one day
  --price ALIAS=in/out  dollars per million tokens (repeatable)
  --model tier2=ALIAS   the only model of a tier (repeatable)

  --json                one JSON object

Scenarios:
${scenarios.map(({ name, title }) => `  ${name.padEnd(10)} ${title}`).join('\n')}

JSON of a scenario: {scenario, title, asOf, source, notes, assumptions, strategies, comparison, extras, verdicts, also?}.
strategies: cheapest, mix, dearest, each {name, kind, perMessageUsd, perDayUsd, perMonthUsd, perUserMonthUsd,
savingAgainstDearest, tiers: [{path, tier, share, messagesPerDay, perMessageUsd, perDayUsd}]}.
JSON of messages: {note, notes, today, changed?, difference?}; today and changed are {messages, costUsd, perMessageUsd,
modelMessages, shortOfMoney, byTier, byRoute, byModel, byDay, agreement, baselines: {cheapest, dearest}, verdicts, each}.
Money is a string of dollars with at most nine decimals ("95.90"); shares and savings are numbers, 1 is everything;
null is what nobody knows. verdicts: {name, about, value, measured, target, pass}; measured is the bare decimal (dollars,
share of 0..1, seconds).

Example: ${example}
`

const options = {
  scenario: { type: 'string' },
  users: { type: 'string' },
  queries: { type: 'string' },
  'input-tokens': { type: 'string' },
  'output-tokens': { type: 'string' },
  share: { type: 'string', multiple: true },
  price: { type: 'string', multiple: true },
  cost: { type: 'string', multiple: true },
  days: { type: 'string' },
  compare: { type: 'boolean' },
  messages: { type: 'string' },
  configured: { type: 'boolean' },
  'free-threshold': { type: 'string' },
  profile: { type: 'string' },
  'daily-budget': { type: 'string' },
  model: { type: 'string', multiple: true },
} as const

const onlyOfScenarios = ['users', 'queries', 'input-tokens', 'output-tokens', 'share', 'cost', 'days']
const onlyOfMessages = ['configured', 'free-threshold', 'profile', 'daily-budget', 'model']

/**
 * `tuppence simulate`: what traffic would cost, without calling anybody.
 * @param openPolicy reads the configuration and opens its classifier; only recorded messages need it
 */
export function createSimulateCommand(openPolicy: () => Promise<OpenedPolicy>): CliCommand {
  return {
    summary: 'what traffic would cost under a policy, without calling anybody',
    help,
    async run(args, io) {
      const parsed = parseArguments(args, 'simulate', options)
      refuseFiles(parsed, example)
      const messages = textOf(parsed, 'messages')
      if (messages === undefined) {
        refuseFlags(parsed, onlyOfMessages, '--messages FILE.jsonl')
        simulateScenario(scenarioNamed(textOf(parsed, 'scenario')), parsed, io)
        return 0
      }
      refuseFlags(parsed, [...onlyOfScenarios, 'scenario'], '--scenario NAME')
      await simulateMessages(messages, { parsed, openPolicy }, io)
      return 0
    },
  }
}

/** A flag that would change nothing is a slip, not a wish. @throws UsageError */
function refuseFlags(parsed: Arguments, flags: readonly string[], goesWith: string): void {
  const found = flags.find((flag) => parsed.values[flag] !== undefined)
  if (found === undefined) return
  throw new UsageError(`--${found} belongs to ${goesWith}; see \`tuppence simulate --help\`.`)
}

interface Wish {
  readonly parsed: Arguments
  readonly openPolicy: () => Promise<OpenedPolicy>
}

async function simulateMessages(path: string, { parsed, openPolicy }: Wish, io: CliIo): Promise<void> {
  const changes: PolicyChanges = {
    freeThreshold: textOf(parsed, 'free-threshold'),
    profile: textOf(parsed, 'profile'),
    dailyBudget: textOf(parsed, 'daily-budget'),
    prices: textsOf(parsed, 'price'),
    models: textsOf(parsed, 'model'),
  }
  const messages = await readRecordedMessages(path, io)
  const { policy, unusable, parts, notes } = await openPolicy()
  const present = parsed.values['configured'] === true ? { ...policy, unusable } : policy
  const run = (name: string, chosen: ReplayPolicy): Replayed => {
    const replayed = replay(messages, chosen, parts)
    return { name, messages: replayed, summary: summarizeReplay(replayed, chosen.models, parts) }
  }
  const changed = changesPolicy(changes) ? run('changed policy', changePolicy(present, changes)) : undefined
  const today = run("today's policy", present)
  const isJson = parsed.values['json'] === true
  const shown = { today, changed, notes }
  io.stdout.write(isJson ? `${JSON.stringify(toWireReplay(shown))}\n` : printReplay(shown))
}

function simulateScenario(scenario: Scenario, parsed: Arguments, io: CliIo): void {
  const changes = changesOf(parsed)
  const days = daysOf(textOf(parsed, 'days'))
  const pricing = priceScenario(changeScenario(scenario, changes), days)
  const also =
    isChanged(changes) || scenario.also === undefined ? [] : [priceScenario(scenarioNamed(scenario.also), days)]
  if (parsed.values['json'] === true) {
    io.stdout.write(`${JSON.stringify(toWirePricing(pricing, also))}\n`)
    return
  }
  const isCompared = parsed.values['compare'] === true
  io.stdout.write([pricing, ...also].map((each) => printPricing(each, isCompared)).join('\n\n'))
}

function scenarioNamed(name: string | undefined): Scenario {
  const known = scenarios.map((scenario) => scenario.name).join(', ')
  if (name === undefined) throw new UsageError(`--scenario is missing; known: ${known}. For example \`${example}\`.`)
  const found = scenarios.find((scenario) => scenario.name === name.toLowerCase())
  if (found === undefined) throw new UsageError(`There is no scenario "${name}"; known: ${known}.`)
  return found
}

function changesOf(parsed: Arguments): ScenarioChanges {
  return {
    users: textOf(parsed, 'users'),
    messages: textOf(parsed, 'queries'),
    inputTokens: textOf(parsed, 'input-tokens'),
    outputTokens: textOf(parsed, 'output-tokens'),
    shares: textsOf(parsed, 'share'),
    prices: textsOf(parsed, 'price'),
    costs: textsOf(parsed, 'cost'),
  }
}

function isChanged({ shares, prices, costs, ...traffic }: ScenarioChanges): boolean {
  return shares.length + prices.length + costs.length > 0 || Object.values(traffic).some((given) => given !== undefined)
}

function daysOf(given: string | undefined): Exact {
  if (given === undefined) return fraction(30)
  const days = numberOf('--days', given, '31')
  if (days.denominator === 1n && days.numerator >= 1n && days.numerator <= 366n) return days
  throw new UsageError(`--days is "${given}"; write a whole number from 1 to 366, for example --days 31.`)
}
