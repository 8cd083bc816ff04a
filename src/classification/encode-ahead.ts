import type { Encoder, WaitedEncoder } from '../core/encoder.ts'
import { readablePart } from './terms.ts'

/**
 * Asks for the vectors of all messages at once, to be given out without waiting as a second stage asks for them.
 *
 * @throws EncoderError when the encoder is away
 */
export async function encodeAhead(encoder: Encoder, messages: readonly string[]): Promise<WaitedEncoder> {
  const { name, dimensions } = encoder
  const texts = [...new Set(messages.map(readablePart))]
  const values = await encoder.encode(texts)
  const places = new Map(texts.map((text, place) => [text, place * dimensions]))
  const vectorOf = (text: string): Float32Array => {
    const place = places.get(text)
    if (place === undefined) throw new RangeError('A vector was asked for that is of none of the messages.')
    return values.subarray(place, place + dimensions)
  }
  return { name, dimensions, encode: (asked) => Float32Array.from(asked.flatMap((text) => [...vectorOf(text)])) }
}
