import { ModelError } from '../core/errors.ts'
import type { Completion, ModelRequest } from '../core/model.ts'
import type { ModelProvider } from '../core/ports.ts'

export interface FetchLimits {
  /** Ends the work from outside. */
  readonly signal: AbortSignal
  readonly timeoutMs: number
  readonly streams: boolean
  /** A local model may think long between two words, when the machine is busy. */
  readonly isLocal: boolean
}

/** A cloud model that has begun to write and pauses for so long has stopped. */
const longestPauseMs = 5000

/**
 * One request and its whole answer, within its limits.
 * @throws ModelError
 */
export async function fetchCompletion(
  provider: ModelProvider,
  request: ModelRequest,
  limits: FetchLimits,
): Promise<Completion> {
  const clock = new AbortController()
  const endsAt = setTimeout(() => clock.abort(timeout(limits.timeoutMs)), limits.timeoutMs)
  const signal = AbortSignal.any([limits.signal, clock.signal])
  try {
    if (!limits.streams) return await provider.complete(request, signal)
    return await readStream(provider, request, { ...limits, signal, clock })
  } finally {
    clearTimeout(endsAt)
  }
}

async function readStream(
  provider: ModelProvider,
  request: ModelRequest,
  { signal, clock, isLocal }: FetchLimits & { readonly clock: AbortController },
): Promise<Completion> {
  let pause: NodeJS.Timeout | undefined
  try {
    for await (const part of provider.stream(request, signal)) {
      if (part.kind === 'end') return part.completion
      clearTimeout(pause)
      if (!isLocal) pause = setTimeout(() => clock.abort(timeout(longestPauseMs)), longestPauseMs)
    }
  } finally {
    clearTimeout(pause)
  }
  const message = `The stream of ${request.model} ended without its end; whatever came is not used.`
  throw new ModelError(message, { fault: 'cut', charge: 'unknown' })
}

function timeout(ms: number): DOMException {
  return new DOMException(`no answer within ${ms} ms`, 'TimeoutError')
}
