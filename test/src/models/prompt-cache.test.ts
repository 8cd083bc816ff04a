import { expect, test } from 'vitest'
import type { Question } from '../../../src/models/question.ts'
import { anyQuestion, openModelRig, startTestServer } from '../../models.ts'

const price = { input: 2, output: 10 }
/** 1,200 tokens of four letters each. */
const instructions = 'word'.repeat(1200)
const long: Question<string> = {
  ...anyQuestion,
  prompt: (room) => {
    const prompt = anyQuestion.prompt(room)
    return prompt === undefined ? undefined : { ...prompt, instructions }
  },
}

async function askTwice(minimumCacheTokens: number) {
  const server = await startTestServer({ protocol: 'anthropic', minimumCacheTokens: 1024 })
  const model = { alias: 'one', provider: 'anthropic', server, tier: 3, price, more: { minimumCacheTokens } } as const
  const rig = await openModelRig([model], { budget: { requestUsd: 0.05 } })
  const allowances = [rig.allowance(), rig.allowance({ id: 'anna/2' })]
  for (const allowance of allowances) await rig.models.ask(long, allowance)
  return { server, calls: allowances.map(({ calls }) => calls[0]) }
}

test('instructions long enough are kept by the provider, and the receipts show what was written and read', async () => {
  const { server, calls } = await askTwice(1024)

  expect(server.requests.map(({ keepsInstructions }) => keepsInstructions)).toEqual([true, true])
  expect(calls).toMatchObject([
    { cacheWriteTokens: 1200, cachedTokens: 0 },
    { cacheWriteTokens: 0, cachedTokens: 1200 },
  ])
})

test('below the provider’s minimum nothing is asked to be kept, and no saving is shown', async () => {
  const { server, calls } = await askTwice(4096)

  expect(server.requests.map(({ keepsInstructions }) => keepsInstructions)).toEqual([false, false])
  expect(calls).toMatchObject([
    { cacheWriteTokens: 0, cachedTokens: 0 },
    { cacheWriteTokens: 0, cachedTokens: 0 },
  ])
})
