import type { Bill } from '../core/budget.ts'
import { ModelError, TuppenceError } from '../core/errors.ts'
import { isLocal, type Completion, type ModelSpec, type Prompt } from '../core/model.ts'
import { costOf, zeroDollars } from '../core/money.ts'
import type { ModelCall } from '../core/receipt.ts'
import type { AskParts } from './ask.ts'
import type { AttemptResult, Sent } from './attempt.ts'
import { ratesFor } from './catalogue.ts'
import { fetchCompletion } from './fetch-completion.ts'

/** Sends one dispatched request, settles what it cost, and reads what came. */
export async function call<Value>(sent: Sent<Value>, parts: AskParts): Promise<AttemptResult<Value>> {
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
    sentAtMs: toWallClock(begunMs),
    ...(completion.loadMs === undefined ? {} : { loadMs: completion.loadMs }),
    ...(reading.kind === 'declined' || reading.score === undefined ? {} : { score: reading.score }),
  }
  if (reading.kind === 'good') {
    note({ ...record, outcome: 'answered' }, sent, parts)
    return { kind: 'answered', value: reading.value }
  }
  bar(sent)
  note({ ...record, outcome: 'rejected', because: reading.because }, sent, parts)
  return { kind: reading.kind === 'declined' ? 'declined' : 'rejected', because: reading.because }
}

async function fail<Value>(
  error: ModelError,
  sent: Sent<Value>,
  { parts, begunMs }: { readonly parts: AskParts; readonly begunMs: number },
): Promise<AttemptResult<Value>> {
  const { model, id, isProbe } = sent
  bar(sent)
  parts.circuit.failed(model.alias, error, isProbe)
  const cost = await parts.ledger.settle(id, { kind: error.charge === 'none' ? 'nothing' : 'unknown' })
  const durationMs = parts.elapsedMs() - begunMs
  note(
    {
      ...noTokens,
      wireName: model.wireName,
      cost,
      durationMs,
      sentAtMs: toWallClock(begunMs),
      outcome: 'failed',
      because: error.fault,
    },
    sent,
    parts,
  )
  const level = error.fault === 'stopped' ? 'debug' : 'warn'
  parts.observer.event({ name: 'model.failed', level, fields: { model: model.alias, fault: error.fault }, error })
  return { kind: 'failed', because: error.fault }
}

/** Who failed, or wrote nothing good, is not asked again for this message; who could not choose among intents may still write. */
function bar<Value>({ model, question, allowance }: Sent<Value>): void {
  if (question.purpose !== 'classification') allowance.asked.add(model.alias)
}

/**
 * A fault that no adapter translated is one of ours; the customer is answered all the same. One of our own errors, such as
 * a package that is missing, is thrown before anything is sent; after any other the call stays charged.
 */
function toModelError(error: unknown, { alias }: ModelSpec): ModelError {
  if (error instanceof ModelError) return error
  const failed = `The model ${alias} could not be asked`
  if (error instanceof TuppenceError)
    return new ModelError(`${failed}: ${error.message}`, { fault: 'unreachable', charge: 'none', cause: error })
  // What it says is left out, as it may quote the prompt.
  return new ModelError(`${failed}: ${nameOf(error)}.`, { fault: 'malformed', charge: 'unknown', cause: error })
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error
}

const noTokens = { inputTokens: 0, cachedTokens: 0, cacheWriteTokens: 0, outputTokens: 0 }

function usageOf({ usage }: Completion) {
  if (usage === undefined) return noTokens
  const { input, cached, cacheWrite, output } = usage
  return { inputTokens: input, cachedTokens: cached, cacheWriteTokens: cacheWrite, outputTokens: output }
}

/** Durations are counted by a clock that never goes back; the instant of a call is where that stands on the other one. */
function toWallClock(elapsedMs: number): number {
  return Math.round(performance.timeOrigin + elapsedMs)
}

type CallRecord = Omit<ModelCall, 'model' | 'provider' | 'tier' | 'purpose' | 'bound' | 'requestedName'>

function note<Value>(record: CallRecord, sent: Sent<Value>, parts: AskParts): void {
  const { model, question, allowance, bound, cloudReason } = sent
  const { alias, provider, tier, wireName: requestedName } = model
  const reason = cloudReason === undefined || isLocal(model) ? {} : { cloudReason }
  const { purpose } = question
  allowance.calls.push({ ...record, ...reason, model: alias, provider, requestedName, tier, purpose, bound })
  const { durationMs, cost, outcome } = record
  const fields = { model: alias, purpose, outcome, durationMs, costMicroDollars: cost }
  parts.observer.event({ name: 'model.called', level: 'debug', fields })
}

/** What the call costs by the model that the response names. Whoever cannot be priced is charged at the bound. */
function billOf({ usage, model: named }: Completion, model: ModelSpec, parts: AskParts): Bill {
  if (usage === undefined) return { kind: 'unknown' }
  const billed = { ...usage, model: named }
  // Whatever a server on the owner's machines calls its model, nobody sends a bill for it.
  if (isLocal(model)) return { kind: 'known', cost: zeroDollars, usage: billed }
  const prices = named === model.wireName ? model.prices : parts.catalogue.pricesOf(model.provider, named)
  const promptTokens = usage.input + usage.cached + usage.cacheWrite
  const rates = prices === undefined ? undefined : ratesFor(prices, parts.today(), promptTokens)
  return rates === undefined ? { kind: 'unknown' } : { kind: 'known', cost: costOf(usage, rates), usage: billed }
}

/** Four characters a token is near enough for a wish that costs nothing when it is not met. */
function reachesCache({ instructions }: Prompt, { minimumCacheTokens }: ModelSpec): boolean {
  return minimumCacheTokens !== undefined && instructions.length / 4 >= minimumCacheTokens
}
