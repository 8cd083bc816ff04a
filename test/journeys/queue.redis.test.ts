import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'

test('with BullMQ on Redis a conversation is answered in order, as with the queue in the process', async () => {
  const bot = await startTestBot({ REDIS_URL: process.env['TEST_REDIS_URL'] ?? '' })
  const headers = { 'content-type': 'application/json' }
  const opening = await fetch(`${bot.url}/api/chat`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ text: 'hello', id: 'm0' }),
  })
  const cookie = opening.headers.get('set-cookie')?.split(';')[0] ?? ''
  const { conversation } = (await opening.json()) as { conversation: string }
  const ids = Array.from({ length: 20 }, (_, index) => `m${index + 1}`)

  await Promise.all(
    ids.map((id) =>
      fetch(`${bot.url}/api/chat`, {
        method: 'POST',
        headers: { ...headers, cookie },
        body: JSON.stringify({ text: 'what are your hours?', id, conversation }),
      }),
    ),
  )
  const transcript = await (await fetch(`${bot.url}/api/chat/${conversation}`, { headers: { cookie } })).json()

  const { turns, replies } = transcript as { turns: { message: string }[]; replies: { message: string }[] }
  expect(turns.map((turn) => turn.message).toSorted()).toEqual(['m0', ...ids].toSorted())
  expect(replies.map((reply) => reply.message)).toEqual(turns.map((turn) => turn.message))
})
