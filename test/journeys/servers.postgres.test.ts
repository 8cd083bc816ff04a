import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'

/** A database of the test server for this test alone. */
async function ownDatabase(): Promise<string> {
  const { default: pg } = await import('pg')
  const name = `tuppence_${randomUUID().replaceAll('-', '')}`
  const client = new pg.Client({ connectionString: process.env['TEST_DATABASE_URL'] })
  await client.connect()
  await client.query(`create database ${name}`)
  await client.end()
  const url = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  url.pathname = `/${name}`
  return url.href
}

test('on Postgres, two bots share the conversations: what one has heard the other goes on with', async () => {
  const database = await ownDatabase()
  const first = await startTestBot({ DATABASE_URL: database })
  const second = await startTestBot({ DATABASE_URL: database })
  const ask = async (url: string, body: object, cookie = ''): Promise<Response> =>
    await fetch(`${url}/api/chat`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })

  const opening = await ask(first.url, { text: 'I was charged twice for order 1042' })
  const { conversation } = (await opening.json()) as { conversation: string }
  const cookie = opening.headers.get('set-cookie')?.split(';')[0] ?? ''
  const answer = await (await ask(second.url, { text: 'ada@example.com', conversation }, cookie)).json()

  expect(answer).toMatchObject({
    conversation,
    receipt: { intent: 'payments.double-charge', stage: 'question', costMicroDollars: 0 },
  })
})
