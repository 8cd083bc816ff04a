import type { IncomingMessage, ServerResponse } from 'node:http'

/** What asks how the process is, which it may until the end. */
const probes: ReadonlySet<string> = new Set(['/healthz', '/readyz', '/metrics'])

/** The requests that are being answered, and whether more may come. */
export class Draining {
  readonly #answering = new Set<ServerResponse>()
  readonly #waiting = new Set<() => void>()
  #hasBegun = false

  /** From `drain` on nothing but probes is taken. */
  get hasBegun(): boolean {
    return this.#hasBegun
  }

  isProbe(path: string): boolean {
    return probes.has(path)
  }

  /** Counts a request until its answer has left or its caller has gone. */
  count({ url = '' }: IncomingMessage, response: ServerResponse): void {
    if (this.isProbe(url.split('?')[0] ?? '')) return
    this.#answering.add(response)
    response.once('close', () => {
      this.#answering.delete(response)
      if (this.#answering.size === 0) for (const over of this.#waiting) over()
    })
  }

  /** Resolves when no request is being answered, or the time is over. */
  async drain(limitMs: number): Promise<void> {
    this.#hasBegun = true
    if (this.#answering.size === 0) return
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#waiting.add(resolve)
    const timer = setTimeout(resolve, limitMs)
    await promise
    clearTimeout(timer)
    this.#waiting.delete(resolve)
  }
}
