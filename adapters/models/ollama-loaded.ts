import { setTimeout as pause } from 'node:timers/promises'
import type { Ollama } from 'ollama'
import { z } from 'zod'
import { ModelError, PackageMissingError } from '../../src/core/errors.ts'
import { Attempt } from './attempt.ts'
import type { Asked } from './failure.ts'

export interface LoadedModelsOptions {
  readonly mostModels: number
  readonly loadTimeoutMs: number
  readonly elapsedMs: () => number
  readonly connect: (attempt: Attempt) => Promise<Ollama>
  /** What failures say of whom was asked. */
  readonly askedOf: (model: string) => Asked
  /** Sent along with every request to load a model. */
  readonly settingsOf: (model: string) => {
    readonly keep_alive: string | number
    readonly options: { readonly num_ctx?: number }
  }
}

interface Present {
  readonly name: string
  readonly expiresAt: number
}

const listShape = z.object({
  models: z.array(z.object({ name: z.string(), expires_at: z.string().optional() })).nullish(),
})

/** The server confirms at once and unloads a little later; after two seconds it is left to itself. */
const leavingPauseMs = 50
const mostLeavingPauses = 40

/**
 * Which models are in the server's memory, and room for one more. The server is asked every time: it unloads by itself, and
 * others use it too. Loading is one at a time, since two at once would both find the same room.
 */
export class LoadedModels {
  readonly #options: LoadedModelsOptions
  readonly #stopping = new AbortController()
  /** How many requests need a model now; such a model is never unloaded. */
  readonly #users = new Map<string, number>()
  /** Counts up with every use: the lowest was not used for longest, and a model that is not in it never by us. */
  readonly #usedAt = new Map<string, number>()
  readonly #leaving = new Set<string>()
  readonly #loads = new Map<string, Promise<void>>()
  readonly #onFreed = new Set<() => void>()
  #uses = 0
  #turn: Promise<void> = Promise.resolve()

  constructor(options: LoadedModelsOptions) {
    this.#options = options
  }

  /**
   * Has a model in memory until `release`, which must be called once. Gives how long it waited for that, in milliseconds;
   * undefined when the model was loaded.
   * @throws ModelError, and then there is nothing to release
   */
  async acquire(model: string, signal: AbortSignal): Promise<number | undefined> {
    const name = fullName(model)
    // Asked before this request counts as a user: from then on nobody sends the model away.
    const isLeaving = this.#leaving.has(name)
    this.#users.set(name, (this.#users.get(name) ?? 0) + 1)
    try {
      if (!isLeaving && (await this.#list(name, signal)).some((present) => present.name === name)) return undefined
      const begunMs = this.#options.elapsedMs()
      await withSignal(this.#load(name, model), signal)
      return this.#options.elapsedMs() - begunMs
    } catch (error) {
      this.release(name)
      if (error instanceof PackageMissingError) throw error
      throw unbilled(new Attempt({ asked: this.#options.askedOf(model), signal }).toModelError(error))
    }
  }

  release(model: string): void {
    const name = fullName(model)
    this.#uses += 1
    this.#usedAt.set(name, this.#uses)
    this.#users.set(name, (this.#users.get(name) ?? 1) - 1)
    if (this.#users.get(name) !== 0) return
    this.#users.delete(name)
    for (const wake of this.#onFreed) wake()
  }

  /** Ends whatever is still loading. */
  stop(): void {
    this.#stopping.abort()
  }

  /** One load for all who wait for it. It goes on when they leave: a slow model would otherwise never be loaded at all. */
  #load(name: string, model: string): Promise<void> {
    const running = this.#loads.get(name)
    if (running !== undefined) return running
    const load = this.#turn
      .then(async () => {
        const limit = AbortSignal.timeout(this.#options.loadTimeoutMs)
        const signal = AbortSignal.any([this.#stopping.signal, limit])
        if (await this.#makeRoom(name, signal)) await this.#loadInto(model, signal)
      })
      .finally(() => this.#loads.delete(name))
    this.#turn = load.catch(() => undefined)
    this.#loads.set(name, load)
    return load
  }

  /** False when the model is there already. */
  async #makeRoom(name: string, signal: AbortSignal): Promise<boolean> {
    const told = new Set<string>()
    for (let pauses = 0; pauses < mostLeavingPauses;) {
      const present = await this.#list(name, signal)
      const others = present.filter((other) => other.name !== name)
      if (others.length < present.length) return false
      if (others.length < this.#options.mostModels) break
      const idle = this.#leastUsed(others)
      if (idle === undefined) {
        await this.#freed(signal)
      } else if (told.has(idle)) {
        pauses += 1
        await pause(leavingPauseMs, undefined, { signal })
      } else {
        told.add(idle)
        await this.#unload(idle, signal)
      }
    }
    return true
  }

  async #loadInto(model: string, signal: AbortSignal): Promise<void> {
    const settings = this.#options.settingsOf(model)
    await this.#call(model, signal, async (client) => {
      await client.generate({ model, prompt: '', stream: false, ...settings })
    })
  }

  async #unload(name: string, signal: AbortSignal): Promise<void> {
    this.#leaving.add(name)
    try {
      await this.#call(name, signal, async (client) => {
        await client.generate({ model: name, prompt: '', stream: false, keep_alive: 0 })
      })
    } finally {
      this.#leaving.delete(name)
    }
  }

  #leastUsed(present: readonly Present[]): string | undefined {
    const idle = present.filter(({ name }) => !this.#users.has(name))
    const used = (name: string): number => this.#usedAt.get(name) ?? 0
    return idle.toSorted((a, b) => used(a.name) - used(b.name) || a.expiresAt - b.expiresAt)[0]?.name
  }

  /** Ends with the next request that was the last to need its model. */
  async #freed(signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#onFreed.add(resolve)
    try {
      await withSignal(promise, signal)
    } finally {
      this.#onFreed.delete(resolve)
    }
  }

  async #list(model: string, signal: AbortSignal): Promise<readonly Present[]> {
    return await this.#call(model, signal, async (client) => {
      const { models } = listShape.parse(await client.ps())
      return (models ?? []).map(({ name, expires_at }) => ({ name, expiresAt: Date.parse(expires_at ?? '') || 0 }))
    })
  }

  async #call<Result>(model: string, signal: AbortSignal, ask: (client: Ollama) => Promise<Result>): Promise<Result> {
    const attempt = new Attempt({ asked: this.#options.askedOf(model), signal })
    const client = await this.#options.connect(attempt)
    try {
      return await ask(client)
    } catch (error) {
      throw unbilled(attempt.toModelError(error))
    }
  }
}

/** Nothing that only moves models about is billed. */
function unbilled(error: ModelError): ModelError {
  const { fault, retryAfterMs, message } = error
  return new ModelError(message, { fault, charge: 'none', retryAfterMs })
}

/** Ollama lists `llama3.2` as `llama3.2:latest`. */
function fullName(model: string): string {
  return /:[^/]*$/.test(model) ? model : `${model}:latest`
}

/** The promise's end or the signal's, whichever comes first. */
async function withSignal<Result>(promise: Promise<Result>, signal: AbortSignal): Promise<Result> {
  signal.throwIfAborted()
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const onAbort = (): void => reject(signal.reason)
  signal.addEventListener('abort', onAbort, { once: true })
  try {
    return await Promise.race([promise, ended])
  } finally {
    signal.removeEventListener('abort', onAbort)
  }
}
