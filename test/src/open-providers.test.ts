import { tracingChannel } from 'node:diagnostics_channel'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openModelRig, startTestServer } from '../models.ts'

const nothing = (): void => {}

test('a provider that is given has its package loaded, so that the first request has all of its time', async () => {
  vi.resetModules() // another file of this process may have loaded it
  const server = await startTestServer({ protocol: 'openai' })
  const price = { input: 2, output: 10 }
  const { models } = await openModelRig([{ alias: 'one', provider: 'openai', server, tier: 2, price }])
  const loaded: string[] = []
  const asyncEnd = (loading: object): void => void loaded.push('url' in loading ? String(loading.url) : '')
  const watching = { start: nothing, end: nothing, asyncStart: nothing, asyncEnd, error: nothing }
  const loadings = tracingChannel('module.import')
  loadings.subscribe(watching)
  onTestFinished(() => loadings.unsubscribe(watching))

  await Promise.all(models.catalogue.models().map((model) => models.providers.of(model)))

  expect(loaded).toContainEqual(expect.stringContaining('/openai/'))
})
