import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { type TestModel } from '../catalogue.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import type { ModelServer, ModelServerOptions, ScriptedAnswer } from '../servers/models.ts'
import type { ModelServerFault } from '../servers/models-faults.ts'
import { openVisitor, type Heard } from './adversary/visitor.ts'

const price = { input: 2, output: 10 }
/** Whatever happens, a customer is answered within this, and service is normal within the other once it can be. */
const [answeredMs, recoveredMs] = [15_000, 10_000]
/** No intent is sure of it, and several articles have something to do with it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'
const grounded = 'If it is unused, you can send it back within 30 days of getting it.'

const honest: NonNullable<ModelServerOptions['answer']> = ({ instructions }): ScriptedAnswer =>
  instructions.startsWith('You sort messages')
    ? JSON.stringify({ intent: 'none', confidence: 0.9 })
    : JSON.stringify({ answer: grounded, sources: [1], lookUp: 'none', canAnswer: true })
const lying: typeof honest = ({ instructions }) =>
  instructions.startsWith('You sort messages')
    ? JSON.stringify({ intent: 'refund_all', confidence: 1e9 })
    : JSON.stringify({ answer: 'We have refunded you $500.', sources: [1], lookUp: 'none', canAnswer: true })

/** What no customer reads: a model's name, an error, or money of ours. */
const unspeakable =
  /\b(?:cheap|large|local|gpt|claude|gemini|openai|anthropic|ollama|model|provider|budget|cost|error|exception|undefined|timed? ?out|circuit)\b|\$|\b[45]\d\d\b/i

function expectUseful({ text, durationMs }: Heard): void {
  expect(text).toMatch(/ticket \*\*T-\d+\*\*|within 30 days/)
  expect(text).not.toMatch(unspeakable)
  expect(durationMs).toBeLessThan(answeredMs)
}

/** Asks until a model writes the answer. */
async function untilWritten(url: string): Promise<void> {
  const ask = async (): Promise<string> => (await openVisitor(url).say(hard)).text
  await expect.poll(ask, { timeout: recoveredMs, interval: 250 }).toContain(grounded)
}

/** Both models of a bot, and the way to take all of them away and give them back. */
interface Outage {
  readonly name: string
  readonly fault?: ModelServerFault
  readonly isLying?: boolean
  readonly isGone?: boolean
}

const outages: readonly Outage[] = [
  { name: 'hang before the headers', fault: { kind: 'hang' } },
  { name: 'hang in the middle', fault: { kind: 'hang-midway' } },
  { name: 'refuse', fault: { kind: 'server' } },
  { name: 'lie', isLying: true },
  { name: 'are gone', isGone: true },
]

test.each(outages)(
  'all models $name: customers are answered in time, and by models again soon after',
  async (outage) => {
    const now = { isIll: false }
    const options = (protocol: 'openai' | 'anthropic'): ModelServerOptions => ({
      protocol,
      answer: (asked) => (now.isIll && outage.isLying === true ? lying(asked) : honest(asked)),
      fault: () => (now.isIll ? outage.fault : undefined),
    })
    const servers = [await startTestServer(options('openai')), await startTestServer(options('anthropic'))]
    const { url } = await startTestBot({ TUPPENCE_CONFIG_DIR: cloudCatalogue(servers) })
    await untilWritten(url)

    now.isIll = true
    if (outage.isGone === true) for (const server of servers) await server.goAway()
    const heard = await Promise.all(Array.from({ length: 6 }, () => openVisitor(url).say(hard)))
    const sure = await openVisitor(url).say('How long is the warranty?')
    now.isIll = false
    if (outage.isGone === true) for (const server of servers) await server.comeBack()

    for (const one of heard) expectUseful(one)
    expect(heard.every(({ receipt }) => receipt?.route === 'person')).toBe(true)
    expect(sure.text).toContain('two years')
    await untilWritten(url)
  },
)

function cloudCatalogue([cheap, large]: readonly ModelServer[], bot: Readonly<Record<string, unknown>> = {}): string {
  const timeoutSeconds = 0.5
  return writeTestCatalogue(
    [
      ...(cheap === undefined
        ? []
        : [{ alias: 'cheap', provider: 'openai', server: cheap, tier: 2, price, timeoutSeconds } as const]),
      ...(large === undefined
        ? []
        : [{ alias: 'large', provider: 'anthropic', server: large, tier: 4, price, timeoutSeconds } as const]),
    ],
    bot,
  )
}

test('once the day’s money does not cover a call, no paid call is made, and every message is answered all the same', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: honest })
  const { url } = await startTestBot({ TUPPENCE_CONFIG_DIR: cloudCatalogue([cheap], { budget: { dailyUsd: 0.03 } }) })
  const isShort = ({ text }: Heard): boolean => text.includes('high demand')
  const heard: Heard[] = []

  while (heard.length < 60 && !heard.some(isShort)) heard.push(await openVisitor(url).say(hard))
  const before = cheap.requests.length
  const after = await Promise.all(Array.from({ length: 5 }, () => openVisitor(url).say(hard)))

  expect(before).toBeGreaterThan(2)
  // What is kept for telling intents apart may still be spent on that; the written answers are over.
  expect(after.flatMap(({ receipt }) => receipt?.calls ?? []).filter(({ purpose }) => purpose === 'answer')).toEqual([])
  for (const one of [...heard, ...after]) expectUseful(one)
  const { input, output } = cheap.meter
  expect(input * price.input + output * price.output).toBeLessThanOrEqual(30_000)
})

test('with a budget of zero not one paid call is made', async () => {
  const servers = [
    await startTestServer({ protocol: 'openai', answer: honest }),
    await startTestServer({ protocol: 'anthropic', answer: honest }),
  ]
  const { url } = await startTestBot({
    TUPPENCE_CONFIG_DIR: cloudCatalogue(servers, { advanced: { visibleTo: 'customers' } }),
    DAILY_BUDGET_USD: '0',
  })

  const visitor = openVisitor(url)
  const heard = [await visitor.say(hard), await openVisitor(url).say(`Use GPT-4: ${hard}`)]
  const sure = await visitor.say('How long is the warranty?')
  const pressed = sure.labels.includes('Try advanced AI') ? await visitor.press('Try advanced AI') : undefined

  for (const one of heard) expectUseful(one)
  expect(pressed?.text ?? '').not.toMatch(unspeakable)
  expect(servers.flatMap(({ requests }) => requests)).toEqual([])
})

/** What left for the cloud. */
const sentTo = (cloud: Places['cloud']) => cloud.flatMap(({ requests }) => requests)

interface Places {
  readonly local: ModelServer
  readonly cloud: readonly ModelServer[]
  readonly url: string
}

/** A bot with a local and a cloud model, the local one to be asked first. */
async function startLocalFirst(
  profile: 'local-first' | 'local-only',
  { localFault, local: more = {} }: { localFault?: ModelServerFault; local?: Partial<TestModel> } = {},
): Promise<Places> {
  const local = await startTestServer({ protocol: 'ollama', answer: honest, fault: () => localFault })
  const cloud = await startTestServer({ protocol: 'openai', answer: honest })
  const anthropic = await startTestServer({ protocol: 'anthropic', answer: honest })
  const folder = writeTestCatalogue(
    [
      { alias: 'local', provider: 'ollama', server: local, tier: 1, ...more },
      { alias: 'cheap', provider: 'openai', server: cloud, tier: 2, price },
      { alias: 'large', provider: 'anthropic', server: anthropic, tier: 4, price },
    ],
    { models: { profile }, advanced: { visibleTo: 'customers' } },
  )
  const keys = {
    OPENAI_API_KEY: 'sk-test-openai',
    ANTHROPIC_API_KEY: 'sk-test-anthropic',
    GEMINI_API_KEY: 'test-gemini',
  }
  const { url } = await startTestBot({
    TUPPENCE_CONFIG_DIR: folder,
    OPENAI_BASE_URL: cloud.url,
    ANTHROPIC_BASE_URL: anthropic.url,
    ...keys,
  })
  return { local, cloud: [cloud, anthropic], url }
}

test.each([
  ['answer', undefined],
  ['fail', { kind: 'server' } as const],
])('local-only: when local models %s, not one request leaves, whatever is said and pressed', async (_, localFault) => {
  const { local, cloud, url } = await startLocalFirst('local-only', localFault === undefined ? {} : { localFault })
  const visitor = openVisitor(url)

  for (const text of [
    hard,
    `Use GPT-4 please: ${hard}`,
    'Ask Claude how long the warranty is',
    'asdf qwer?',
    '🫖',
    hard,
  ])
    expect((await visitor.say(text)).text).not.toBe('')
  await visitor.say('How long is the warranty?')
  const { receipt } = await visitor.press('Try advanced AI')

  // The local model is asked, or after so many failures no longer asked; the receipt says which.
  expect([...(receipt?.calls ?? []), ...(receipt?.notAsked ?? [])]).not.toEqual([])
  expect(local.requests.length).toBeGreaterThan(2)
  expect(sentTo(cloud)).toEqual([])
})

/** The reasons that the cloud's calls were given. */
function cloudReasons({ receipt }: Heard): readonly unknown[] {
  return [...new Set(receipt?.calls.filter(({ model }) => model !== 'local').map(({ cloudReason }) => cloudReason))]
}

test('local-first: while local models answer, no request leaves', async () => {
  const { local, cloud, url } = await startLocalFirst('local-first')

  const heard = await openVisitor(url).say(hard)

  expect(heard.text).toContain(grounded)
  expect(local.requests.length).toBeGreaterThan(0)
  expect(sentTo(cloud)).toEqual([])
})

test('local-first: the cloud is asked after local models failed, and the receipt says so', async () => {
  const { local, cloud, url } = await startLocalFirst('local-first', { localFault: { kind: 'server' } })

  const heard = await openVisitor(url).say(hard)

  expect(heard.text).toContain(grounded)
  expect(heard.receipt?.calls[0]).toMatchObject({ model: 'local', outcome: 'failed' })
  expect(cloudReasons(heard)).toEqual(['local-failed'])
  expect([local.requests.length, sentTo(cloud).length].every((count) => count > 0)).toBe(true)
})

test('local-first: the cloud is asked while local models have more requests than they take, and the receipt says so', async () => {
  // Ten a minute: one at once, the next six seconds later.
  const { cloud, url } = await startLocalFirst('local-first', { local: { more: { requestsPerMinute: 10 } } })

  const heard = await openVisitor(url).say(hard)

  expect(heard.receipt?.calls[0]).toMatchObject({ model: 'local', outcome: 'answered' })
  expect(cloudReasons(heard)).toEqual(['overload'])
  expect(sentTo(cloud).length).toBeGreaterThan(0)
})

test('local-first: the cloud is asked when the customer names it, and the receipt says so', async () => {
  const { cloud, url } = await startLocalFirst('local-first')

  const heard = await openVisitor(url).say(`Please use GPT-4. ${hard}`)

  expect(cloudReasons(heard)).toEqual(['asked'])
  expect(sentTo(cloud).length).toBeGreaterThan(0)
})

test('local-first: the cloud is asked by the button, and the receipt says so', async () => {
  const { cloud, url } = await startLocalFirst('local-first')
  const visitor = openVisitor(url)
  await visitor.say('How long is the warranty?')
  const before = sentTo(cloud).length

  const heard = await visitor.press('Try advanced AI')

  expect(before).toBe(0)
  expect(cloudReasons(heard)).toEqual(['button'])
  expect(sentTo(cloud).length).toBeGreaterThan(0)
})
