import { once } from 'node:events'
import { request, type OutgoingHttpHeaders } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { listen, receiverInto, signed } from './http-stand.ts'
import { payloads } from './stand.ts'

const event = JSON.stringify(payloads.mention)

/** Sends a request piece by piece over a connection of its own; gives its status. */
async function send(
  headers: OutgoingHttpHeaders,
  pieces: readonly string[],
): Promise<{ status: number; taken: object[] }> {
  const taken: object[] = []
  const { url, close } = await listen(receiverInto(taken))
  onTestFinished(close)
  const sending = request(url, { method: 'POST', headers, agent: false })
  sending.on('error', () => {}) // whoever sends too much is hung up on
  const answered = once(sending, 'response')
  for (const piece of pieces) sending.write(piece)
  sending.end()
  const [response] = await answered
  response.resume()
  return { status: Number(response.statusCode), taken }
}

function headersOf(body: string): OutgoingHttpHeaders {
  return Object.fromEntries(signed(body).headers)
}

test('a request in many pieces is the request it was signed as', async () => {
  const { status, taken } = await send(headersOf(event), Array.from(event))

  expect([status, taken]).toEqual([200, [payloads.mention]])
})

test.each(['x-slack-signature', 'x-slack-request-timestamp'])(
  'the header %s twice on the wire is refused',
  async (name) => {
    const headers = headersOf(event)

    expect(await send({ ...headers, [name]: [String(headers[name]), String(headers[name])] }, [event])).toEqual({
      status: 401,
      taken: [],
    })
  },
)

test('a header named in capitals and folded around blanks is the same header', async () => {
  const { 'x-slack-signature': signature, ...rest } = headersOf(event)

  expect(await send({ ...rest, 'X-SLACK-SIGNATURE': `  ${String(signature)}  ` }, [event])).toMatchObject({
    status: 200,
  })
})

test('two megabytes that do not say how many they are are cut off', async () => {
  const megabyte = 'x'.repeat(1024 * 1024)

  expect(await send(headersOf(event), [megabyte, megabyte])).toEqual({ status: 413, taken: [] })
})
