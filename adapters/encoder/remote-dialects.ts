import { propertyOf } from '../../src/core/outside.ts'

/** How a kind of server is asked, and where its answer has the vectors. */
export interface Dialect {
  addressOf(url: string): URL
  bodyOf(model: string, texts: readonly string[]): object
  /** The vectors in the order of the texts; undefined when the answer has another shape. */
  vectorsOf(answer: unknown): readonly (readonly number[])[] | undefined
}

/** Ollama's own five minutes would have a quiet bot wait for the model to load. */
const keepAlive = '30m'

/** https://docs.ollama.com/api/embed (2026-11-28): too long a text is cut. */
const ollama: Dialect = {
  addressOf: (url) => new URL(`${withoutSlash(url)}/api/embed`),
  bodyOf: (model, texts) => ({ model, input: texts, truncate: true, keep_alive: keepAlive }),
  vectorsOf: (answer) => allVectors(propertyOf(answer, 'embeddings')),
}

/** https://platform.openai.com/docs/api-reference/embeddings/create (2026-11-28). An address without a path gets `/v1`. */
const openai: Dialect = {
  addressOf(url) {
    const base = new URL(url).pathname === '/' ? `${withoutSlash(url)}/v1` : withoutSlash(url)
    return new URL(`${base}/embeddings`)
  },
  bodyOf: (model, texts) => ({ model, input: texts, encoding_format: 'float' }),
  vectorsOf(answer) {
    const items: unknown = propertyOf(answer, 'data')
    if (!Array.isArray(items)) return undefined
    const ordered: unknown[] = items.map(() => undefined)
    for (const item of items as readonly unknown[]) {
      const index = propertyOf(item, 'index')
      if (typeof index === 'number' && index in ordered) ordered[index] = propertyOf(item, 'embedding')
    }
    return allVectors(ordered)
  },
}

export const dialects: Readonly<Record<'ollama' | 'openai', Dialect>> = { ollama, openai }

function withoutSlash(url: string): string {
  return url.replace(/\/+$/, '')
}

function allVectors(value: unknown): readonly (readonly number[])[] | undefined {
  return Array.isArray(value) && value.every(isVector) ? value : undefined
}

function isVector(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'number' && Number.isFinite(item))
}
