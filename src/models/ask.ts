import type { BudgetScope, Purpose } from '../core/budget.ts'
import type { ModelProvider, BudgetLedger, NewId, Observer } from '../core/ports.ts'
import type { ModelSpec } from '../core/model.ts'
import type { ModelCall } from '../core/receipt.ts'
import { attempt, type AttemptResult } from './attempt.ts'
import type { Catalogue } from './catalogue.ts'
import type { Circuit } from './circuit.ts'
import type { Latencies } from './latencies.ts'
import type { RateLimits } from './rate-limit.ts'
import type { Allowance, Ask, Asked, NoAnswer, Question } from './question.ts'

/** What is wanted of a model, before any is chosen. */
export type Need = Pick<Question<unknown>, 'purpose' | 'needs' | 'tier' | 'usual'>

/** Models in the order in which they are asked, and those that are not, each with its reason. */
export interface Choice {
  readonly candidates: readonly ModelSpec[]
  readonly notAsked: readonly string[]
  /** Whether one of those was left out only for the money. */
  readonly isShortOfMoney: boolean
  /** Why cloud models are among them where local ones come first. */
  readonly cloudReason: ModelCall['cloudReason']
}

export interface AskParts {
  readonly ledger: BudgetLedger
  /** The provider that serves an entry of the catalogue. */
  readonly providerOf: (model: ModelSpec) => Promise<ModelProvider>
  readonly choose: (need: Need, allowance: Allowance) => Promise<Choice>
  /** Every limit a call must fit under. */
  readonly scopesOf: (model: ModelSpec, purpose: Purpose, allowance: Allowance) => readonly BudgetScope[]
  readonly catalogue: Catalogue
  readonly circuit: Circuit
  readonly rateLimits: RateLimits
  readonly latencies: Latencies
  /** A limit had no room for a call. */
  readonly onRefused: (scope: BudgetScope) => void
  /** A model billed more than the most it could: it is not asked again today. */
  readonly onOverrun: (model: ModelSpec) => void
  readonly observer: Observer
  /** So many further models are asked after one has failed. */
  readonly maxFallbackAttempts: number
  readonly newId: NewId
  /** Milliseconds from some fixed point, for durations and deadlines. */
  readonly elapsedMs: () => number
  /** Today in UTC, YYYY-MM-DD: which prices are in force. */
  readonly today: () => string
}

/**
 * The one door to the providers. Each attempt is one HTTP request with a reservation of its own: reserve → dispatch → call →
 * settle. A provider's failure is followed by the next candidate; an answer that does not pass its checks is not, because
 * whether a dearer model may try is for the caller to say.
 */
export function createAsk(parts: AskParts): Ask {
  return async <Value>(question: Question<Value>, allowance: Allowance): Promise<Asked<Value>> => {
    const choice = await parts.choose(question, allowance)
    allowance.notAsked.push(...choice.notAsked)
    let end: Asked<Value> = choice.isShortOfMoney
      ? unanswered('budget', 'no model fits into what is left of the budget')
      : unanswered('no-model', `no model of tier ${question.tier} or below can be asked`)
    let failures = 0
    for (const [place, model] of choice.candidates.entries()) {
      if (failures > parts.maxFallbackAttempts) break
      if (allowance.asked.has(model.alias)) continue
      const isLast = place === choice.candidates.length - 1 || failures === parts.maxFallbackAttempts
      const result = await attempt({ model, question, allowance, isLast, cloudReason: choice.cloudReason }, parts)
      if (result.kind === 'failed') failures += 1
      else if (result.kind === 'passed-over') allowance.notAsked.push(`${model.alias}: ${result.because}`)
      else return toAsked(result, model)
      end = toAsked(result, model)
    }
    if (end.kind === 'unanswered' && (end.because === 'budget' || choice.isShortOfMoney))
      allowance.isShortOfMoney = true
    return end
  }
}

function toAsked<Value>(result: AttemptResult<Value>, model: ModelSpec): Asked<Value> {
  switch (result.kind) {
    case 'answered':
      return { kind: 'answered', value: result.value, model }
    case 'rejected':
    case 'declined':
    case 'failed':
      return unanswered(result.kind, `${model.alias}: ${result.because}`)
    case 'out-of-time':
      return unanswered('too-late', result.because)
    case 'passed-over':
      return {
        ...unanswered(result.isForMoney ? 'budget' : 'failed', `${model.alias}: ${result.because}`),
        ...(result.refusedBy === undefined ? {} : { refusedBy: result.refusedBy }),
      }
  }
}

function unanswered(because: NoAnswer, detail: string) {
  return { kind: 'unanswered', because, detail } as const
}
