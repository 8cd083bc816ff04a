import { boundOf, roomFor } from '../budget/bound.ts'
import type { Bill, Reservation } from '../core/budget.ts'
import { ModelError } from '../core/errors.ts'
import { isLocal, type Completion, type ModelSpec, type Prompt } from '../core/model.ts'
import { costOf, printDollars, zeroDollars, type MicroDollars } from '../core/money.ts'
import type { ModelCall } from '../core/receipt.ts'
import type { AskParts } from './ask.ts'
import { fetchCompletion } from './fetch-completion.ts'
import { ratesFor } from './catalogue.ts'
import type { Allowance, Question } from './question.ts'

/** What became of one candidate. `passed-over`: nothing was sent. */
export type AttemptResult<Value> =
  | { readonly kind: 'answered'; readonly value: Value }
  | { readonly kind: 'rejected' | 'failed' | 'out-of-time'; readonly because: string }
  | { readonly kind: 'passed-over'; readonly because: string; readonly isForMoney: boolean }

interface Attempt<Value> {
  readonly model: ModelSpec
  readonly question: Question<Value>
  readonly allowance: Allowance
  /** Why a cloud model may be asked where local ones come first. */
  readonly cloudReason: ModelCall['cloudReason']
}

/** An attempt that cannot take at least this long is not begun. */
const leastAttemptMs = 1000

/** Asks one model once: reserve → dispatch → call → settle. */
export async function attempt<Value>(given: Attempt<Value>, parts: AskParts): Promise<AttemptResult<Value>> {
  const { model, question, allowance } = given
  const leftMs = allowance.deadlineMs - parts.elapsedMs()
  if (allowance.signal.aborted) return { kind: 'out-of-time', because: 'the work was stopped' }
  if (allowance.attemptsLeft <= 0) return { kind: 'out-of-time', because: 'no attempt is left for this message' }
  if (leftMs < leastAttemptMs) return { kind: 'out-of-time', because: 'no time is left for this message' }
  const filled = question.prompt({ promptBytes: roomIn(model, given, parts) })
  if (filled === undefined || model.prices === undefined)
    return { kind: 'passed-over', because: 'the limit of one message does not cover its prompt', isForMoney: true }

  const prompt = { ...filled, maxOutputTokens: Math.min(question.maxOutputTokens, model.maxOutputTokens) }
  const bound = boundOf(prompt, { model, on: parts.today() })
  const timeoutMs = Math.min(leftMs, model.timeoutMs, question.timeoutMs?.(model) ?? Infinity)
  const held = await hold({ ...given, bound, timeoutMs }, parts)
  if (held.kind === 'refused') parts.onRefused(held.scope)
  if (held.kind === 'refused') return { kind: 'passed-over', because: noRoom(held), isForMoney: true }
  const blocked = blockOf(model, parts)
  if (blocked !== undefined) {
    await parts.ledger.release(held.id)
    return { kind: 'passed-over', because: blocked, isForMoney: false }
  }
  if ((await parts.ledger.dispatch(held.id)) === 'lost') {
    parts.circuit.unused(model.alias)
    return { kind: 'passed-over', because: 'its reservation ran out', isForMoney: false }
  }
  allowance.attemptsLeft -= 1
  return await call({ ...given, prompt, bound, timeoutMs, id: held.id }, parts)
}

/** UTF-8 bytes the prompt may have: what the context holds, and what the message's own limit still affords. */
function roomIn<Value>(model: ModelSpec, { question, allowance }: Attempt<Value>, parts: AskParts): number {
  const used = allowance.calls.reduce((sum, { cost }) => sum + cost, 0)
  const left = Math.max(0, allowance.limitFor(model.tier) - used) as MicroDollars
  const maxOutputTokens = Math.min(question.maxOutputTokens, model.maxOutputTokens)
  return roomFor(left, { model: { ...model, maxOutputTokens }, on: parts.today() })
}

function noRoom({ scope, left }: Extract<Reservation, { kind: 'refused' }>): string {
  const whose = scope.id === '' ? scope.kind : `${scope.kind} ${scope.kind === 'user' ? '' : scope.id}`.trim()
  return `the limit of the ${whose} has ${printDollars(left)} left`
}

/** Why the model may not be called at this moment. */
function blockOf({ alias }: ModelSpec, parts: AskParts): string | undefined {
  const gate = parts.circuit.allows(alias)
  if (gate.kind === 'no') return gate.because
  if (parts.rateLimits.take(alias)) return undefined
  parts.circuit.unused(alias)
  return 'its requests of this minute are used up'
}

interface Held<Value> extends Attempt<Value> {
  readonly bound: MicroDollars
  readonly timeoutMs: number
}

function hold<Value>({ model, question, allowance, bound, timeoutMs }: Held<Value>, parts: AskParts) {
  const { tenant, message, conversation, channel, author, intent } = allowance
  return parts.ledger.reserve({
    id: parts.newId(),
    amount: bound,
    scopes: parts.scopesOf(model, question.purpose, allowance),
    leaseMs: Math.ceil(2 * timeoutMs) + 5000,
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

interface Sent<Value> extends Held<Value> {
  readonly prompt: Prompt
  /** Of the reservation. */
  readonly id: string
}

async function call<Value>(sent: Sent<Value>, parts: AskParts): Promise<AttemptResult<Value>> {
  const { model, question, allowance, prompt, timeoutMs, id } = sent
  const begunMs = parts.elapsedMs()
  const keepsInstructions = reachesCache(prompt, model)
  const request = { ...prompt, model: model.wireName, keepsInstructions, thinking: model.thinking }
  let completion: Completion
  try {
    const streams = question.purpose !== 'classification' && model.capabilities.includes('stream')
    completion = await fetchCompletion(await parts.providerOf(model), request, {
      signal: allowance.signal,
      timeoutMs,
      streams,
      isLocal: isLocal(model),
    })
  } catch (error) {
    return await fail(toModelError(error, model), sent, { parts, begunMs })
  }
  const durationMs = parts.elapsedMs() - begunMs
  parts.circuit.succeeded(model.alias)
  parts.latencies.measured(model.alias, durationMs)
  const charged = await parts.ledger.settle(id, billOf(completion, model, parts))
  if (charged > sent.bound) parts.onOverrun(model)

  const reading = question.read(completion, model)
  const record = {
    ...usageOf(completion),
    wireName: completion.model,
    cost: charged,
    durationMs,
    ...(completion.loadMs === undefined ? {} : { loadMs: completion.loadMs }),
    ...(reading.score === undefined ? {} : { score: reading.score }),
  }
  if (reading.kind === 'good') {
    note({ ...record, outcome: 'answered' }, sent, parts)
    return { kind: 'answered', value: reading.value }
  }
  // Who could not choose among intents may still write.
  if (question.purpose !== 'classification') allowance.asked.add(model.alias)
  note({ ...record, outcome: 'rejected', because: reading.because }, sent, parts)
  return { kind: 'rejected', because: reading.because }
}

async function fail<Value>(
  error: ModelError,
  sent: Sent<Value>,
  { parts, begunMs }: { readonly parts: AskParts; readonly begunMs: number },
): Promise<AttemptResult<Value>> {
  const { model, id, allowance } = sent
  allowance.asked.add(model.alias)
  parts.circuit.failed(model.alias, error)
  const cost = await parts.ledger.settle(id, { kind: error.charge === 'none' ? 'nothing' : 'unknown' })
  const durationMs = parts.elapsedMs() - begunMs
  note(
    { ...noTokens, wireName: model.wireName, cost, durationMs, outcome: 'failed', because: error.fault },
    sent,
    parts,
  )
  const level = error.fault === 'stopped' ? 'debug' : 'warn'
  parts.observer.event({ name: 'model.failed', level, fields: { model: model.alias, fault: error.fault }, error })
  return { kind: 'failed', because: error.fault }
}

/** A fault that no adapter translated is one of ours; the customer is answered all the same, and the call stays charged. */
function toModelError(error: unknown, { alias }: ModelSpec): ModelError {
  if (error instanceof ModelError) return error
  const message = `The model ${alias} failed in a way nobody foresaw: ${error instanceof Error ? error.message : String(error)}`
  return new ModelError(message, { fault: 'malformed', charge: 'unknown', cause: error })
}

const noTokens = { inputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

function usageOf({ usage }: Completion) {
  if (usage === undefined) return noTokens
  const { input, cached, cacheWrite, output } = usage
  return { inputTokens: input, cachedTokens: cached, cacheWriteTokens: cacheWrite, outputTokens: output }
}

type CallRecord = Omit<ModelCall, 'model' | 'provider' | 'tier' | 'purpose' | 'bound'>

function note<Value>(record: CallRecord, sent: Sent<Value>, parts: AskParts): void {
  const { model, question, allowance, bound, cloudReason } = sent
  const { alias, provider, tier } = model
  const reason = cloudReason === undefined || isLocal(model) ? {} : { cloudReason }
  allowance.calls.push({ ...record, ...reason, model: alias, provider, tier, purpose: question.purpose, bound })
  const { durationMs, cost, outcome } = record
  const fields = { model: alias, purpose: question.purpose, outcome, durationMs, costMicroDollars: cost }
  parts.observer.event({ name: 'model.called', level: 'debug', fields })
}

/** What the call costs by the model that the response names. Whoever cannot be priced is charged at the bound. */
function billOf({ usage, model: named }: Completion, model: ModelSpec, parts: AskParts): Bill {
  if (usage === undefined) return { kind: 'unknown' }
  const prices = named === model.wireName ? model.prices : parts.catalogue.pricesOf(model.provider, named)
  const promptTokens = usage.input + usage.cached + usage.cacheWrite
  const rates = prices === undefined ? undefined : ratesFor(prices, parts.today(), promptTokens)
  if (rates === undefined)
    return isLocal(model)
      ? { kind: 'known', cost: zeroDollars, usage: { ...usage, model: named } }
      : { kind: 'unknown' }
  return { kind: 'known', cost: costOf(usage, rates), usage: { ...usage, model: named } }
}

/** Four characters a token is near enough for a wish that costs nothing when it is not met. */
function reachesCache({ instructions }: Prompt, { minimumCacheTokens }: ModelSpec): boolean {
  return minimumCacheTokens !== undefined && instructions.length / 4 >= minimumCacheTokens
}
