import { SentenceNetwork } from './sentence-network.ts'
import { openPackagedNetwork } from './sentence-package.ts'
import { createTokenizer } from './sentence-tokens.ts'
import { rowSize } from './sentence-weights.ts'

/** Names the weights: what was trained with these vectors works with no others. */
export const sentenceEncoderName = 'use-lite-en'
/** Length of each vector. */
export const sentenceDimensions = rowSize
/** What stands behind these characters of a text is not read: it has far more than the tokens that count. */
const mostCharacters = 20_000

/** The sentence encoder in the calling thread, which waits meanwhile: for one that does nothing else, such as a training. */
export interface BlockingEncoder {
  readonly name: string
  readonly dimensions: number
  /** One vector of length 1 for each text, one after another, as from `Encoder.encode`: some 3 ms of the processor for each. */
  encode(texts: readonly string[]): Float32Array<ArrayBuffer>
}

/**
 * Reads the weights, 28 MB, which takes about 0.1 s and stays in memory as long as the encoder.
 *
 * @throws PackageMissingError without the package of the weights; EncoderError when it is damaged
 */
export function openBlockingEncoder(): BlockingEncoder {
  const packaged = openPackagedNetwork()
  try {
    const tokensOf = createTokenizer(packaged.pieces)
    const network = new SentenceNetwork(packaged)
    return {
      name: sentenceEncoderName,
      dimensions: sentenceDimensions,
      encode: (texts) => network.encode(texts.map((text) => tokensOf(text.slice(0, mostCharacters)))),
    }
  } finally {
    packaged.close()
  }
}
