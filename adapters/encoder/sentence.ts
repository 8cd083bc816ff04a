import { Worker } from 'node:worker_threads'
import type { Encoder } from '../../src/core/encoder.ts'
import { EncoderError, PackageMissingError } from '../../src/core/errors.ts'
import { sentenceDimensions, sentenceEncoderName } from './sentence-blocking.ts'
import type { Answer } from './sentence-thread.ts'

/** Calls that may wait at a time; a thousand messages are some three seconds of work. */
const mostWaiting = 1_000
/** Texts that go to the thread together: more gain nothing, and whoever comes next waits for them. */
const batchSize = 64
/** Of one call, when others wait too: a training must not hold up a customer. */
const shareOfCall = 16
/** A thread that works on one batch for so long hangs: the longest takes less than a second, and the start another. */
const longestBatchMs = 30_000

interface Call {
  readonly texts: readonly string[]
  readonly vectors: Float32Array<ArrayBuffer>
  /** Texts that the thread has or has done. */
  taken: number
  done: number
  isOver: boolean
  readonly end: (error?: Error) => void
}

interface Part {
  readonly call: Call
  readonly first: number
  readonly count: number
}

/** What a test may want otherwise. */
export interface SentenceEncoderOptions {
  readonly mostWaiting?: number
  /** The thread is ended when it works longer than this on one batch. */
  readonly longestBatchMs?: number
  /** A thread that answers as `sentence-thread.ts` does. */
  readonly startThread?: () => Worker
}

/** The thread that reads the weights and encodes. */
export function startSentenceThread(): Worker {
  return new Worker(new URL('sentence-thread.ts', import.meta.url))
}

/**
 * Universal Sentence Encoder lite in a thread of its own, which starts at the first call and holds the 28 MB of weights. Texts
 * that wait go through it together. A thread that ends or hangs costs the calls that it has; the next ones get another.
 *
 * @throws PackageMissingError from `encode`, without the package of the weights
 */
export function createSentenceEncoder(options: SentenceEncoderOptions = {}): Encoder {
  const thread = new SentenceThread({ mostWaiting, longestBatchMs, startThread: startSentenceThread, ...options })
  return {
    name: sentenceEncoderName,
    dimensions: sentenceDimensions,
    encode: async (texts, signal) => await thread.encode(texts, signal),
    close: async () => await thread.close(),
  }
}

class SentenceThread {
  private readonly options: Required<SentenceEncoderOptions>
  private waiting: Call[] = []
  private sent: readonly Part[] = []
  private worker: Worker | undefined
  private watchdog: NodeJS.Timeout | undefined
  private isClosed = false

  constructor(options: Required<SentenceEncoderOptions>) {
    this.options = options
  }

  async encode(texts: readonly string[], signal?: AbortSignal): Promise<Float32Array> {
    if (this.isClosed) throw new EncoderError('The sentence encoder is closed: the bot is stopping.')
    const { mostWaiting: most } = this.options
    if (this.waiting.length >= most) {
      throw new EncoderError(`${most} calls wait for the sentence encoder already: ask again when they are done.`)
    }
    if (signal?.aborted === true) throw givenUp(signal)
    const vectors = new Float32Array(texts.length * sentenceDimensions)
    if (texts.length === 0) return vectors

    const { promise, resolve, reject } = Promise.withResolvers<Float32Array>()
    const giveUp = (): void => call.end(givenUp(signal))
    const call: Call = {
      texts,
      vectors,
      taken: 0,
      done: 0,
      isOver: false,
      end: (error) => {
        call.isOver = true
        this.waiting = this.waiting.filter((other) => other !== call)
        signal?.removeEventListener('abort', giveUp)
        if (error === undefined) resolve(vectors)
        else reject(error)
      },
    }
    signal?.addEventListener('abort', giveUp)
    this.waiting.push(call)
    this.sendNext()
    return await promise
  }

  async close(): Promise<void> {
    this.isClosed = true
    clearTimeout(this.watchdog)
    for (const call of this.waiting) call.end(new EncoderError('The sentence encoder was closed meanwhile.'))
    await this.worker?.terminate()
  }

  private sendNext(): void {
    if (this.sent.length > 0) return
    this.sent = this.nextParts()
    if (this.sent.length === 0) {
      this.worker?.unref() // an idle thread does not keep the process alive
      return
    }
    const worker = (this.worker ??= this.startWorker())
    worker.ref()
    this.watchdog = setTimeout(() => this.endHanging(worker), this.options.longestBatchMs)
    worker.postMessage(this.sent.flatMap(({ call, first, count }) => call.texts.slice(first, first + count)))
  }

  private nextParts(): Part[] {
    const parts: Part[] = []
    const open = this.waiting.filter(({ taken, texts }) => taken < texts.length)
    let room = batchSize
    for (const call of open) {
      const count = Math.min(room, call.texts.length - call.taken, open.length > 1 ? shareOfCall : batchSize)
      if (count === 0) break
      parts.push({ call, first: call.taken, count })
      call.taken += count
      room -= count
    }
    return parts
  }

  private startWorker(): Worker {
    const worker = this.options.startThread()
    worker.on('message', (answer: Answer) => {
      if (this.worker === worker) this.receive(answer) // our own thread: no border
    })
    worker.once('error', (error) => this.lose(worker, error))
    worker.once('exit', () => this.lose(worker))
    return worker
  }

  private receive(answer: Answer): void {
    const parts = this.takeSent()
    if (answer.kind === 'vectors') {
      let place = 0
      for (const { call, first, count } of parts) {
        const end = place + count * sentenceDimensions
        call.vectors.set(answer.vectors.subarray(place, end), first * sentenceDimensions)
        place = end
        call.done += count
        if (call.done === call.texts.length && !call.isOver) call.end()
      }
    } else {
      const { kind, message } = answer
      for (const { call } of parts)
        call.end(kind === 'missing' ? new PackageMissingError(message) : new EncoderError(message))
    }
    this.sendNext()
  }

  private endHanging(worker: Worker): void {
    const { longestBatchMs: longest } = this.options
    this.lose(worker, new EncoderError(`It worked on one batch for more than ${longest} ms.`))
    worker.terminate().catch(() => undefined) // nobody waits for its end
  }

  /** Whatever the thread had is lost; the next texts get another thread. */
  private lose(worker: Worker, cause?: unknown): void {
    if (this.worker !== worker) return
    this.worker = undefined
    for (const { call } of this.takeSent()) {
      call.end(new EncoderError('The thread of the sentence encoder ended; the next call starts another.', cause))
    }
    if (!this.isClosed) this.sendNext()
  }

  private takeSent(): readonly Part[] {
    clearTimeout(this.watchdog)
    const parts = this.sent
    this.sent = []
    return parts
  }
}

function givenUp(signal: AbortSignal | undefined): EncoderError {
  return new EncoderError('Nobody waits for the sentence encoder any more.', signal?.reason)
}
