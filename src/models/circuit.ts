import type { ModelError } from '../core/errors.ts'
import type { ModelAlias } from '../core/model.ts'

/** Whether a model may be called at this moment. `probe`: it failed before, and this one call finds out whether it is back. */
export type Admission =
  | { readonly kind: 'yes' | 'probe' }
  /** `untilMs`: on the clock of `elapsedMs`. */
  | { readonly kind: 'no'; readonly because: string; readonly untilMs: number }

/** Closed lets every call through, open none, half-open the one that finds out whether the model is back. */
export type CircuitPosition = 'closed' | 'half-open' | 'open'

/**
 * Keeps calls away from models that are down, that asked us to wait, or that refuse our key. One per process; its state is
 * never needed to be right, only to be quick.
 */
export interface Circuit {
  /** Asked last before sending: a `probe` is taken by whoever hears of it, until its end is told by one of the other three. */
  allows(alias: ModelAlias): Admission
  succeeded(alias: ModelAlias): void
  /** @param wasProbe whether this call had been admitted as one; the late failure of an earlier call says nothing new */
  failed(alias: ModelAlias, error: Pick<ModelError, 'fault' | 'retryAfterMs'>, wasProbe: boolean): void
  /** An admitted call was not made after all. */
  unused(alias: ModelAlias): void
  /** How every model stands that ever failed, without taking a probe: `probe` means that one would be admitted. */
  states(): ReadonlyMap<ModelAlias, Admission>
  /** The circuit of every model that was ever asked. A provider that only asked us to wait opens none. */
  positions(): ReadonlyMap<ModelAlias, CircuitPosition>
}

export interface CircuitOptions {
  /** Milliseconds from some fixed point; never goes back. */
  readonly elapsedMs: () => number
  /** Hears when a model is first kept from calls, and when it answers again. Not for waits that a provider asked for. */
  readonly onChange?: (alias: ModelAlias, change: 'opened' | 'closed', because: string) => void
}

/** How many failures, and which share of all calls of the window, keep further calls away. */
const failuresToOpen = 5
const shareToOpen = 0.5
const windowMs = 30_000
/** The first pause after a failure; each failed probe doubles it. */
const firstPauseMs = 1000
/** No longer, so that service is normal within ten seconds after a provider is back. */
const longestPauseMs = 10_000
/** A wrong key, an empty account or a model that is gone needs a person; asking more often helps nobody. */
const moneyPauseMs = 60_000
/** What a 429 without a time costs, and the longest wait that is believed: a day, in which every quota is filled again. */
const usualWaitMs = 5000
const longestWaitMs = 86_400_000
/** A probe nobody spoke of again is taken for lost: longer than any attempt may take. */
const probeLeaseMs = 60_000

interface State {
  /** When calls ended in the last 30 s, oldest first. */
  readonly failures: number[]
  readonly successes: number[]
  /** Undefined while closed. */
  open: { readonly because: string; readonly untilMs: number; readonly pauseMs: number } | undefined
  probeSinceMs: number | undefined
  /** The provider asked us to wait until then; it is not ill. */
  waitUntilMs: number
}

export function createCircuit({ elapsedMs, onChange }: CircuitOptions): Circuit {
  const states = new Map<ModelAlias, State>()
  const stateOf = (alias: ModelAlias): State => {
    const known = states.get(alias)
    if (known !== undefined) return known
    const fresh: State = { failures: [], successes: [], open: undefined, probeSinceMs: undefined, waitUntilMs: 0 }
    states.set(alias, fresh)
    return fresh
  }
  return {
    allows: (alias) => {
      const state = stateOf(alias)
      const admission = admissionOf(state, elapsedMs())
      if (admission.kind === 'probe') state.probeSinceMs = elapsedMs()
      return admission
    },
    succeeded: (alias) => {
      const state = stateOf(alias)
      note(state.successes, elapsedMs())
      state.probeSinceMs = undefined
      if (state.open === undefined) return
      state.open = undefined
      state.failures.length = 0
      onChange?.(alias, 'closed', 'it answered')
    },
    failed: (alias, error, wasProbe) => {
      const state = stateOf(alias)
      const wasOpen = state.open !== undefined
      fail(state, { error, wasProbe, nowMs: elapsedMs() })
      if (!wasOpen && state.open !== undefined) onChange?.(alias, 'opened', state.open.because)
    },
    unused: (alias) => {
      stateOf(alias).probeSinceMs = undefined
    },
    states: () => new Map([...states].map(([alias, state]) => [alias, admissionOf(state, elapsedMs())])),
    positions: () => new Map([...states].map(([alias, state]) => [alias, positionOf(state, elapsedMs())])),
  }
}

function positionOf({ open }: State, nowMs: number): CircuitPosition {
  if (open === undefined) return 'closed'
  return nowMs < open.untilMs ? 'open' : 'half-open'
}

function admissionOf({ open, probeSinceMs, waitUntilMs }: State, nowMs: number): Admission {
  if (nowMs < waitUntilMs) return { kind: 'no', because: 'its provider asked us to wait', untilMs: waitUntilMs }
  if (open === undefined) return { kind: 'yes' }
  if (nowMs < open.untilMs) return { kind: 'no', because: open.because, untilMs: open.untilMs }
  if (probeSinceMs === undefined || nowMs - probeSinceMs >= probeLeaseMs) return { kind: 'probe' }
  return { kind: 'no', because: 'one call is finding out whether it is back', untilMs: probeSinceMs + probeLeaseMs }
}

interface Failure {
  readonly error: Pick<ModelError, 'fault' | 'retryAfterMs'>
  readonly wasProbe: boolean
  readonly nowMs: number
}

function fail(state: State, { error, wasProbe, nowMs }: Failure): void {
  const { fault, retryAfterMs } = error
  if (wasProbe) state.probeSinceMs = undefined
  if (retryAfterMs !== undefined || fault === 'rate-limited')
    state.waitUntilMs = Math.max(state.waitUntilMs, nowMs + believable(retryAfterMs))
  switch (fault) {
    case 'too-long':
    case 'rejected':
    case 'stopped':
    case 'rate-limited':
      return
    case 'unauthorized':
    case 'no-credit':
    case 'forbidden':
    case 'model-gone':
      state.open = { because: `it refuses us: ${fault}`, untilMs: nowMs + moneyPauseMs, pauseMs: moneyPauseMs }
      return
    case 'overloaded':
    case 'server':
    case 'unreachable':
    case 'timed-out':
    case 'cut':
    case 'malformed':
    case 'empty':
      note(state.failures, nowMs)
      fallIll(state, { fault, isProbe: wasProbe, nowMs })
  }
}

/** Opens after too many failures, and again for twice as long when a probe failed; late failures of earlier calls change nothing. */
function fallIll(
  state: State,
  { fault, isProbe, nowMs }: { readonly fault: string; readonly isProbe: boolean; readonly nowMs: number },
): void {
  if (state.open !== undefined && !isProbe) return
  if (state.open === undefined && !isTooOften(state, nowMs)) return
  const pauseMs = state.open === undefined ? firstPauseMs : Math.min(longestPauseMs, state.open.pauseMs * 2)
  state.open = { because: `it failed too often, last: ${fault}`, untilMs: nowMs + pauseMs, pauseMs }
}

function isTooOften({ failures, successes }: State, nowMs: number): boolean {
  forget(successes, nowMs)
  const calls = failures.length + successes.length
  return failures.length >= failuresToOpen && failures.length >= shareToOpen * calls
}

function note(times: number[], nowMs: number): void {
  forget(times, nowMs)
  times.push(nowMs)
}

/** Drops what is 30 s old or older. */
function forget(times: number[], nowMs: number): void {
  const firstKept = times.findIndex((time) => nowMs - time < windowMs)
  times.splice(0, firstKept < 0 ? times.length : firstKept)
}

/** A provider's wait in milliseconds, when it is one. */
function believable(retryAfterMs: number | undefined): number {
  if (retryAfterMs === undefined || !(retryAfterMs >= 0)) return usualWaitMs
  return Math.min(longestWaitMs, retryAfterMs)
}
