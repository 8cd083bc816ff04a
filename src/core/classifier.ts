import type { Classification } from './intent.ts'

/** Understands messages without the network: the free stages of the cascade. */
export interface Classifier {
  /** What the message means. Never throws, whatever the text. */
  classify(text: string): Classification
}
