import { boundOf, roomFor } from '../budget/bound.ts'
import type { Reservation, ScopeKind } from '../core/budget.ts'
import type { ModelSpec, Prompt } from '../core/model.ts'
import { printDollars, type MicroDollars } from '../core/money.ts'
import type { ModelCall } from '../core/receipt.ts'
import type { AskParts } from './ask.ts'
import { call } from './call.ts'
import type { Admission } from './circuit.ts'
import type { Allowance, Question } from './question.ts'

/** What became of one candidate. `passed-over`: nothing was sent. `declined`: the model says that it has no answer. */
export type AttemptResult<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'rejected' | 'declined' | 'failed' | 'out-of-time'; readonly because: string }
  | {
      readonly kind: 'passed-over'
      readonly because: string
      readonly isForMoney: boolean
      /** The limit that had no room. */
      readonly refusedBy?: ScopeKind
    }

/** One candidate for one question. */
export interface Attempt<Value> {
  readonly model: ModelSpec
  readonly question: Question<Value>
  readonly allowance: Allowance
  /** Nobody is left to be asked after it, so it may take all the time there is. */
  readonly isLast: boolean
  /** Why a cloud model may be asked where local ones come first. */
  readonly cloudReason: ModelCall['cloudReason']
}

/** An attempt whose request is about to leave. */
export interface Sent<Value> extends Attempt<Value> {
  readonly prompt: Prompt
  readonly bound: MicroDollars
  readonly timeoutMs: number
  /** Of the reservation. */
  readonly id: string
  /** The call finds out whether a model that failed before is back. */
  readonly isProbe: boolean
}

/** An attempt that cannot take at least this long is not begun. */
const leastAttemptMs = 1000
/** Where a question has a time of its own, an attempt needs at least this much of it: no model answers sooner. */
const leastQuestionMs = 500
/** While somebody else could still be asked, one attempt may take so much of the time that is left. */
const shareOfTime = 0.6
/** More than anything costs: what a prompt may hold when only the model's context bounds it. */
const anySum = 1_000_000_000_000 as MicroDollars

/** Asks one model once: reserve → dispatch → call → settle. */
export async function attempt<Value>(given: Attempt<Value>, parts: AskParts): Promise<AttemptResult<Value>> {
  const { model, question, allowance } = given
  const leftMs = allowance.deadlineMs - parts.elapsedMs()
  if (allowance.signal.aborted) return { kind: 'out-of-time', because: 'the work was stopped' }
  if (allowance.attemptsLeft <= 0) return { kind: 'out-of-time', because: 'no attempt is left for this message' }
  if (leftMs < leastAttemptMs) return { kind: 'out-of-time', because: 'no time is left for this message' }
  const questionMs = question.timeoutMs?.(model) ?? Infinity
  // Whoever has more time of its own, as a local model has, may still be asked.
  if (questionMs < leastQuestionMs)
    return { kind: 'passed-over', because: 'no time is left for this question', isForMoney: false }
  const filled = question.prompt({ promptBytes: roomIn(given, leftFor(given), parts) })
  if (filled === undefined) return withoutRoom(given, parts)

  const prompt = { ...filled, maxOutputTokens: longestAnswer(given) }
  const bound = boundOf(prompt, { model, on: parts.today() })
  const ownMs = Math.min(model.timeoutMs, questionMs)
  const timeoutMs = Math.ceil(Math.min(ownMs, given.isLast ? leftMs : leftMs * shareOfTime))
  const held = await hold({ ...given, bound, timeoutMs }, parts)
  if (held.kind === 'refused') {
    parts.onRefused(held.scope)
    return { kind: 'passed-over', because: noRoom(held), isForMoney: true, refusedBy: held.scope.kind }
  }
  const gate = admit(model, parts)
  if (gate.kind === 'no') {
    await parts.ledger.release(held.id)
    return { kind: 'passed-over', because: gate.because, isForMoney: false }
  }
  if (!(await dispatch(held.id, model, parts)))
    return { kind: 'passed-over', because: 'its reservation ran out', isForMoney: false }
  allowance.attemptsLeft -= 1
  return await call({ ...given, prompt, bound, timeoutMs, id: held.id, isProbe: gate.kind === 'probe' }, parts)
}

/** What the message may still spend on a model of this tier. */
function leftFor<Value>({ model, question, allowance }: Attempt<Value>): MicroDollars {
  const used = allowance.calls.reduce((sum, { cost }) => sum + cost, 0)
  return Math.max(0, allowance.limitFor(model.tier, question.purpose) - used) as MicroDollars
}

function longestAnswer<Value>({ model, question }: Attempt<Value>): number {
  return Math.min(question.maxOutputTokens, model.maxOutputTokens)
}

/** UTF-8 bytes the prompt may have: what the context holds, and what a sum affords. */
function roomIn<Value>(given: Attempt<Value>, sum: MicroDollars, parts: AskParts): number {
  return roomFor(sum, { model: { ...given.model, maxOutputTokens: longestAnswer(given) }, on: parts.today() })
}

function withoutRoom<Value>(given: Attempt<Value>, parts: AskParts): AttemptResult<Value> {
  const isForMoney = given.question.prompt({ promptBytes: roomIn(given, anySum, parts) }) !== undefined
  const because = isForMoney ? 'the limit of one message does not cover its prompt' : 'its context is too small'
  return { kind: 'passed-over', because, isForMoney }
}

function noRoom({ scope, left }: Extract<Reservation, { kind: 'refused' }>): string {
  const whose = scope.id === '' ? scope.kind : `${scope.kind} ${scope.kind === 'user' ? '' : scope.id}`.trim()
  return `the limit of the ${whose} has ${printDollars(left)} left`
}

/** Whether the model may be called at this moment. */
function admit({ alias }: ModelSpec, parts: AskParts): Admission | { readonly kind: 'no'; readonly because: string } {
  const gate = parts.circuit.allows(alias)
  if (gate.kind === 'no' || parts.rateLimits.take(alias)) return gate
  parts.circuit.unused(alias)
  return { kind: 'no', because: 'its requests of this minute are used up' }
}

/** Whether the request may leave. Whatever happens, a probe that was taken and not used is given back. */
async function dispatch(id: string, { alias }: ModelSpec, parts: AskParts): Promise<boolean> {
  let isDispatched = false
  try {
    isDispatched = (await parts.ledger.dispatch(id)) === 'dispatched'
  } finally {
    if (!isDispatched) parts.circuit.unused(alias)
  }
  return isDispatched
}

function hold<Value>(
  given: Attempt<Value> & Pick<Sent<Value>, 'bound' | 'timeoutMs'>,
  parts: AskParts,
): Promise<Reservation> {
  const { model, question, allowance, bound, timeoutMs } = given
  const { tenant, message, conversation, channel, author, intent } = allowance
  return parts.ledger.reserve({
    id: parts.newId(),
    amount: bound,
    scopes: parts.scopesOf(model, question.purpose, allowance),
    leaseMs: 2 * timeoutMs + 5000,
    facts: {
      tenant,
      message,
      conversation,
      channel,
      author,
      intent,
      purpose: question.purpose,
      model: model.alias,
      provider: model.provider,
      wireName: model.wireName,
      tier: model.tier,
      prices: model.prices?.id ?? '',
    },
  })
}
