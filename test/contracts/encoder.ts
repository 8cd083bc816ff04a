import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Encoder } from '../../src/core/encoder.ts'
import { EncoderError } from '../../src/core/errors.ts'

const strange = ['', ' ', '🙂👩‍👩‍👧‍👦', 'شكرا', '\u0000\u202E', '\uD800', 'refund '.repeat(5_000), '{"input": [']

/** What every encoder promises. `make` is asked twice: for one that all tests share, and one to close. */
export function encoderContract(name: string, make: () => Promise<Encoder>): void {
  describe(`encoder contract: ${name}`, () => {
    let encoder: Encoder
    beforeAll(async () => {
      encoder = await make()
    })
    afterAll(async () => await encoder.close())

    test('each text has a vector of length 1 and of the same size', async () => {
      const vectors = await encoder.encode(['where is my order', ...strange])

      expect(vectors).toHaveLength((1 + strange.length) * encoder.dimensions)
      for (let first = 0; first < vectors.length; first += encoder.dimensions) {
        const length = Math.hypot(...vectors.subarray(first, first + encoder.dimensions))
        expect(Math.abs(length - 1)).toBeLessThan(1e-6)
      }
    })

    test('a text has the same vector alone, twice and among others', async () => {
      const text = 'my card was charged twice'

      const [alone, among] = await Promise.all([encoder.encode([text]), encoder.encode(['hello', text, '', text])])

      expect(among.subarray(encoder.dimensions, 2 * encoder.dimensions)).toEqual(alone)
      expect(among.subarray(3 * encoder.dimensions)).toEqual(alone)
    })

    test('no texts have no vectors', async () => {
      expect(await encoder.encode([])).toHaveLength(0)
    })

    test('calls at the same time each get their own vectors', async () => {
      const texts = Array.from({ length: 30 }, (_, index) => `message ${index}`)
      const together = await encoder.encode(texts)

      const each = await Promise.all(texts.map(async (text) => await encoder.encode([text])))

      expect(Float32Array.from(each.flatMap((vector) => [...vector]))).toEqual(together)
    })

    test('whoever gave up before or meanwhile is told so, and the next is served', async () => {
      const giveUp = new AbortController()
      const meanwhile = encoder.encode(['never mind'], giveUp.signal)
      giveUp.abort()

      await expect(meanwhile).rejects.toThrow(EncoderError)
      await expect(encoder.encode(['too late'], giveUp.signal)).rejects.toThrow(EncoderError)
      expect(await encoder.encode(['refund'])).toHaveLength(encoder.dimensions)
    })

    test('a closed one refuses, and closing twice is no fault', async () => {
      const other = await make()
      await other.close()
      await other.close()

      await expect(other.encode(['refund'])).rejects.toThrow(EncoderError)
    })
  })
}
