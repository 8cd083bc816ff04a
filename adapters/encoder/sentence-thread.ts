import { parentPort } from 'node:worker_threads'
import { PackageMissingError } from '../../src/core/errors.ts'
import { type BlockingEncoder, openBlockingEncoder } from './sentence-blocking.ts'

/** What the thread answers to a list of texts. */
export type Answer =
  | { readonly kind: 'vectors'; readonly vectors: Float32Array<ArrayBuffer> }
  | { readonly kind: 'missing' | 'fault'; readonly message: string }

let encoder: BlockingEncoder | undefined

function answer(texts: readonly string[]): Answer {
  try {
    encoder ??= openBlockingEncoder()
    return { kind: 'vectors', vectors: encoder.encode(texts) }
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error)
    return { kind: error instanceof PackageMissingError ? 'missing' : 'fault', message }
  }
}

// The thread that sentence.ts starts; nobody else writes to it.
parentPort?.on('message', (texts: readonly string[]) => {
  const answered = answer(texts)
  parentPort?.postMessage(answered, answered.kind === 'vectors' ? [answered.vectors.buffer] : [])
})
