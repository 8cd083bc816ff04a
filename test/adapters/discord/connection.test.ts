import { expect, test } from 'vitest'
import { Secret } from '../../../src/core/secret.ts'
import { storeInto } from '../../contracts/channel.ts'
import { managed } from './stand.ts'

const limit = { timeout: 10_000, interval: 5 }
const { startServer, open } = managed()

test('the message content intent that is not switched on is named at the start, with the click that grants it', async () => {
  const server = await startServer()
  server.gateway.mayReadContent = false
  const channel = await open(server, { messageContent: true })

  await expect(channel.start(storeInto([]))).rejects.toMatchObject({
    code: 'channel',
    retryable: false,
    message: expect.stringMatching(/"Message Content Intent".*Privileged Gateway Intents.*discord\.messageContent/),
  })
})

test('a token that was taken back is named at the start, also when only the gateway knows', async () => {
  const server = await startServer()
  server.refuseWith = 4004
  const channel = await open(server)

  await expect(channel.start(storeInto([]))).rejects.toMatchObject({
    retryable: false,
    message: expect.stringContaining('DISCORD_TOKEN'),
  })
})

test.each([
  [4004, 'DISCORD_TOKEN'],
  [4014, 'Message Content Intent'],
  [4011, '4011'],
])('a connection closed for good with %i is told, with what to do', async (code, told) => {
  const server = await startServer()
  const failures: unknown[] = []
  const channel = await open(server, { onFailure: (error) => failures.push(error) })
  await channel.start(storeInto([]))

  server.cutConnections(code)

  await expect
    .poll(() => failures, limit)
    .toContainEqual(expect.objectContaining({ retryable: false, message: expect.stringContaining(told) }))
})

test('a session that timed out, and one that was lost, are resumed', async () => {
  const server = await startServer()
  const channel = await open(server)
  await channel.start(storeInto([]))

  server.gateway.order(7)
  await expect.poll(() => server.resumes, limit).toBe(1)
  await expect.poll(() => server.connections, limit).toBe(1)
  server.cutConnections(4000)
  await expect.poll(() => server.resumes, limit).toBe(2)

  await expect.poll(() => server.connections, limit).toBe(1)
  expect(server.identified).toHaveLength(1)
})

test('the token is in no message of a failure', async () => {
  const server = await startServer()
  const secret = 'a-token-nobody-may-read-12345'
  const channel = await open(server, { token: new Secret(secret) })

  const failure = await channel.start(storeInto([])).catch((error: unknown) => error)

  expect(failure).toMatchObject({ code: 'channel' })
  expect(JSON.stringify(failure) + String(failure)).not.toContain(secret)
})
