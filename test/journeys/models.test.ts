import { expect, test } from 'vitest'
import { startTestBot } from '../bot.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import type { ModelServer, ModelServerOptions, ScriptedAnswer } from '../servers/models.ts'

const adminToken = 'an-admin-token-of-a-test'
const price = { input: 2, output: 10 }
/** No intent is sure of it, and several articles have something to do with it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'
const grounded = 'If it is unused, you can send it back within 30 days of getting it.'

/** What the two kinds of questions are answered with. */
interface Script {
  readonly classifies?: object
  readonly writes?: object | ((text: string) => object)
}

/** A model that classifies and writes as told; anything it is not told of, it does not know. */
function scripted({ classifies, writes }: Script): NonNullable<ModelServerOptions['answer']> {
  return ({ instructions, messages }): ScriptedAnswer => {
    if (instructions.startsWith('You sort messages'))
      return JSON.stringify(classifies ?? { intent: 'none', confidence: 0.9 })
    const asked = messages.at(-1)?.text ?? ''
    return JSON.stringify(typeof writes === 'function' ? writes(asked) : (writes ?? declined))
  }
}

const written = (answer: string): object => ({ answer, sources: [1], lookUp: 'none', canAnswer: true })
const declined = { answer: '', sources: [], lookUp: 'none', canAnswer: false }

interface Setting {
  readonly cheap: ModelServer
  readonly large?: ModelServer
  readonly bot?: Readonly<Record<string, unknown>>
}

/** The assembled bot with a cheap model and, if given, a large one. */
async function startBot({ cheap, large, bot = {} }: Setting) {
  const folder = writeTestCatalogue(
    [
      { alias: 'cheap', provider: 'openai', server: cheap, tier: 2, price },
      ...(large === undefined
        ? []
        : [{ alias: 'large', provider: 'anthropic', server: large, tier: 4, price } as const]),
    ],
    bot,
  )
  return await startTestBot({ TUPPENCE_CONFIG_DIR: folder, TUPPENCE_ADMIN_TOKEN: adminToken })
}

interface Said {
  readonly conversation: string
  readonly replies: readonly { readonly text: string; readonly actions: readonly { id: string; label: string }[] }[]
  readonly receipt: Readonly<Record<string, unknown>> & {
    readonly calls: readonly Readonly<Record<string, unknown>>[]
  }
}

async function post(url: string, body: object, cookie = ''): Promise<{ said: Said; cookie: string }> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', cookie },
    body: JSON.stringify(body),
  })
  const given = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
  return { said: (await response.json()) as Said, cookie: given }
}

const say = async (bot: { url: string }, text: string): Promise<Said> =>
  (await post(`${bot.url}/api/chat`, { text })).said

test('a cheap model chooses among the candidates where the free stages are unsure, and a rule-based agent answers', async () => {
  const cheap = await startTestServer({
    protocol: 'openai',
    answer: scripted({ classifies: { intent: 'general.return-policy', confidence: 0.95 } }),
  })
  const bot = await startBot({ cheap })

  const { receipt, replies } = await say(bot, hard)

  expect(receipt).toMatchObject({ intent: 'general.return-policy', stage: 'model', route: 'agent', tier: 2 })
  expect(receipt.calls).toMatchObject([{ model: 'cheap', purpose: 'classification', outcome: 'answered' }])
  expect(receipt['costMicroDollars']).toBe(receipt.calls[0]?.['costMicroDollars'])
  expect(replies[0]?.text).toContain('30 days')
})

test('a message the free stages are sure of is answered without any model', async () => {
  const cheap = await startTestServer({ protocol: 'openai' })
  const bot = await startBot({ cheap })

  const { receipt } = await say(bot, 'I was charged twice for order 1042')

  expect(receipt).toMatchObject({ intent: 'payments.double-charge', tier: 0, calls: [], costMicroDollars: 0 })
  expect(cheap.requests).toEqual([])
})

test('a message in another language and one that only refuses are answered by rules, and no model is asked', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({ writes: written(grounded) }) })
  const bot = await startBot({ cheap })

  const spanish = await say(bot, 'Quiero devolver un artículo que compré la semana pasada, ¿cuántos días tengo?')
  const refusing = await say(bot, 'I do not want a refund.')

  expect(cheap.requests).toEqual([])
  expect(spanish.replies[0]?.text).toContain('Por ahora solo entiendo inglés.')
  expect(refusing.receipt).toMatchObject({ intent: 'unknown', calls: [] })
  expect(refusing.replies[0]?.actions.map(({ label }) => label)).toContain('Talk to a person')
})

test('what no rule answers a model writes from the articles, and the receipt tells what it cost', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({ writes: written(grounded) }) })
  const bot = await startBot({ cheap })

  const { receipt, replies } = await say(bot, hard)

  expect(replies[0]?.text).toContain(grounded)
  expect(replies[0]?.text).toContain('From our guide')
  expect(receipt).toMatchObject({ route: 'model', tier: 2, budgetLevel: 'quality-first' })
  expect(receipt.calls.map(({ purpose, outcome, score }) => [purpose, outcome, score])).toEqual([
    ['classification', 'answered', undefined],
    ['answer', 'answered', 1],
  ])
})

test('nothing personal reaches a provider', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({}) })
  const bot = await startBot({ cheap })

  await say(bot, `My mail is eve@example.com and my card is 4242 4242 4242 4242. ${hard}`)

  const sent = JSON.stringify(cheap.requests.map(({ body }) => body))
  expect(cheap.requests.length).toBeGreaterThan(0)
  expect(sent).not.toContain('eve@example.com')
  expect(sent.replaceAll(/\D/g, '')).not.toContain('4242424242424242')
  expect(sent).toContain('[EMAIL_1]')
})

test('an invented figure is refused, and one dearer model is asked; its answer counts', async () => {
  const cheap = await startTestServer({
    protocol: 'openai',
    answer: scripted({ writes: written('You can send it back within 90 days, and we pay $15.00.') }),
  })
  const large = await startTestServer({ protocol: 'anthropic', answer: scripted({ writes: written(grounded) }) })
  const bot = await startBot({ cheap, large })

  const { receipt, replies } = await say(bot, hard)

  expect(replies[0]?.text).toContain(grounded)
  expect(receipt.calls.map(({ model, outcome }) => [model, outcome])).toEqual([
    ['cheap', 'answered'],
    ['cheap', 'rejected'],
    ['large', 'answered'],
  ])
})

test('when no model has an answer that passes, a person gets the message', async () => {
  const lying = scripted({ writes: written('We have refunded you $500 for order 7777.') })
  const cheap = await startTestServer({ protocol: 'openai', answer: lying })
  const large = await startTestServer({ protocol: 'anthropic', answer: lying })
  const bot = await startBot({ cheap, large })

  const { receipt, replies } = await say(bot, hard)

  expect(receipt).toMatchObject({ route: 'person' })
  expect(replies[0]?.text).toMatch(/ticket \*\*T-\d+\*\*/)
  expect(JSON.stringify(replies)).not.toContain('refunded')
  expect(receipt.calls.filter(({ purpose }) => purpose === 'answer')).toHaveLength(2)
})

test('with the day used up the customer is answered all the same, in kind words and without a word on money', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({ writes: written(grounded) }) })
  const bot = await startBot({ cheap, bot: { budget: { dailyUsd: 0.0001 } } })

  const { receipt, replies } = await say(bot, hard)

  expect(cheap.requests).toEqual([])
  expect(receipt).toMatchObject({ tier: 0, calls: [], costMicroDollars: 0 })
  expect(replies[0]?.text).toContain("We're experiencing high demand. Responses may be simpler than usual.")
  expect(replies[0]?.text).not.toMatch(/budget|cost|dollar|money|\$|model|\bAI\b/i)
})

test('a customer whose identity is checked is answered from their own records, and nobody else’s are read', async () => {
  const asks = { answer: '', sources: [], lookUp: 'orders', canAnswer: false }
  const cheap = await startTestServer({
    protocol: 'openai',
    answer: scripted({
      writes: (asked) =>
        asked.includes('"facts":[]') ? asks : written('Order 1043 was placed 2026-11-18, so it is the newer one.'),
    }),
  })
  const bot = await startBot({ cheap })
  let cookie = ''
  let conversation: string | undefined
  for (const text of ['Where is my order 1042?', 'ada@example.com', 'BS6 5QA']) {
    const next = await post(
      `${bot.url}/api/chat`,
      { text, ...(conversation === undefined ? {} : { conversation }) },
      cookie,
    )
    cookie = next.cookie
    conversation = next.said.conversation
  }
  const before = cheap.requests.length

  const text = 'If I compare the two parcels I bought from you, which one is the newer one and which one cost more?'
  await post(`${bot.url}/api/chat`, { text, conversation }, cookie)

  const prompts = cheap.requests.slice(before).map(({ messages }) => messages.at(-1)?.text ?? '')
  const informed = prompts.filter((prompt) => prompt.includes('Order 1042'))
  expect(prompts.some((prompt) => prompt.includes('"mayLookUp":true'))).toBe(true)
  expect(informed.length).toBe(1)
  expect(informed.join()).not.toMatch(/Order (?!1042|1043)\d{4}:/)
  expect(informed.join()).not.toContain('ada@example.com')
})

test('a model that asks for records of somebody unknown gets none', async () => {
  const asks = { answer: '', sources: [], lookUp: 'orders', canAnswer: false }
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({ writes: asks }) })
  const bot = await startBot({ cheap })

  const { receipt } = await say(bot, hard)

  expect(receipt).toMatchObject({ route: 'person' })
  expect(JSON.stringify(cheap.requests.map(({ messages }) => messages))).not.toMatch(/Order \d{4}:/)
})

test('what was asked for an intent stands under that intent in the books, the button too', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({}) })
  const large = await startTestServer({ protocol: 'anthropic', answer: scripted({ writes: written(grounded) }) })
  const bot = await startBot({ cheap, large, bot: { advanced: { visibleTo: 'customers' } } })
  const first = await post(`${bot.url}/api/chat`, { text: 'What is your return policy?' })
  const button = first.said.replies[0]?.actions.find(({ label }) => label === 'Try advanced AI')

  const { said } = await post(
    `${bot.url}/api/chat/action`,
    { conversation: first.said.conversation, action: button?.id },
    first.cookie,
  )

  expect(first.said.receipt).toMatchObject({ intent: 'general.return-policy', tier: 0 })
  expect(said.receipt).toMatchObject({ because: 'user_requested_better_quality', tier: 4 })
  const spend = await fetch(`${bot.url}/api/spend`, { headers: { authorization: `Bearer ${adminToken}` } })
  expect(JSON.stringify(await spend.json())).toContain('"general.return-policy"')
})

test('the button is offered only where a larger model is left to be asked', async () => {
  const cheap = await startTestServer({ protocol: 'openai', answer: scripted({ writes: written(grounded) }) })
  const bot = await startBot({ cheap })

  const byRule = await say(bot, 'What is your return policy?')
  const byModel = await say(bot, hard)

  expect(byRule.replies[0]?.actions.map(({ label }) => label)).toContain('Try advanced AI')
  expect(byModel.receipt).toMatchObject({ route: 'model', tier: 2 })
  expect(byModel.replies[0]?.actions.map(({ label }) => label)).not.toContain('Try advanced AI')
})
