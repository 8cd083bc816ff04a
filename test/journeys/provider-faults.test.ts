import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { providerNames, type ProviderName } from '../../src/core/model.ts'
import { providerFaults } from '../contracts/provider-faults.ts'
import { type TestModel } from '../catalogue.ts'
import { anyQuestion, openRig } from '../models.ts'
import { startModelServer, type ModelServer } from '../servers/models.ts'
import type { ModelServerFault } from '../servers/models-faults.ts'

/** Every fault by its name: those of the contract of providers, and those that take time or a server that is gone. */
const faults: readonly (readonly [string, ModelServerFault | 'nobody'])[] = [
  ...providerFaults.map(([name, fault]) => [name, fault] as const),
  ['silence before the headers', { kind: 'hang' }],
  ['silence between two words', { kind: 'hang-midway' }],
  ['nobody listens', 'nobody'],
]

const price = { input: 2, output: 10 }
/** Whatever happens, a customer hears something within this. */
const promisedMs = 15_000

describe.each(providerNames)('%s fails', (provider) => {
  const servers: ModelServer[] = []
  let rig: Awaited<ReturnType<typeof openRig>>
  beforeAll(async () => {
    const protocol = protocolOf(provider)
    const ill = await startModelServer({ protocol, fault: ({ model }) => faultOf(model) })
    const gone = await startModelServer({ protocol })
    const well = await startModelServer({ protocol: 'openai', answer: () => 'well' })
    servers.push(ill, gone, well)
    await gone.goAway()
    const models = faults.map(([, fault], index) => illModel(provider, index, fault === 'nobody' ? gone : ill))
    const spare: TestModel = { alias: 'spare', provider: 'openai', server: well, tier: 2, price }
    rig = await openRig([...models, spare], { models: { profile: 'local-first' }, budget: { requestUsd: 0.05 } })
  })
  afterAll(async () => {
    await rig.close()
    for (const server of servers) await server.close()
  })

  test.each(faults)('%s: another model answers in time, and the ledger holds what was charged', async (name) => {
    const index = faults.findIndex(([one]) => one === name)
    const allowance = rig.allowance({ id: `anna/${index}` })
    for (const other of faults.keys()) if (other !== index) allowance.asked.add(`ill-${other}`)
    const before = await rig.models.ledger.on()
    const begunMs = performance.now()

    const asked = await rig.models.ask(anyQuestion, allowance)

    const after = await rig.models.ledger.on()
    expect(asked).toMatchObject({ kind: 'answered', value: 'well' })
    expect(allowance.calls.map(({ model, outcome }) => [model, outcome])).toEqual([
      [`ill-${index}`, 'failed'],
      ['spare', 'answered'],
    ])
    expect(performance.now() - begunMs).toBeLessThan(promisedMs)
    expect(after.held).toBe(0)
    expect(after.spent - before.spent).toBe(allowance.calls.reduce((sum, { cost }) => sum + cost, 0))
  })
})

/** An entry for each fault, so that what one of them does to its circuit is nothing to the others. */
function illModel(provider: ProviderName, index: number, server: ModelServer): TestModel {
  const entry = { alias: `ill-${index}`, provider, server, timeoutSeconds: 1.1 } as const
  return provider === 'ollama' ? { ...entry, tier: 1 } : { ...entry, tier: 3, price }
}

function protocolOf(provider: ProviderName): 'openai' | 'anthropic' | 'ollama' {
  return provider === 'anthropic' || provider === 'ollama' ? provider : 'openai'
}

/** The fault of an entry, by the number in its name. */
function faultOf(model: string): ModelServerFault | undefined {
  const fault = faults[Number(/^ill-(\d+)-1$/.exec(model)?.[1])]?.[1]
  return fault === 'nobody' ? undefined : fault
}
