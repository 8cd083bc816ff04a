import { EncoderError } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'

export interface Question {
  readonly address: URL
  readonly apiKey: Secret | undefined
  readonly body: object
  /** How many vectors are expected: so much longer may the answer be. */
  readonly texts: number
  readonly timeoutMs: number
  /** Whoever gives up first ends it. */
  readonly signals: readonly AbortSignal[]
  readonly fault: (what: string, remedy: string, cause?: unknown) => EncoderError
}

/** A vector of 8,192 numbers has some 200 kB of text. */
const mostAnswerBytes = 512 * 1024

/** Posts a question and gives the JSON of the answer. Whatever is not an answer of 200 to 299 in time is an EncoderError. */
export async function askServer(question: Question): Promise<unknown> {
  const { timeoutMs, signals, fault } = question
  const limit = AbortSignal.timeout(timeoutMs)
  try {
    return await posted(question, AbortSignal.any([...signals, limit]))
  } catch (error) {
    if (signals.some(({ aborted }) => aborted)) throw fault('nobody waits for it any more', 'It was stopped.', error)
    if (limit.aborted) {
      throw fault(`it took longer than ${timeoutMs} ms`, 'Keep the model loaded, or take a smaller one.', error)
    }
    if (error instanceof EncoderError) throw error
    throw fault('it cannot be reached', 'Check the address, and whether the server is running.', error)
  }
}

/** Of an answer that is none, the body is never repeated: it may quote the text or the key. */
async function posted(question: Question, signal: AbortSignal): Promise<unknown> {
  const { address, apiKey, body, fault } = question
  const { href, headers } = withoutPassword(address)
  const response = await fetch(href, {
    method: 'POST',
    headers: {
      ...headers,
      'content-type': 'application/json',
      ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey.reveal()}` }),
    },
    body: JSON.stringify(body),
    redirect: 'manual', // the next host would read the message, and the owner did not choose it
    signal,
  })
  if (!response.ok) {
    await response.body?.cancel()
    throw fault(`status ${response.status}`, remedyFor(response.status))
  }
  const text = await readWhole(response, question)
  try {
    return JSON.parse(text) as unknown
  } catch {
    // The parser's own words quote the answer.
    throw fault('it did not answer in JSON', 'Check that the address speaks this protocol.')
  }
}

/** `fetch` refuses an address with a name and password. */
function withoutPassword(address: URL): { readonly href: string; readonly headers: Readonly<Record<string, string>> } {
  const { username, password } = address
  if (username === '' && password === '') return { href: address.href, headers: {} }
  const bare = new URL(address)
  bare.username = ''
  bare.password = ''
  const credentials = Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')
  return { href: bare.href, headers: { authorization: `Basic ${credentials}` } }
}

async function readWhole(response: Response, { texts, fault }: Question): Promise<string> {
  const mostBytes = mostAnswerBytes * texts
  const chunks: Uint8Array[] = []
  let bytes = 0
  const body: AsyncIterable<Uint8Array> | undefined = response.body ?? undefined
  for await (const chunk of body ?? []) {
    bytes += chunk.length
    if (bytes > mostBytes) throw fault(`it answered more than ${mostBytes} bytes`, 'Check the address.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString()
}

function remedyFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the key.'
  if (status === 404) return 'Check the name of the model, and load it there: with Ollama, ollama pull.'
  if (status === 413 || status === 400 || status === 422) return 'Check that the model is one for embeddings.'
  if (status === 429 || status === 503) return 'It has too much to do: it passes.'
  return status >= 500 ? 'It is the server’s own trouble: see its log.' : 'Check the address.'
}
