import type { LabelledMessage } from '../data.ts'
import type { Guess, Guesser } from '../judge.ts'

/** A classifier, from training to a guess. */
export interface Contender {
  readonly name: string
  /** Learns, and gives everything learned as the bytes of a file. */
  train(messages: readonly LabelledMessage[]): Promise<Uint8Array>
  /** Reads such a file. */
  open(file: Uint8Array): Promise<Guesser>
}

/** The guess of a tool that always names its best intent. */
export function guessOf(best: string | undefined, confidence: number | undefined): Guess {
  const intent = best ?? ''
  return { intent, best: intent, confidence: Math.min(Math.max(confidence ?? 0, 0), 1) }
}

/** What a JSON text of a peer's own holds. */
export function fromJson(file: Uint8Array): unknown {
  return JSON.parse(new TextDecoder().decode(file))
}

/** A peer's own state as the bytes of a JSON text. */
export function toJson(state: unknown): Uint8Array {
  return new TextEncoder().encode(typeof state === 'string' ? state : JSON.stringify(state))
}
