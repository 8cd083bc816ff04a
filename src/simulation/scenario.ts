import type { Tier } from '../core/route.ts'
import type { Exact } from './exact.ts'
import type { DollarRates } from './historic-prices.ts'

/** What one way of answering costs. */
export type PathCost =
  /** Dollars per million tokens, over the scenario's tokens. */
  | { readonly kind: 'tokens'; readonly rates: DollarRates }
  /** Dollars for one message. */
  | { readonly kind: 'message'; readonly dollars: Exact }
  /** Dollars a day at the scenario's own share. */
  | { readonly kind: 'day'; readonly dollars: Exact; readonly atShare: Exact }

/** One way of answering, and the share of all messages that takes it. */
export interface Path {
  readonly name: string
  readonly tier: Tier
  /** 0 to 1; the shares of a scenario are 1 together. */
  readonly share: Exact
  readonly cost: PathCost
  /** What the answer is expected to take, shortest and longest, in seconds; undefined when nobody says. */
  readonly seconds?: { readonly shortest: Exact; readonly longest: Exact } | undefined
}

/** Something bought beside the answers, by its own measure. */
export interface Extra {
  readonly name: string
  readonly kind: 'embedding'
  readonly itemsPerUser: Exact
  readonly tokensPerItem: Exact
  /** Dollars per million tokens. */
  readonly rate: Exact
}

/** Assumptions about traffic and prices, as somebody wrote them down: data, never a measurement. */
export interface Scenario {
  readonly name: string
  readonly title: string
  /** YYYY-MM-DD of the day the figures were written down, and where the prices come from. */
  readonly asOf: string
  readonly source: string
  /** What a reader must know to take the figures for what they are. */
  readonly notes: readonly string[]
  /** Undefined when the scenario counts messages, not people. */
  readonly users: Exact | undefined
  /** Messages a day: of each user, or in all when there are no users; undefined when the scenario does not say. */
  readonly messages: Exact | undefined
  /** Tokens of one message; undefined when no path is priced by tokens. */
  readonly tokens: { readonly input: Exact; readonly output: Exact } | undefined
  /** What the mix of paths is called. */
  readonly mix: string
  readonly paths: readonly Path[]
  readonly extra?: Extra | undefined
  /** What its author compares with, in dollars a day, when that is not one of the paths. */
  readonly stated?: { readonly name: string; readonly perDay: Exact } | undefined
  /** Name of a scenario that is printed with it, as long as nothing is changed. */
  readonly also?: string | undefined
}
