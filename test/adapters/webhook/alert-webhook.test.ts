import { inspect } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { createAlertWebhook } from '../../../adapters/webhook/alert-webhook.ts'
import type { Alert } from '../../../src/core/alert.ts'
import type { BudgetDay } from '../../../src/core/budget.ts'
import { ChannelError } from '../../../src/core/errors.ts'
import { Secret } from '../../../src/core/secret.ts'
import { WebhookServer } from '../../servers/webhook.ts'

const alert: Alert = {
  tenant: 'acme',
  day: '2026-11-21' as BudgetDay,
  scope: 'installation',
  level: 'warning',
  text: 'The budget is nearly used: $8.00 of $10.00 for 2026-11-21.',
}
const secretPath = '/services/T0/B0/doNotPrintMe'

async function startServer(): Promise<WebhookServer> {
  const server = await new WebhookServer().start()
  onTestFinished(() => server.close())
  return server
}

/** What sending ends with; undefined when the receiver took it. */
async function failureOf(address: string, timeoutMs?: number): Promise<unknown> {
  return await createAlertWebhook(
    new Secret(address),
    timeoutMs,
  )(alert).then(
    () => undefined,
    (error: unknown) => error,
  )
}

test('an alert arrives as one JSON object, in the fields that the usual receivers read', async () => {
  const server = await startServer()

  await createAlertWebhook(new Secret(server.origin + secretPath))(alert)

  expect(server.received).toMatchObject([
    { method: 'POST', path: secretPath, headers: { 'content-type': 'application/json' } },
  ])
  expect(server.received[0]?.body).toEqual({ ...alert, content: alert.text })
})

test.each([200, 201, 204])('%i is a receipt', async (status) => {
  const server = await startServer()
  server.usual = status

  expect(await failureOf(server.origin)).toBeUndefined()
})

test.each([304, 400, 401, 404, 410, 429, 500, 503])('%i is none, and may be tried again', async (status) => {
  const server = await startServer()
  server.usual = status

  const failure = await failureOf(server.origin + secretPath)

  expect(failure).toBeInstanceOf(ChannelError)
  expect(failure).toMatchObject({ retryable: true, message: expect.stringContaining(`answered ${status}`) })
})

test.each([301, 302, 303, 307, 308])('a redirect (%i) to another host is told and not followed', async (redirect) => {
  const server = await startServer()
  const elsewhere = await startServer()
  server.usual = { redirect, to: elsewhere.origin }

  expect(await failureOf(server.origin)).toMatchObject({ message: expect.stringContaining(`answered ${redirect}`) })
  expect(elsewhere.received).toEqual([])
})

test('a receiver that says nothing is given up after the limit', async () => {
  const server = await startServer()
  server.usual = 'hang'

  expect(await failureOf(server.origin, 100)).toMatchObject({ retryable: true, cause: { name: 'TimeoutError' } })
})

test('a receiver that hangs up, or is not there, may be tried again', async () => {
  const server = await new WebhookServer().start()
  server.usual = 'hang-up'

  const hungUp = await failureOf(server.origin)
  await server.close()

  expect(hungUp).toMatchObject({ retryable: true })
  expect(await failureOf(server.origin)).toMatchObject({ retryable: true, message: expect.stringContaining('reached') })
})

test('a name and password in the address are sent as basic authentication', async () => {
  const server = await startServer()

  await createAlertWebhook(new Secret(server.origin.replace('//', '//ada:p%40ss@')))(alert)

  expect(server.received[0]?.headers.authorization).toBe('Basic YWRhOnBAc3M=') // ada:p@ss
})

test('whatever fails, the address is never printed', async () => {
  const server = await startServer()
  const gone = await new WebhookServer().start()
  await gone.close()
  server.answers.push(500, { redirect: 302, to: `${server.origin}/elsewhere` }, 'hang-up', 'hang')
  const open = server.origin.replace('//', '//ada:doNotPrintMe@') + secretPath
  const failures = [
    await failureOf(open),
    await failureOf(open),
    await failureOf(open),
    await failureOf(open, 50),
    await failureOf(gone.origin + secretPath),
  ]

  const printed = failures
    .map((failure) => inspect(failure, { depth: 9, showHidden: true }) + String(failure))
    .join('\n')

  expect(failures.map((failure) => failure instanceof ChannelError)).toEqual([true, true, true, true, true])
  expect(printed).not.toContain('doNotPrintMe')
})
