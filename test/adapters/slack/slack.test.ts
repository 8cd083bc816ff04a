import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { managed } from './stand.ts'

const { startServer, open } = managed()

test('a wrong bot token is named at the start', async () => {
  const server = await startServer()
  server.failNext('auth.test', { kind: 'refused', error: 'invalid_auth' })

  const opening = open(server)

  await expect(opening).rejects.toThrow(/SLACK_BOT_TOKEN.*invalid_auth/)
  await expect(opening).rejects.toMatchObject({ retryable: false })
})

test('a stopped channel keeps no process alive', async () => {
  const server = await startServer()
  const file = new URL('../../../adapters/slack/slack.ts', import.meta.url).href
  const secret = new URL('../../../src/core/secret.ts', import.meta.url).href
  const script = `
    const { openSlack } = await import(${JSON.stringify(file)})
    const { Secret } = await import(${JSON.stringify(secret)})
    const { channel } = await openSlack({
      tenant: 'acme', now: () => new Date(), linkHosts: new Set(), suggestions: [], onFailure() {}, agentView: true,
      botTokens: [new Secret('xoxb-example')], appToken: new Secret('xapp-example'), apiUrl: '${server.apiUrl}' })
    await channel.start(async () => ({ kind: 'new' }))
    await channel.stop()
    console.log('stopped')`

  const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { timeout: 15_000 })

  await expect(run).resolves.toMatchObject({ stdout: 'stopped\n', stderr: '' })
})
