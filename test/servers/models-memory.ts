import type { IncomingMessage, ServerResponse } from 'node:http'
import { fieldOf } from './models-dialect.ts'

/** What an Ollama has in its memory, as its own endpoints `/api/ps` and `/api/generate` tell and change it. */
export class ModelMemory {
  /** Names in memory, each with the count of its last use. */
  readonly #loaded = new Map<string, number>()
  /** Every load and unload in their order, such as `load llama3.2:latest`. */
  readonly log: string[] = []
  /** The most models that were ever in memory at once. */
  most = 0
  /** How often `/api/ps` was asked. */
  lists = 0
  /** What the next loads wait for; a test sets it to hold a load open. */
  whenLoading: (model: string) => Promise<void> = async () => {}
  #uses = 0

  get loaded(): readonly string[] {
    return [...this.#loaded.keys()]
  }

  /** Puts a model into memory as another program would. */
  async load(model: string): Promise<void> {
    const name = fullName(model)
    this.#uses += 1
    if (!this.#loaded.has(name)) {
      await this.whenLoading(name)
      this.log.push(`load ${name}`)
    }
    this.#loaded.set(name, this.#uses)
    this.most = Math.max(this.most, this.#loaded.size)
  }

  /** Sends a model away as Ollama itself does when nobody has used it for a while. */
  unload(model: string): void {
    const name = fullName(model)
    if (this.#loaded.delete(name)) this.log.push(`unload ${name}`)
  }

  has(model: string): boolean {
    return this.#loaded.has(fullName(model))
  }

  /** Answers a request that is about memory; false when it is about something else. */
  async answer(request: IncomingMessage, response: ServerResponse, body: object): Promise<boolean> {
    if (request.url === '/api/ps') {
      this.lists += 1
      const models = [...this.#loaded].map(([name, use]) => ({
        name,
        model: name,
        size: 2_000_000_000,
        size_vram: 2_000_000_000,
        digest: 'a80c4f17acd5',
        details: { format: 'gguf', family: 'llama', parameter_size: '3.2B', quantization_level: 'Q4_K_M' },
        expires_at: new Date(Date.UTC(2026, 10, 21, 10, 0, use)).toISOString(),
        context_length: 4096,
      }))
      sendJson(response, { models })
      return true
    }
    if (request.url !== '/api/generate') return false
    const model = String(fieldOf(body, 'model'))
    const isUnload = fieldOf(body, 'keep_alive') === 0
    if (isUnload) this.unload(model)
    else await this.load(model)
    const reason = isUnload ? 'unload' : 'load'
    sendJson(response, { model, created_at: '2026-11-21T10:00:00Z', response: '', done: true, done_reason: reason })
    return true
  }
}

function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

function fullName(model: string): string {
  return model.includes(':') ? model : `${model}:latest`
}
