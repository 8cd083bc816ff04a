import { beforeAll, expect, test } from 'vitest'
import { createInProcessCache } from '../../adapters/cache/in-process.ts'
import { createInProcessLocks } from '../../adapters/cache/locks-in-process.ts'
import { createSay } from '../../config/wording.ts'
import type { ModelParts } from '../../handlers/message-parts.ts'
import type { Classification } from '../../src/core/intent.ts'
import { createModelParts } from '../../src/model-parts.ts'
import type { Allowance } from '../../src/models/question.ts'
import { anyMessage, anyQuestion, openModelRig, openRig, startTestServer, type ModelRig } from '../models.ts'
import { startModelServer, type ModelServerOptions } from '../servers/models.ts'

const price = { input: 2, output: 10 }
const text = 'what about the thing I paid for'
const [refund, invoice] = ['payments.refund-request', 'payments.invoice-copy']
const unsure: Classification = {
  intent: refund,
  confidence: 0.4,
  stage: 'tfidf',
  candidates: [
    { intent: refund, confidence: 0.4 },
    { intent: invoice, confidence: 0.3 },
  ],
  evidence: [],
}
const choosing = (intent: string): string => JSON.stringify({ intent, confidence: 0.95 })

/** The first request of a process loads what all others use; on a busy machine that alone may take 1.5 seconds. */
beforeAll(async () => {
  const server = await startModelServer({ protocol: 'openai' })
  const rig = await openRig([{ alias: 'first', provider: 'openai', server, tier: 3, price }])
  await rig.models.ask(anyQuestion, rig.allowance())
  await rig.close()
  await server.close()
})

interface Setting {
  readonly server: Omit<ModelServerOptions, 'protocol'>
  readonly bot?: Readonly<Record<string, unknown>>
  /** Messages that were edited, stopped or taken back. */
  readonly stopped?: ReadonlyMap<string, AbortSignal>
}

/** The real parts over a cheap model, with a cache of this process. */
async function openParts({ server: options, bot, stopped }: Setting) {
  const server = await startTestServer({ protocol: 'openai', ...options })
  const rig = await openModelRig([{ alias: 'cheap', provider: 'openai', server, tier: 2, price }], bot)
  const parts = createModelParts(rig.config, {
    models: rig.models,
    store: rig.store,
    say: createSay(rig.config.wording),
    searchPassages: () => [],
    observer: { receipt: () => {}, event: (event) => void rig.events.push(event) },
    onStatus: () => {},
    signalOf: ({ id }) => stopped?.get(id),
    cache: createInProcessCache(),
    locks: createInProcessLocks(),
  })
  return { server, rig, parts }
}

/** Many messages of different people in different conversations, all at once. */
async function burst(parts: ModelParts, count: number, authorOf = (place: number): string => `author-${place}`) {
  const allowances = Array.from({ length: count }, (_, place): Allowance => {
    const own = { id: `m-${place}`, conversation: `c-${place}`, author: { id: authorOf(place) } }
    return parts.allowanceFor({ ...anyMessage, ...own, text }, 'unknown')
  })
  const said = await Promise.all(allowances.map((allowance) => parts.classify(text, unsure, allowance)))
  return said.map((classification, place) => ({ ...classification, calls: allowances[place]?.calls ?? [] }))
}

const stagesOf = (said: readonly Classification[]): readonly string[] => said.map(({ stage }) => stage)
const many = (count: number, stage: string): readonly string[] => Array.from({ length: count }, () => stage)

async function spentIn({ models }: ModelRig): Promise<number> {
  return (await models.ledger.on()).spent
}

test('of 1,000 copies of one unsure message at once one is put to a model, and the others cost nothing', async () => {
  const { parts, server, rig } = await openParts({ server: { answer: () => choosing(invoice) } })

  const said = await burst(parts, 1000)

  expect(server.requests).toHaveLength(1)
  expect(new Set(said.map(({ intent }) => intent))).toEqual(new Set([invoice]))
  expect(stagesOf(said)).toEqual(['model', ...many(999, 'cache')])
  expect(said.slice(1).flatMap(({ calls }) => calls)).toEqual([])
  expect(await spentIn(rig)).toBe(said[0]?.calls[0]?.cost)
})

test('a provider that fails is asked once, and everybody gets the free answer', async () => {
  const { parts, server } = await openParts({ server: { fault: () => ({ kind: 'server' }) } })

  const said = await burst(parts, 100)

  expect(server.requests).toHaveLength(1)
  expect(stagesOf(said)).toEqual(many(100, 'tfidf'))
})

test('a model that writes no choice is paid once, and everybody gets the free answer', async () => {
  const { parts, server } = await openParts({ server: { answer: () => 'It is about money.' } })

  const said = await burst(parts, 100)
  const later = await burst(parts, 1)

  expect(server.requests).toHaveLength(1)
  expect(stagesOf([...said, ...later])).toEqual(many(101, 'tfidf'))
})

test('where the first customer has used up what one may spend, the next one’s message is put to the model', async () => {
  // A call is bounded at some 6,000 micro-dollars; the first costs 4,100 of 8,000, so what is left after it is less.
  const dear = { text: choosing('none'), usage: { input: 2000, cached: 0, cacheWrite: 0, output: 10 } }
  const { parts, server } = await openParts({
    server: {
      answer: ({ messages }) => (messages.at(-1)?.text.includes('before') === true ? dear : choosing(invoice)),
    },
    bot: { budget: { userDailyUsd: 0.008 } },
  })
  const first = parts.allowanceFor({ ...anyMessage, id: 'm-before', author: { id: 'spender' } }, 'unknown')
  await parts.classify(`${text} before`, unsure, first)

  const said = await burst(parts, 5, (place) => (place < 2 ? 'spender' : `author-${place}`))

  expect(first.calls).toMatchObject([{ outcome: 'answered' }])
  expect(stagesOf(said)).toEqual(['tfidf', 'tfidf', 'model', 'cache', 'cache'])
  expect(server.requests).toHaveLength(2)
})

test('where the first message is taken back on the way, the next one is put to the model', async () => {
  const leaving = new AbortController()
  const { parts, server } = await openParts({
    stopped: new Map([['m-0', leaving.signal]]),
    server: {
      answer: async () => {
        if (!leaving.signal.aborted) {
          leaving.abort()
          await new Promise(() => {})
        }
        return choosing(invoice)
      },
    },
  })

  const said = await burst(parts, 5)

  expect(stagesOf(said)).toEqual(['tfidf', 'model', 'cache', 'cache', 'cache'])
  expect(server.requests).toHaveLength(2)
})

test('whoever is taken back while another’s message is with the model stops waiting, and nobody else does', async () => {
  const leaving = new AbortController()
  const { parts, server } = await openParts({
    stopped: new Map([['m-1', leaving.signal]]),
    server: {
      answer: () => {
        leaving.abort()
        return choosing(invoice)
      },
    },
  })

  const said = await burst(parts, 3)

  expect(stagesOf(said)).toEqual(['model', 'tfidf', 'cache'])
  expect(server.requests).toHaveLength(1)
})

test('after 👎 the same message is put to a model again', async () => {
  const { parts, server } = await openParts({ server: { answer: () => choosing(invoice) } })
  await burst(parts, 1)

  await parts.forget('default', `Hi, ${text}!`)
  await burst(parts, 2)

  expect(server.requests).toHaveLength(2)
})

test('without a model to ask and without an encoder nobody is asked, the cache neither', async () => {
  const { parts } = await openParts({ server: {}, bot: { models: { profile: 'free' } } })
  const allowance = parts.allowanceFor({ ...anyMessage, text }, 'unknown')

  expect(await parts.classify(text, unsure, allowance)).toBe(unsure)
  expect(allowance.intentCache).toBeUndefined()
})

test.each([
  ['in another language', { language: 'es' }],
  ['that only refuses', { refused: refund }],
])('a message %s is put to no model, the profile that asks about nearly all included', async (_, found) => {
  const { parts, server } = await openParts({ server: {}, bot: { models: { profile: 'tiered' } } })
  const allowance = parts.allowanceFor({ ...anyMessage, text }, 'unknown')
  const classification = { ...unsure, ...found }

  expect(await parts.classify(text, classification, allowance)).toBe(classification)
  expect(server.requests).toEqual([])
})

test('with the day used up a verdict that is kept still counts, and nothing is asked', async () => {
  let isFreeOnly = false
  const server = await startTestServer({ protocol: 'openai', answer: () => choosing(invoice) })
  const rig = await openModelRig([{ alias: 'cheap', provider: 'openai', server, tier: 2, price }])
  const parts = createModelParts(rig.config, {
    models: {
      ...rig.models,
      ask: (question, allowance) => {
        if (isFreeOnly) throw new Error('somebody was asked')
        return rig.models.ask(question, allowance)
      },
    },
    store: rig.store,
    say: createSay(rig.config.wording),
    searchPassages: () => [],
    observer: { receipt: () => {}, event: () => {} },
    onStatus: () => {},
    signalOf: () => undefined,
    cache: createInProcessCache(),
    locks: createInProcessLocks(),
  })
  await burst(parts, 1)

  isFreeOnly = true

  expect(await burst(parts, 1)).toMatchObject([{ intent: invoice, stage: 'cache', calls: [] }])
})
