import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'

/** No intent is sure of it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'

interface Said {
  readonly conversation: string
  readonly replies: readonly { readonly actions: readonly { readonly id: string; readonly label: string }[] }[]
  readonly receipt: { readonly intent: string; readonly stage: string; readonly calls: readonly unknown[] }
}

/** The assembled bot with a local model that takes every question for one about returns. */
async function startBot() {
  const cheap = await startTestServer({
    protocol: 'ollama',
    answer: () => JSON.stringify({ intent: 'general.return-policy', confidence: 0.95 }),
  })
  // A local one has six seconds, so that a busy machine does not make it late.
  const folder = writeTestCatalogue([{ alias: 'cheap', provider: 'ollama', server: cheap, tier: 1 }])
  const bot = await startTestBot({ TUPPENCE_CONFIG_DIR: folder })
  const post = async (path: string, body: object, cookie = ''): Promise<{ said: Said; cookie: string }> => {
    const response = await fetch(`${bot.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie },
      body: JSON.stringify(body),
    })
    const given = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return { said: (await response.json()) as Said, cookie: given }
  }
  return { cheap, bot, post }
}

test('customers who ask the same at the same time are answered by one call, and later ones by none', async () => {
  const { cheap, bot, post } = await startBot()

  const burst = await Promise.all(Array.from({ length: 8 }, () => post('/api/chat', { text: hard })))
  const later = await post('/api/chat', { text: `Hello there, ${hard.toLowerCase()} Thanks!` })

  const receipts = [...burst, later].map(({ said }) => said.receipt)
  expect(cheap.requests).toHaveLength(1)
  expect(receipts.map(({ intent }) => intent)).toEqual(Array.from({ length: 9 }, () => 'general.return-policy'))
  expect(receipts.filter(({ stage }) => stage === 'model')).toMatchObject([{ calls: [{ outcome: 'answered' }] }])
  expect(receipts.filter(({ stage }) => stage === 'cache').flatMap(({ calls }) => calls)).toEqual([])
  expect(receipts.filter(({ stage }) => stage === 'cache')).toHaveLength(8)
  const metrics = await (await fetch(`${bot.url}/metrics`)).text()
  expect(metrics).toContain('tuppence_intent_cache_lookups_total{result="hit"} 8')
  expect(metrics).toContain('tuppence_intent_cache_lookups_total{result="miss"} 1')
})

test('👎 on an answer from the cache has the next like message looked at again, and so has the wish for a person', async () => {
  const { cheap, post } = await startBot()
  await post('/api/chat', { text: hard })
  const known = await post('/api/chat', { text: `Hi! ${hard}` })
  const { conversation, replies } = known.said
  const thumb = replies[0]?.actions.find(({ label }) => label === '👎')

  await post('/api/chat/action', { conversation, action: thumb?.id }, known.cookie)
  const judged = await post('/api/chat', { text: hard })
  const kept = await post('/api/chat', { text: hard })
  await post('/api/chat', { text: 'I want to talk to a person', conversation: kept.said.conversation }, kept.cookie)
  const left = await post('/api/chat', { text: hard })

  expect(known.said.receipt.stage).toBe('cache')
  expect([judged, kept, left].map(({ said }) => said.receipt.stage)).toEqual(['model', 'cache', 'model'])
  expect(cheap.requests).toHaveLength(3)
})
