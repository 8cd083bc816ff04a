import { TuppenceError } from '../../src/core/errors.ts'
import type { Observer } from '../../src/core/ports.ts'

/** What a caller reads when a request fails. */
export interface ErrorBody {
  readonly error: { readonly code: string; readonly message: string; readonly field?: string }
}

const statusByCode: Readonly<Record<string, 400 | 401 | 403 | 404 | 409 | 413 | 415 | 503>> = {
  input: 400,
  usage: 400,
  'input.too-large': 413,
  'input.media-type': 415,
  'visitor.forged': 401,
  forbidden: 403,
  'conversation.unknown': 404,
  'action.unknown': 404,
  'action.used': 409,
  'route.unknown': 404,
  'store.unavailable': 503,
  stopping: 503,
}

/** A fault of the caller names its field; anything unexpected says nothing about our inside. */
export function toErrorBody(error: unknown): {
  status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 500 | 503
  body: ErrorBody
} {
  const status = error instanceof TuppenceError ? statusByCode[error.code] : undefined
  if (!(error instanceof TuppenceError) || status === undefined) {
    const message = 'The server met a fault. What it accepted is kept; send the same request again with the same id.'
    return { status: 500, body: { error: { code: 'internal', message } } }
  }
  const field = 'field' in error && typeof error.field === 'string' ? { field: error.field } : {}
  const message =
    error.code === 'store.unavailable'
      ? 'The store does not answer right now. Nothing was accepted; send the request again in a moment.'
      : error.message
  return { status, body: { error: { code: error.code, message, ...field } } }
}

/** Tells the log and the metrics that a request failed; a fault of ours wakes someone, a caller's own does not. */
export function report(error: unknown, status: number, observer: Observer): void {
  const code = error instanceof TuppenceError ? error.code : 'internal'
  if (status >= 500 && code !== 'stopping')
    observer.event({ name: 'request.failed', level: 'error', fields: { status, code }, error })
  else observer.event({ name: 'request.refused', level: 'debug', fields: { status, code } })
}
