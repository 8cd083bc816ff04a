import { createHash, randomBytes } from 'node:crypto'
import type { ChannelName, MessageId } from '../../src/core/message.ts'
import type { BotEvent } from '../../src/core/ports.ts'
import type { ModelCall, Moments, Receipt } from '../../src/core/receipt.ts'

/*
 * Names and values after the semantic conventions of OpenTelemetry for generative AI, v1.41.0 of 2026-04-28, whose status is
 * "development": https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/gen-ai-spans.md
 * Left out on purpose: everything with content (`gen_ai.input.messages` and the like), and `gen_ai.conversation.id`, in which
 * platforms have the id of a person.
 */

type Attributes = Readonly<Record<string, string | number>>

/** One step of a message, in milliseconds since 1970. */
export interface Span {
  readonly traceId: string
  readonly spanId: string
  readonly parentSpanId: string | undefined
  readonly name: string
  readonly kind: 'internal' | 'server' | 'client'
  readonly beginMs: number
  readonly endMs: number
  readonly attributes: Attributes
  /** What went wrong, in one word; undefined when nothing did. */
  readonly fault?: string | undefined
}

/**
 * The trace of a message and its first span. They are worked out from the message's id, so that every process that does a
 * step of it writes into the same trace, and nothing has to be carried from one to the other.
 */
export function traceOf(message: MessageId): { readonly traceId: string; readonly rootId: string } {
  const hash = createHash('sha256').update(`tuppence ${message}`).digest('hex')
  return { traceId: hash.slice(0, 32), rootId: hash.slice(32, 48) }
}

/** What a step is besides its place in the trace. */
type Step = Pick<Span, 'name' | 'kind' | 'beginMs' | 'endMs'> & Partial<Pick<Span, 'attributes' | 'fault'>>

function toSpan(message: MessageId, { attributes = {}, ...step }: Step, parentSpanId?: string): Span {
  const { traceId, rootId } = traceOf(message)
  const spanId = randomBytes(8).toString('hex')
  return { traceId, spanId, parentSpanId: parentSpanId ?? rootId, attributes, ...step }
}

/**
 * An answered message from its acceptance to its stored answer, with the calls of models within the choice of the route.
 * @param storedAtMs when its answer was stored, in milliseconds since 1970
 */
export function toMessageSpans(receipt: Receipt, channel: ChannelName, storedAtMs: number): readonly Span[] {
  const { message, durationsMs, moments, calls } = receipt
  if (moments === undefined) return []
  const { traceId, rootId } = traceOf(message)
  const endMs = Math.max(moments.decided, storedAtMs)
  const root: Span = {
    traceId,
    spanId: rootId,
    parentSpanId: undefined,
    name: 'message',
    kind: 'server',
    beginMs: moments.accepted,
    endMs,
    attributes: attributesOf(receipt, channel),
  }
  const step = (name: string, [beginMs, until]: readonly [number, number], attributes: Attributes = {}): Span =>
    toSpan(message, { name, kind: 'internal', beginMs, endMs: until, attributes })
  const begunMs = beginOf(durationsMs, moments)
  const understoodMs = Math.min(begunMs + durationsMs.understand, moments.decided)
  const { stage, confidence } = receipt.classification
  const route = step('route', [understoodMs, moments.decided], { 'tuppence.route': receipt.route.kind })
  return [
    root,
    step('wait', [moments.accepted, moments.claimed]),
    step('classify', [begunMs, understoodMs], { 'tuppence.stage': stage, 'tuppence.confidence': confidence }),
    route,
    ...calls.flatMap((call) => toCallSpan(call, message, route.spanId)),
    step('complete', [moments.decided, endMs]),
  ]
}

/** An answer ends when it is decided; how long its parts took says when it began, which is never before it was taken up. */
function beginOf({ understand, answer }: Receipt['durationsMs'], { claimed, decided }: Moments): number {
  return Math.min(Math.max(claimed, decided - understand - answer), decided)
}

function attributesOf(receipt: Receipt, channel: ChannelName): Attributes {
  const { classification, tier, route, cost, calls, lookedFurtherMs, intentCache } = receipt
  return {
    'tuppence.channel': channel,
    'tuppence.intent': classification.intent,
    'tuppence.stage': classification.stage,
    'tuppence.tier': tier,
    'tuppence.route': route.kind,
    'tuppence.model_calls': calls.length,
    'tuppence.cost_micro_dollars': cost,
    ...(intentCache === undefined ? {} : { 'tuppence.intent_cache': intentCache }),
    ...(lookedFurtherMs === undefined ? {} : { 'tuppence.looked_further_ms': lookedFurtherMs }),
  }
}

/** The conventions' name of a provider, where theirs is another than ours. */
const providerNames: Readonly<Record<string, string>> = { gemini: 'gcp.gemini' }

function toCallSpan(call: ModelCall, message: MessageId, parent: string): readonly Span[] {
  const { sentAtMs, durationMs, requestedName = call.wireName, outcome, because } = call
  if (sentAtMs === undefined) return []
  const fault = outcome === 'failed' ? (because ?? 'failed') : undefined
  const attributes: Attributes = {
    'gen_ai.operation.name': 'chat',
    'gen_ai.provider.name': providerNames[call.provider] ?? call.provider,
    'gen_ai.request.model': requestedName,
    ...(fault === undefined ? usageOf(call) : { 'error.type': fault }),
    'tuppence.model': call.model,
    'tuppence.tier': call.tier,
    'tuppence.purpose': call.purpose,
    'tuppence.outcome': outcome,
    'tuppence.cost_micro_dollars': call.cost,
  }
  const times = { beginMs: sentAtMs, endMs: sentAtMs + durationMs }
  return [toSpan(message, { name: `chat ${requestedName}`, kind: 'client', ...times, attributes, fault }, parent)]
}

/** The conventions count what a provider's cache had among the input. */
function usageOf({ wireName, inputTokens, cachedTokens, cacheWriteTokens, outputTokens }: ModelCall): Attributes {
  return {
    'gen_ai.response.model': wireName,
    'gen_ai.usage.input_tokens': inputTokens + cachedTokens + cacheWriteTokens,
    'gen_ai.usage.output_tokens': outputTokens,
    ...(cachedTokens === 0 ? {} : { 'gen_ai.usage.cache_read.input_tokens': cachedTokens }),
    ...(cacheWriteTokens === 0 ? {} : { 'gen_ai.usage.cache_creation.input_tokens': cacheWriteTokens }),
  }
}

/** The steps before and after an answer, which no receipt knows: a message that came in, a reply that was shown. */
export function toEventSpans({ name, fields }: BotEvent, nowMs: number): readonly Span[] {
  const { message, channel, outcome, attempt, durationMs } = fields
  if (typeof message !== 'string' || typeof durationMs !== 'number') return []
  const times = { beginMs: nowMs - durationMs, endMs: nowMs }
  const about = { 'tuppence.channel': String(channel) }
  if (name === 'event.acknowledged' && (outcome === 'new' || outcome === 'seen'))
    return [toSpan(message, { name: 'receive', kind: 'server', ...times, attributes: about })]
  if (name === 'reply.delivered') {
    const attributes = { ...about, 'tuppence.attempt': Number(attempt) }
    return [toSpan(message, { name: 'deliver', kind: 'client', ...times, attributes })]
  }
  return []
}
