import { toDecimal, toNumber, type Exact } from '../../src/simulation/exact.ts'
import { savingAgainst, type Pricing, type Strategy } from '../../src/simulation/price-scenario.ts'
import type { Path } from '../../src/simulation/scenario.ts'
import type { Verdict } from '../../src/simulation/verdicts.ts'
import { left, printShare, printTable, right } from './format.ts'

/** Dollars as a decimal, at least two places and at most nine: `27.00`, `0.01381`. */
export function dollars(value: Exact): string {
  return toDecimal(value, { least: 2, places: 9 })
}

function optionalDollars(value: Exact | undefined): string | null {
  return value === undefined ? null : dollars(value)
}

/** A scenario worked out, as JSON: money as strings of dollars, shares as numbers of 0 to 1, null for what is not known. */
export function toWirePricing(pricing: Pricing, also: readonly Pricing[] = []): object {
  const { scenario, strategies, extra } = pricing
  const [cheapest, mix, dearest] = strategies
  return {
    scenario: scenario.name,
    title: scenario.title,
    asOf: scenario.asOf,
    source: scenario.source,
    notes: scenario.notes,
    assumptions: toWireAssumptions(pricing),
    strategies: strategies.map((strategy) => toWireStrategy(strategy, pricing)),
    comparison: {
      strategy: mix.name,
      againstCheapest: toWireDifference(mix, cheapest),
      againstDearest: toWireDifference(mix, dearest),
    },
    extras:
      extra === undefined
        ? []
        : [{ name: extra.name, perDayUsd: dollars(extra.perDay), perMonthUsd: dollars(extra.perMonth) }],
    verdicts: pricing.verdicts.map(toWireVerdict),
    ...(also.length === 0 ? {} : { also: also.map((other) => toWirePricing(other)) }),
  }
}

function toWireAssumptions({ scenario, days, messagesPerDay }: Pricing): object {
  const whole = (value: Exact | undefined): number | null => (value === undefined ? null : toNumber(value))
  return {
    users: whole(scenario.users),
    queries: whole(scenario.messages),
    messagesPerDay: whole(messagesPerDay),
    inputTokens: whole(scenario.tokens?.input),
    outputTokens: whole(scenario.tokens?.output),
    days: whole(days),
    paths: scenario.paths.map((path) => ({
      path: path.name,
      tier: path.tier,
      share: toNumber(path.share, 9),
      ...toWireCost(path),
    })),
  }
}

function toWireCost({ cost }: Path): object {
  switch (cost.kind) {
    case 'tokens':
      return { usdPerMillionInput: dollars(cost.rates.input), usdPerMillionOutput: dollars(cost.rates.output) }
    case 'message':
      return { usdPerMessage: dollars(cost.dollars) }
    case 'day':
      return { usdPerDay: dollars(cost.dollars), atShare: toNumber(cost.atShare, 9) }
  }
}

function toWireStrategy(strategy: Strategy, pricing: Pricing): object {
  const { lines, seconds } = strategy
  const [, , dearest] = pricing.strategies
  return {
    name: strategy.name,
    kind: strategy.kind,
    perMessageUsd: optionalDollars(strategy.perMessage),
    perDayUsd: optionalDollars(strategy.perDay),
    perMonthUsd: optionalDollars(strategy.perMonth),
    perUserMonthUsd: optionalDollars(strategy.perUserMonth),
    savingAgainstDearest: optionalNumber(savingAgainst(strategy, dearest)),
    ...(seconds === undefined
      ? {}
      : { expectedSeconds: { shortest: toNumber(seconds.shortest), longest: toNumber(seconds.longest) } }),
    tiers: lines.map((line) => ({
      path: line.path,
      tier: line.tier,
      share: toNumber(line.share, 9),
      messagesPerDay: line.messagesPerDay === undefined ? null : toNumber(line.messagesPerDay),
      perMessageUsd: optionalDollars(line.perMessage),
      perDayUsd: optionalDollars(line.perDay),
    })),
  }
}

function optionalNumber(value: Exact | undefined): number | null {
  return value === undefined ? null : toNumber(value)
}

/** What the mix saves against another strategy, 0 to 1; negative when it is dearer. */
function toWireDifference(mix: Strategy, other: Strategy): object {
  return { name: other.name, saving: optionalNumber(savingAgainst(mix, other)) }
}

/** A verdict as JSON; `pass` is null when the value is not known. */
export function toWireVerdict({ name, about, value, measured, target, isKept }: Verdict): object {
  return { name, about, value: value ?? null, measured: measured ?? null, target, pass: isKept ?? null }
}

/** A scenario worked out, for people. */
export function printPricing(pricing: Pricing, isCompared: boolean): string {
  const { scenario, strategies, extra } = pricing
  const [, mix] = strategies
  const parts = [
    `${scenario.name}: ${scenario.title}\n`,
    `${printAssumptions(pricing)}\n`,
    printStrategies(pricing),
    printMix(mix),
    extra === undefined
      ? ''
      : `Beside the answers: ${extra.name}, $${dollars(extra.perDay)} a day, $${dollars(extra.perMonth)} a month.\n`,
    mix.seconds === undefined
      ? ''
      : `Expected answering time of ${mix.name}: ${toDecimal(mix.seconds.shortest, { least: 0, places: 2 })} to ${toDecimal(mix.seconds.longest, { least: 0, places: 2 })} s on average.\n`,
    isCompared ? printComparison(pricing) : '',
    printVerdicts(pricing.verdicts),
    `Figures of ${scenario.asOf}: ${scenario.source}.\n${scenario.notes.map((note) => `${note}\n`).join('')}`,
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function printAssumptions({ scenario, messagesPerDay, days }: Pricing): string {
  const whole = (value: Exact): string => Number(toDecimal(value, { least: 0, places: 0 })).toLocaleString('en-US')
  const { users, messages, tokens } = scenario
  const traffic =
    messagesPerDay === undefined || messages === undefined
      ? 'the number of messages is not stated (--queries sets it)'
      : users === undefined
        ? `${whole(messagesPerDay)} messages a day`
        : `${whole(users)} users × ${whole(messages)} messages a day = ${whole(messagesPerDay)}`
  const size = tokens === undefined ? '' : `; ${whole(tokens.input)} tokens in, ${whole(tokens.output)} out`
  return `${traffic}${size}; a month has ${whole(days)} days`
}

const kinds = { cheapest: 'cheapest only', mix: 'the mix', dearest: 'dearest only' } as const

function printStrategies({ strategies, scenario }: Pricing): string {
  const amount = (value: Exact | undefined): string => (value === undefined ? '-' : `$${dollars(value)}`)
  const hasUsers = scenario.users !== undefined
  return printTable(
    [
      left('strategy'),
      left(''),
      right('a message'),
      right('a day'),
      right('a month'),
      ...(hasUsers ? [right('a user and month')] : []),
    ],
    strategies.map((strategy) => [
      strategy.name,
      kinds[strategy.kind],
      amount(strategy.perMessage),
      amount(strategy.perDay),
      amount(strategy.perMonth),
      ...(hasUsers ? [amount(strategy.perUserMonth)] : []),
    ]),
  )
}

function printMix({ lines, name }: Strategy): string {
  const amount = (value: Exact | undefined): string => (value === undefined ? '-' : `$${dollars(value)}`)
  return printTable(
    [left(name), right('tier'), right('share'), right('messages a day'), right('a message'), right('a day')],
    lines.map((line) => [
      line.path,
      String(line.tier),
      printShare(toNumber(line.share, 9)),
      line.messagesPerDay === undefined ? '-' : toDecimal(line.messagesPerDay, { least: 0, places: 2 }),
      amount(line.perMessage),
      amount(line.perDay),
    ]),
  )
}

function printComparison({ strategies }: Pricing): string {
  const [cheapest, , dearest] = strategies
  return printTable(
    [left('compared'), right(`with ${cheapest.name} only`), right(`with ${dearest.name} only`)],
    strategies.map((strategy) => [
      strategy.name,
      printDifference(savingAgainst(strategy, cheapest)),
      printDifference(savingAgainst(strategy, dearest)),
    ]),
  )
}

/** A saving as the change of the cost: `-78.7 %`, `+255.2 %`. */
function printDifference(saving: Exact | undefined): string {
  if (saving === undefined) return '-'
  const change = -toNumber(saving)
  return `${change > 0 ? '+' : ''}${printShare(change === 0 ? 0 : change)}`
}

/** Verdicts as a table: kept, not kept, or not known. */
export function printVerdicts(verdicts: readonly Verdict[]): string {
  return printTable(
    [left('verdict'), right('value'), right('target'), left('')],
    verdicts.map(({ about, value, target, isKept }) => [
      about,
      value ?? 'not known',
      target,
      isKept === undefined ? '-' : isKept ? 'pass' : 'FAIL',
    ]),
  )
}
