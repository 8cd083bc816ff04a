import { messagesPerDay } from './change-scenario.ts'
import { compare, fraction, one, over, plus, sum, times, zero, type Exact } from './exact.ts'
import type { Path, Scenario } from './scenario.ts'
import { measuredVerdicts, type Verdict } from './verdicts.ts'

/** What one path of a strategy costs. Undefined where the scenario does not say how many messages there are. */
export interface PathLine {
  readonly path: string
  readonly tier: number
  readonly share: Exact
  readonly messagesPerDay: Exact | undefined
  readonly perMessage: Exact | undefined
  readonly perDay: Exact | undefined
}

/** What all traffic costs when it is answered in one way. All amounts are exact dollars. */
export interface Strategy {
  readonly name: string
  readonly kind: 'cheapest' | 'mix' | 'dearest'
  readonly lines: readonly PathLine[]
  readonly perMessage: Exact | undefined
  readonly perDay: Exact | undefined
  readonly perMonth: Exact | undefined
  readonly perUserMonth: Exact | undefined
  /** What the average answer is expected to take. */
  readonly seconds: { readonly shortest: Exact; readonly longest: Exact } | undefined
}

/** A scenario worked out. */
export interface Pricing {
  readonly scenario: Scenario
  readonly days: Exact
  readonly messagesPerDay: Exact | undefined
  /** Cheapest single model, the mix, dearest single model. */
  readonly strategies: readonly [Strategy, Strategy, Strategy]
  readonly extra: { readonly name: string; readonly perDay: Exact; readonly perMonth: Exact } | undefined
  /** Of the mix. */
  readonly verdicts: readonly Verdict[]
}

/**
 * What a scenario costs: its mix between the cheapest and the dearest single model. Single means one paid model for
 * everything; where no path is paid, one model.
 * @param days how many days make a month
 */
export function priceScenario(scenario: Scenario, days: Exact = fraction(30)): Pricing {
  const mix = strategyOf(scenario, { name: scenario.mix, kind: 'mix', paths: scenario.paths }, days)
  const [cheapest, dearest] = singles(scenario)
  const strategies = [
    strategyOf(scenario, { name: cheapest.name, kind: 'cheapest', paths: [{ ...cheapest, share: one }] }, days),
    mix,
    scenario.stated === undefined
      ? strategyOf(scenario, { name: dearest.name, kind: 'dearest', paths: [{ ...dearest, share: one }] }, days)
      : statedStrategy(scenario, scenario.stated, days),
  ] as const
  return {
    scenario,
    days,
    messagesPerDay: messagesPerDay(scenario),
    strategies,
    extra: extraOf(scenario, days),
    verdicts: verdictsOf(scenario, mix, strategies[2]),
  }
}

/** What `strategy` saves against `other`, 0 to 1, negative when it is dearer; undefined when the other is free or unknown. */
export function savingAgainst(strategy: Strategy, other: Strategy): Exact | undefined {
  const [mine, theirs] = comparable(strategy, other)
  if (mine === undefined || theirs === undefined || compare(theirs, zero) === 0) return undefined
  return plus(one, times(fraction(-1), over(mine, theirs)))
}

function comparable(a: Strategy, b: Strategy): readonly [Exact | undefined, Exact | undefined] {
  return a.perMessage !== undefined && b.perMessage !== undefined ? [a.perMessage, b.perMessage] : [a.perDay, b.perDay]
}

interface Choice {
  readonly name: string
  readonly kind: Strategy['kind']
  readonly paths: readonly Path[]
}

function strategyOf(scenario: Scenario, { name, kind, paths }: Choice, days: Exact): Strategy {
  const lines = paths.map((path) => lineOf(path, scenario))
  const known = lines.every((line) => line.perMessage !== undefined)
  const perMessage = known ? sum(lines.map((line) => times(line.share, line.perMessage ?? zero))) : undefined
  const perDay = lines.every((line) => line.perDay !== undefined)
    ? sum(lines.map((line) => line.perDay ?? zero))
    : undefined
  return { name, kind, lines, perMessage, seconds: secondsOf(paths), ...totals(perDay, scenario, days) }
}

function totals(
  perDay: Exact | undefined,
  { users }: Scenario,
  days: Exact,
): Pick<Strategy, 'perDay' | 'perMonth' | 'perUserMonth'> {
  const perMonth = perDay && times(perDay, days)
  const isPerUser = perMonth !== undefined && users !== undefined && users.numerator > 0n
  return { perDay, perMonth, perUserMonth: isPerUser ? over(perMonth, users) : undefined }
}

function lineOf(path: Path, scenario: Scenario): PathLine {
  const inAll = messagesPerDay(scenario)
  const messages = inAll && times(inAll, path.share)
  const { name, tier, share } = path
  if (path.cost.kind === 'day') {
    const perDay = times(unitCost(path, scenario), share)
    const isKnown = inAll !== undefined && inAll.numerator > 0n
    const perMessage = isKnown ? over(unitCost(path, scenario), inAll) : undefined
    return { path: name, tier, share, messagesPerDay: messages, perMessage, perDay }
  }
  const perMessage = unitCost(path, scenario)
  return {
    path: name,
    tier,
    share,
    messagesPerDay: messages,
    perMessage,
    perDay: messages && times(messages, perMessage),
  }
}

const million = fraction(1_000_000)

/** Dollars of one message, or of a day in which everything takes this path. */
function unitCost({ cost }: Path, { tokens }: Scenario): Exact {
  switch (cost.kind) {
    case 'message':
      return cost.dollars
    case 'day':
      return over(cost.dollars, cost.atShare)
    case 'tokens': {
      const { input, output } = tokens ?? { input: zero, output: zero }
      return over(plus(times(input, cost.rates.input), times(output, cost.rates.output)), million)
    }
  }
}

function singles(scenario: Scenario): readonly [Path, Path] {
  const models = scenario.paths.filter((path) => path.tier > 0)
  const paid = models.filter((path) => compare(unitCost(path, scenario), zero) > 0)
  const sorted = (paid.length > 0 ? paid : models).toSorted((a, b) =>
    compare(unitCost(a, scenario), unitCost(b, scenario)),
  )
  const [cheapest] = sorted
  const dearest = sorted.at(-1)
  if (cheapest === undefined || dearest === undefined)
    throw new RangeError(`Scenario ${scenario.name} has no path with a model to compare with.`)
  return [cheapest, dearest]
}

function statedStrategy(scenario: Scenario, stated: NonNullable<Scenario['stated']>, days: Exact): Strategy {
  const inAll = messagesPerDay(scenario)
  return {
    name: stated.name,
    kind: 'dearest',
    lines: [],
    perMessage: inAll === undefined || inAll.numerator === 0n ? undefined : over(stated.perDay, inAll),
    seconds: undefined,
    ...totals(stated.perDay, scenario, days),
  }
}

function secondsOf(paths: readonly Path[]): Strategy['seconds'] {
  if (!paths.every((path) => path.seconds !== undefined)) return undefined
  return {
    shortest: sum(paths.map((path) => times(path.share, path.seconds?.shortest ?? zero))),
    longest: sum(paths.map((path) => times(path.share, path.seconds?.longest ?? zero))),
  }
}

function extraOf({ extra, users }: Scenario, days: Exact): Pricing['extra'] {
  if (extra === undefined || users === undefined) return undefined
  const tokens = times(times(users, extra.itemsPerUser), extra.tokensPerItem)
  const perDay = over(times(tokens, extra.rate), million)
  return { name: `${extra.kind} with ${extra.name}`, perDay, perMonth: times(perDay, days) }
}

function verdictsOf(scenario: Scenario, mix: Strategy, dearest: Strategy): readonly Verdict[] {
  const shareOf = (isCounted: (path: Path) => boolean): Exact =>
    sum(scenario.paths.filter(isCounted).map(({ share }) => share))
  const simple = scenario.paths.find((path) => path.seconds !== undefined)
  return measuredVerdicts({
    costPerMessage: mix.perMessage,
    modelCallRate: shareOf((path) => path.tier > 0),
    lowTierShare: shareOf((path) => path.tier <= 2),
    saving: savingAgainst(mix, dearest),
    quality: undefined,
    simpleSeconds: simple?.seconds?.longest,
  })
}
