/**
 * Every error Tuppence throws. The message says what failed, with the value, and what to do; `code` is stable and
 * listed in docs/errors.md; `retryable` says whether the same step may succeed later without anybody changing anything.
 */
export abstract class TuppenceError extends Error {
  abstract readonly code: string
  readonly retryable: boolean = false

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = new.target.name
  }
}

/** The command line was used wrongly: unknown command, missing flag, unreadable file. */
export class UsageError extends TuppenceError {
  readonly code = 'usage'
}

/** One fault of the configuration: where it is, what stands there, what to write instead. */
export interface ConfigFault {
  /** `bot.yaml`, `intents/payments/refund.yaml` or `environment`. */
  readonly file: string
  /** `budget.dailyUsd`, or the name of the variable. */
  readonly path: string
  readonly problem: string
}

/** The configuration cannot be used. Holds all faults, not only the first. */
export class ConfigError extends TuppenceError {
  readonly code = 'config'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    const lines = faults.map((fault) => `  ${fault.file}: ${fault.path}: ${fault.problem}`)
    super(`The configuration has ${faults.length} fault${faults.length === 1 ? '' : 's'}:\n${lines.join('\n')}`)
    this.faults = faults
  }
}

/** A field of a request is missing, malformed, too long or unknown. */
export class InputError extends TuppenceError {
  readonly code = 'input'
  readonly field: string

  constructor(field: string, message: string, cause?: unknown) {
    super(message, cause)
    this.field = field
  }
}

/** The request's body is larger than one message can be. */
export class BodyTooLargeError extends TuppenceError {
  readonly code = 'input.too-large'
  readonly field = 'body'
}

/** A request's body is not declared as JSON. */
export class MediaTypeError extends TuppenceError {
  readonly code = 'input.media-type'
  readonly field = 'content-type'
}

/** The visitor's cookie was not signed by this installation. */
export class VisitorForgedError extends TuppenceError {
  readonly code = 'visitor.forged'
  readonly field = 'cookie'
}

/** The caller may not do this: a field that needs the admin token, a request from a foreign page. */
export class ForbiddenError extends TuppenceError {
  readonly code = 'forbidden'
  readonly field: string

  constructor(field: string, message: string) {
    super(message)
    this.field = field
  }
}

/** No such conversation, or it is somebody else's: the caller is told the same in both cases. */
export class ConversationUnknownError extends TuppenceError {
  readonly code = 'conversation.unknown'
  readonly field = 'conversation'
}

/** The conversation never offered this button. */
export class ActionUnknownError extends TuppenceError {
  readonly code = 'action.unknown'
  readonly field = 'action'
}

/** The button was pressed before; its effect stands and is not repeated. */
export class ActionUsedError extends TuppenceError {
  readonly code = 'action.used'
  readonly field = 'action'
}

/** No such address on this server. */
export class RouteUnknownError extends TuppenceError {
  readonly code = 'route.unknown'
  readonly field = 'path'
}

/** The data folder belongs to another running process. */
export class DataFolderInUseError extends TuppenceError {
  readonly code = 'store.in-use'
}

/** The data folder or its database cannot be opened. */
export class StoreOpenError extends TuppenceError {
  readonly code = 'store.open'
}

/** The database did not answer or refused for a reason that passes. */
export class StoreUnavailableError extends TuppenceError {
  readonly code = 'store.unavailable'
  override readonly retryable = true
}

/** A process that is asked to stop takes nothing more. */
export class StoppingError extends TuppenceError {
  readonly code = 'stopping'
  override readonly retryable = true
}

/** The database was last written by a newer Tuppence, or cannot be brought up to date. */
export class MigrationError extends TuppenceError {
  readonly code = 'store.migration'
}

/** Another worker took this message over; the outcome of the slower one is dropped. */
export class ClaimLostError extends TuppenceError {
  readonly code = 'inbox.claim-lost'
}

/** What an answer wanted to change had changed in the meantime; the message is answered again from fresh records. */
export class EffectConflictError extends TuppenceError {
  readonly code = 'effect.conflict'
  override readonly retryable = true
}

/** A file is not a trained classifier, or is one of another version. */
export class ClassifierFileError extends TuppenceError {
  readonly code = 'classifier.file'
}

/** The sentence encoder is away, too slow, or gave vectors of another kind than the classifier was trained with. */
export class EncoderError extends TuppenceError {
  readonly code = 'encoder'
  override readonly retryable = true
}

/** What a platform's proxy made up would silence the bot for years; whoever is asked too early says so again. */
const longestRetryAfterMs = 3_600_000

function believable(retryAfterMs: number | undefined): number | undefined {
  return retryAfterMs !== undefined && retryAfterMs > 0 ? Math.min(retryAfterMs, longestRetryAfterMs) : undefined
}

/** A chat platform or the queue's server could not be reached or refused. */
export class ChannelError extends TuppenceError {
  readonly code = 'channel'
  override readonly retryable: boolean
  /** How long the platform asked us to wait, in milliseconds: an hour at most, and undefined where it named no time. */
  readonly retryAfterMs: number | undefined
  /** Whether the platform may have acted all the same: its answer was lost, late or unreadable. A refusal never is. */
  readonly isAmbiguous: boolean

  constructor(
    message: string,
    options: { cause?: unknown; retryable: boolean; retryAfterMs?: number; isAmbiguous?: boolean },
  ) {
    super(message, options.cause)
    this.retryable = options.retryable
    this.retryAfterMs = believable(options.retryAfterMs)
    this.isAmbiguous = options.isAmbiguous ?? false
  }
}

/**
 * Why a model did not answer, whoever its provider is.
 * `unauthorized` 401 · `no-credit` 402 or a used-up quota · `forbidden` 403 · `model-gone` 404 · `too-long` the prompt does
 * not fit · `rejected` any other 4xx · `rate-limited` 429 · `overloaded` 503 and 529 · `server` any other 5xx ·
 * `unreachable` no connection · `timed-out` no answer, or no next word, in time · `cut` a stream without its end ·
 * `malformed` not what the protocol says · `empty` an answer without a word · `stopped` we hung up ourselves.
 */
export type ModelFault =
  | 'unauthorized'
  | 'no-credit'
  | 'forbidden'
  | 'model-gone'
  | 'too-long'
  | 'rejected'
  | 'rate-limited'
  | 'overloaded'
  | 'server'
  | 'unreachable'
  | 'timed-out'
  | 'cut'
  | 'malformed'
  | 'empty'
  | 'stopped'

/** A provider did not answer as asked. The next model is tried; the customer never hears of it. */
export class ModelError extends TuppenceError {
  readonly code = 'model'
  readonly fault: ModelFault
  /** Whether the provider can have billed the request: `none` only when it was refused or never arrived. */
  readonly charge: 'none' | 'unknown'
  /** How long the provider asked us to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined

  constructor(
    message: string,
    options: { fault: ModelFault; charge: 'none' | 'unknown'; cause?: unknown; retryAfterMs?: number | undefined },
  ) {
    super(message, options.cause)
    this.fault = options.fault
    this.charge = options.charge
    this.retryAfterMs = options.retryAfterMs
  }
}

/** Redis cannot be reached or refused. */
export class RedisError extends TuppenceError {
  readonly code = 'redis'
  override readonly retryable = true
}

/** A setting needs a package that is not installed. */
export class PackageMissingError extends TuppenceError {
  readonly code = 'package.missing'
}

/** A port is taken or an address cannot be bound. */
export class ListenError extends TuppenceError {
  readonly code = 'listen'
}

/** Something that cannot happen did: a fault of Tuppence itself. The message says where. */
export class FaultError extends TuppenceError {
  readonly code = 'internal'
}
