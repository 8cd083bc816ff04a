import { UsageError } from '../core/errors.ts'
import { compare, minus, one, over, parseExact, plus, sum, times, zero, type Exact } from './exact.ts'
import type { DollarRates } from './historic-prices.ts'
import type { Path, Scenario } from './scenario.ts'

/** What the flags of `simulate` say, still as text; left out where a flag was not given. */
export interface ScenarioChanges {
  readonly users?: string | undefined
  readonly messages?: string | undefined
  readonly inputTokens?: string | undefined
  readonly outputTokens?: string | undefined
  /** `PATH=0.2`; a path may be called by its tier: `tier4`. */
  readonly shares: readonly string[]
  /** `PATH=in/out`, dollars per million tokens. */
  readonly prices: readonly string[]
  /** `PATH=dollars`, of a message or a day as the scenario counts. */
  readonly costs: readonly string[]
}

/**
 * The scenario with some assumptions replaced. Shares that are given are kept; the others share what is left in their old
 * proportions.
 * @throws UsageError naming the flag, its value and what can be written
 */
export function changeScenario(scenario: Scenario, changes: ScenarioChanges): Scenario {
  let changed = withTraffic(scenario, changes)
  for (const given of changes.prices) changed = withPrice(changed, given)
  for (const given of changes.costs) changed = withCost(changed, given)
  return withShares(changed, changes.shares)
}

/** A number of a flag, 0 or more. @throws UsageError */
export function numberOf(flag: string, text: string, example: string): Exact {
  const value = parseExact(text)
  if (value === undefined)
    throw new UsageError(`${flag} is "${text}"; write a number without a sign, for example ${flag} ${example}.`)
  return value
}

function wholeOf(flag: string, text: string, example: string): Exact {
  const value = numberOf(flag, text, example)
  if (value.denominator !== 1n || value.numerator > 1_000_000_000_000n)
    throw new UsageError(`${flag} is "${text}"; write a whole number, for example ${flag} ${example}.`)
  return value
}

function withTraffic(scenario: Scenario, { users, messages, inputTokens, outputTokens }: ScenarioChanges): Scenario {
  const { tokens } = scenario
  if (tokens === undefined && (inputTokens ?? outputTokens) !== undefined)
    throw new UsageError(
      `Scenario ${scenario.name} does not count tokens, so --input-tokens and --output-tokens change nothing; use --cost PATH=DOLLARS.`,
    )
  return {
    ...scenario,
    users: users === undefined ? scenario.users : wholeOf('--users', users, '10000'),
    messages: messages === undefined ? scenario.messages : wholeOf('--queries', messages, '20'),
    tokens: tokens && {
      input: inputTokens === undefined ? tokens.input : wholeOf('--input-tokens', inputTokens, '500'),
      output: outputTokens === undefined ? tokens.output : wholeOf('--output-tokens', outputTokens, '100'),
    },
  }
}

interface Assignment {
  readonly name: string
  readonly value: string
}

/** Splits `NAME=VALUE` at its last equals sign. @throws UsageError */
export function assignmentOf(flag: string, given: string, example: string): Assignment {
  const at = given.lastIndexOf('=')
  if (at > 0 && at < given.length - 1) return { name: given.slice(0, at), value: given.slice(at + 1) }
  throw new UsageError(`${flag} is "${given}"; write a name, "=" and a value, for example ${flag} ${example}.`)
}

/** Dollars per million tokens from `in/out`, or from one number for both. @throws UsageError */
export function ratesOf(flag: string, text: string): DollarRates {
  const [input = '', output = input, ...more] = text.split('/')
  const rates = { input: parseExact(input), output: parseExact(output) }
  if (rates.input !== undefined && rates.output !== undefined && more.length === 0)
    return { input: rates.input, output: rates.output }
  throw new UsageError(
    `${flag} is "${text}"; write dollars per million tokens, in and out, for example ${flag} NAME=0.15/0.60.`,
  )
}

function withPrice(scenario: Scenario, given: string): Scenario {
  const { name, value } = assignmentOf('--price', given, 'gpt-4o=2.50/10')
  const rates = ratesOf('--price', value)
  if (scenario.extra?.name === name) return { ...scenario, extra: { ...scenario.extra, rate: rates.input } }
  const path = pathNamed(scenario, name, '--price')
  if (scenario.tokens === undefined)
    throw new UsageError(`Scenario ${scenario.name} does not count tokens; use --cost ${path.name}=DOLLARS.`)
  return replaced(scenario, path, { ...path, cost: { kind: 'tokens', rates } })
}

function withCost(scenario: Scenario, given: string): Scenario {
  const { name, value } = assignmentOf('--cost', given, 'tier4=2.50')
  const dollars = numberOf('--cost', value, `${name}=2.50`)
  if (scenario.stated !== undefined && name === 'stated')
    return { ...scenario, stated: { ...scenario.stated, perDay: dollars } }
  const path = pathNamed(scenario, name, '--cost')
  const cost = path.cost.kind === 'day' ? { ...path.cost, dollars } : { kind: 'message' as const, dollars }
  return replaced(scenario, path, { ...path, cost })
}

function withShares(scenario: Scenario, given: readonly string[]): Scenario {
  if (given.length === 0) return scenario
  const wanted = new Map<string, Exact>()
  for (const text of given) {
    const { name, value } = assignmentOf('--share', text, 'tier4=0.2')
    const share = numberOf('--share', value, `${name}=0.2`)
    const path = pathNamed(scenario, name, '--share').name
    if (wanted.has(path)) throw new UsageError(`--share names ${path} twice; give each path one share.`)
    wanted.set(path, share)
  }
  const left = minus(one, sum([...wanted.values()]))
  if (compare(left, zero) < 0)
    throw new UsageError(`The shares given by --share are more than 1 together; make them 1.`)
  const others = sum(scenario.paths.filter(({ name }) => !wanted.has(name)).map(({ share }) => share))
  if (compare(others, zero) === 0 && compare(left, zero) > 0)
    throw new UsageError(
      `The shares given by --share are less than 1 together, and no other path of ${scenario.name} has a share to take the rest; make them 1.`,
    )
  const factor = compare(others, zero) === 0 ? zero : over(left, others)
  const paths = scenario.paths.map((path) => ({ ...path, share: wanted.get(path.name) ?? times(path.share, factor) }))
  return { ...scenario, paths }
}

function pathNamed({ name: scenario, paths }: Scenario, name: string, flag: string): Path {
  const exactly = paths.find((path) => path.name === name)
  const ofTier = paths.filter((path) => name === `tier${path.tier}` || name === String(path.tier))
  const [found] = exactly === undefined ? ofTier : [exactly]
  if (found !== undefined && (exactly !== undefined || ofTier.length === 1)) return found
  const known = paths.map((path) => `${path.name} (tier${path.tier})`).join(', ')
  throw new UsageError(`${flag} names "${name}"; scenario ${scenario} has ${known}.`)
}

function replaced(scenario: Scenario, old: Path, path: Path): Scenario {
  return { ...scenario, paths: scenario.paths.map((other) => (other === old ? path : other)) }
}

/** Messages a day in all; undefined when the scenario does not say. */
export function messagesPerDay({ users, messages }: Scenario): Exact | undefined {
  return messages === undefined ? undefined : times(users ?? one, messages)
}

/** The sum of all shares; 1 for every scenario that was changed by `changeScenario`. */
export function wholeOfShares({ paths }: Scenario): Exact {
  return paths.reduce((whole, { share }) => plus(whole, share), zero)
}
