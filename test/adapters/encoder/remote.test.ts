import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { createRemoteEncoder, type RemoteEncoderOptions } from '../../../adapters/encoder/remote.ts'
import type { Encoder } from '../../../src/core/encoder.ts'
import { EncoderError } from '../../../src/core/errors.ts'
import { Secret } from '../../../src/core/secret.ts'
import { encoderContract } from '../../contracts/encoder.ts'
import { EmbeddingsServer } from '../../servers/embeddings.ts'

const server = new EmbeddingsServer()
beforeAll(async () => await server.start())
afterAll(async () => await server.close())
beforeEach(() => {
  server.received.length = 0
  server.faults.length = 0
  server.dimensions = 8
})

const open = async (options: Partial<RemoteEncoderOptions> = {}): Promise<Encoder> =>
  await createRemoteEncoder({ kind: 'ollama', url: `http://${server.host}`, model: 'all-minilm', ...options })

encoderContract('Ollama', open)
encoderContract('OpenAI-compatible server', async () => await open({ kind: 'openai', url: `http://${server.host}/v1` }))

test.each([
  ['ollama', '', '/api/embed'],
  ['ollama', '/', '/api/embed'],
  ['openai', '', '/v1/embeddings'],
  ['openai', '/v1/', '/v1/embeddings'],
  ['openai', '/v3', '/v3/embeddings'],
] as const)('%s at %j is asked at %s', async (kind, path, asked) => {
  const encoder = await open({ kind, url: `http://${server.host}${path}`, dimensions: 8 })

  await encoder.encode(['refund'])

  expect(server.received.map((request) => request.path)).toEqual([asked])
  expect(encoder.name).toBe(`${kind}/all-minilm`)
})

test('each text keeps its own vector, brought to length 1, over several requests', async () => {
  const encoder = await open({ kind: 'openai' })
  const texts = Array.from({ length: 70 }, (_, index) => `message ${index}`)

  const vectors = await encoder.encode(texts)

  const expected = texts.flatMap((text) => {
    const vector = server.vectorOf(text)
    const length = Math.sqrt(vector.reduce((sum, value) => sum + value * value, 0))
    return vector.map((value) => Math.fround(value / length))
  })
  expect([...vectors]).toEqual(expected)
  expect(server.received.map(({ body }) => (body['input'] as unknown[]).length)).toEqual([1, 32, 32, 6])
})

test('what is sent is well formed, never blank, and has at most 1,200 bytes', async () => {
  const encoder = await open({ dimensions: 8 })

  await encoder.encode(['', ' \u200B\u0000', '\uD800x', 'é'.repeat(1_000), `a${'é'.repeat(1_000)}`])

  const sent = ['.', '.', '\uFFFDx', 'é'.repeat(600), `a${'é'.repeat(599)}`]
  expect(server.received[0]?.body['input']).toEqual(sent)
})

test('the key is sent and never told', async () => {
  const encoder = await open({ apiKey: new Secret('sk-private-key'), dimensions: 8 })
  server.faults.push(401)

  const error = await encoder.encode(['a private message']).catch((thrown: unknown) => thrown)

  expect(server.received[0]?.headers.authorization).toBe('Bearer sk-private-key')
  expect(String(error)).toBe(
    `EncoderError: The encoder at http://${server.host}/api/embed, model all-minilm: status 401. Check the key.`,
  )
})

test('a name and password in the address are sent and never told', async () => {
  const encoder = await open({ url: `http://owner:hidden@${server.host}`, dimensions: 8 })
  server.faults.push(500)

  await expect(encoder.encode(['refund'])).rejects.toThrow(/^(?!.*(owner|hidden)).*status 500/)
  expect(server.received[0]?.headers.authorization).toBe(`Basic ${Buffer.from('owner:hidden').toString('base64')}`)
})

test.each([
  [404, /status 404.*ollama pull/],
  [413, /status 413/],
  [503, /status 503.*it passes/],
  ['redirect', /status 307/],
  ['half', /cannot be reached/],
  [{ body: 'Welcome!' }, /did not answer in JSON/],
  [{ body: '{"embeddings":[[1,2,NaN]]}' }, /did not answer in JSON/],
  [{ body: '{"embeddings":[[1,2,null]]}' }, /did not answer with 1 vectors/],
  [{ body: '{"embeddings":[[1e999,2]]}' }, /did not answer with 1 vectors/],
  [{ body: '{"embeddings":[]}' }, /did not answer with 1 vectors/],
  [{ body: '{"embeddings":[[]]}' }, /did not answer with 1 vectors/],
  [{ body: '{"embeddings":[[1],[2]]}' }, /did not answer with 1 vectors/],
  [{ body: 'null' }, /did not answer with 1 vectors/],
  [{ body: '{"embeddings":[[0,0,0,0,0,0,0,0]]}' }, /no direction/],
  [{ body: `"${' '.repeat(600 * 1024)}"` }, /more than 524288 bytes/],
] as const)('an answer that is none is an EncoderError: %#', async (fault, message) => {
  const encoder = await open({ dimensions: 8 })
  server.faults.push(fault)

  const refused = await encoder.encode(['refund']).catch((thrown: unknown) => thrown)

  expect(refused).toBeInstanceOf(EncoderError)
  expect(String(refused)).toMatch(message)
  expect(await encoder.encode(['refund'])).toHaveLength(8)
})

test('an OpenAI-compatible answer with an index twice is refused', async () => {
  const encoder = await open({ kind: 'openai', dimensions: 1 })
  server.faults.push({ body: '{"data":[{"index":0,"embedding":[1]},{"index":0,"embedding":[1]}]}' })

  await expect(encoder.encode(['refund', 'order'])).rejects.toThrow('did not answer with 2 vectors')
})

test('a model that gives longer vectors than before is refused', async () => {
  const encoder = await open()
  server.dimensions = 9

  await expect(encoder.encode(['refund'])).rejects.toThrow('it gave 9 numbers instead of 8. It is another model')
})

test('an answer longer than any vector is refused at the start', async () => {
  server.faults.push({ body: `{"embeddings":[[${'1,'.repeat(200_000)}1]]}` })

  await expect(open()).rejects.toThrow('it gave 200001 numbers for a text; at most 16384 are a vector')
})

test('a server that says nothing is given up in time, and by whoever stops', async () => {
  const encoder = await open({ timeoutMs: 20, dimensions: 8 })
  server.faults.push('hang', 'hang')
  const patient = await open({ dimensions: 8 })
  const stopping = new AbortController()
  const stopped = patient.encode(['refund'], stopping.signal)

  await expect(encoder.encode(['refund'])).rejects.toThrow('it took longer than 20 ms')
  stopping.abort()
  await expect(stopped).rejects.toThrow('nobody waits for it any more')
})

test('a server that is away is told with its address', async () => {
  await expect(open({ url: 'http://127.0.0.1:9' })).rejects.toThrow(
    'The encoder at http://127.0.0.1:9/api/embed, model all-minilm: it cannot be reached. Check the address, and whether the server is running.',
  )
})
