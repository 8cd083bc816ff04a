import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { WebhookServer } from '../servers/webhook.ts'
import { grounded, hard, openBot, openCatalogue, type Said } from './ladder-bot.ts'

const kindSentence = "We're experiencing high demand. Responses may be simpler than usual."
const advancedButton = 'Try advanced AI'
/** Everything that the day has, each part by what it is for. */
const everything = { answer: 900_000, classification: 50_000, advanced: 50_000 }
/** What no customer ever reads about. */
const moneyWords =
  /budget|spen[dt]|\bcosts?\b|dollar|\bUSD\b|\$|\bcents?\b|limit|quota|credit|token|cheap|expensive|afford|\bmodels?\b|provider|\bAI\b/i

const callsOf = ({ receipt }: Said) => receipt.calls.map(({ purpose, model }) => `${String(purpose)} ${String(model)}`)
const textOf = ({ replies }: Said): string => replies.map(({ text }) => text).join('\n')

test.each([
  [299_000, 'quality-first', ['classification better', 'answer better']],
  [300_000, 'balanced', ['classification cheap', 'answer cheap']],
  [890_000, 'balanced', ['classification cheap', 'answer cheap']],
  [900_000, 'prefer-local', ['classification local', 'answer local']],
] as const)('with %i of a million micro-dollars used, the day is at %s', async (answer, level, calls) => {
  const catalogue = await openCatalogue()
  const bot = await openBot({ catalogue, aliases: ['local', 'cheap', 'better'], spent: { answer } })

  const said = await bot.say(hard)

  expect(said.receipt['budgetLevel']).toBe(level)
  expect(callsOf(said)).toEqual(calls)
  expect(textOf(said)).toContain(grounded)
  expect(textOf(said)).not.toContain(kindSentence)
})

test('a sure message and an article are answered with the day used up as they are with all of it left', async () => {
  const catalogue = await openCatalogue()
  const rich = await openBot({ catalogue, aliases: ['cheap', 'large'] })
  const poor = await openBot({ catalogue, aliases: ['cheap', 'large'], spent: everything })

  for (const text of ['I was charged twice for order 1042', 'How long does delivery take?', 'hello']) {
    const [usual, now] = [await rich.say(text), await poor.say(text)]

    expect(textOf(now)).toBe(textOf(usual))
    expect(now.receipt).toMatchObject({ tier: 0, calls: [], costMicroDollars: 0 })
  }
  expect(catalogue.cloudRequests()).toBe(0)
})

test('with the day used up unsure messages are asked back, looked up, or go to a person, in kind words', async () => {
  const catalogue = await openCatalogue()
  const bot = await openBot({ catalogue, aliases: ['cheap', 'large'], spent: everything })
  const unsure = [
    ['clarify', 'I want to cancel', /Is it about “Cancel an order” or “Cancel my subscription”\?/],
    ['agent', 'package refund late', /In what condition items can come back/],
    ['person', 'Can you explain quantum entanglement to my cat?', /ticket \*\*T-\d+\*\*/],
  ] as const

  for (const [route, text, words] of unsure) {
    const said = await bot.say(text)

    expect(said.receipt).toMatchObject({ route, budgetLevel: 'free-only', calls: [] })
    expect(textOf(said)).toMatch(words)
    expect(textOf(said).startsWith(`${kindSentence}\n\n`)).toBe(true)
  }
  expect(catalogue.cloudRequests()).toBe(0)
})

test('with the day used up a local model goes on answering, and nothing is said of it', async () => {
  const catalogue = await openCatalogue()
  const bot = await openBot({ catalogue, aliases: ['local', 'cheap', 'large'], spent: everything })

  const said = await bot.say(hard)

  expect(said.receipt).toMatchObject({ budgetLevel: 'free-only', tier: 1, costMicroDollars: 0 })
  expect(callsOf(said)).toEqual(['classification local', 'answer local'])
  expect(textOf(said)).not.toContain(kindSentence)
})

test('no customer reads a word about money, whatever they write or press while the day is used up', async () => {
  const catalogue = await openCatalogue()
  const bot = await openBot({ catalogue, aliases: ['cheap', 'large'], spent: everything })
  const messages = [hard, 'I want to cancel', 'Can you explain quantum entanglement to my cat?', 'where is it']
  const said = [await bot.sayAndPress('How long does delivery take?', advancedButton)]
  for (const text of [...messages, 'hello', 'I want to speak to a person', 'package refund late', '???'])
    said.push(await bot.say(text))

  const texts = said.map(textOf)
  const ours = [...loadConfig({}).wording].filter(([key]) => /^(budget|status|advanced)\./.test(key))

  expect(texts.filter((text) => moneyWords.test(text) || text === '')).toEqual([])
  expect(ours.length).toBeGreaterThan(2)
  expect(ours.filter(([, text]) => moneyWords.test(text))).toEqual([])
})

test.each([
  ['answers have used theirs', { answer: 900_000 }, { unsure: ['classification cheap'], pressed: ['advanced large'] }],
  [
    'the button has used its own too',
    { answer: 900_000, advanced: 50_000 },
    { unsure: ['classification cheap'], pressed: [] },
  ],
  [
    'classification has used its own too',
    { answer: 900_000, classification: 50_000 },
    { unsure: [], pressed: ['advanced large'] },
  ],
  [
    'the button would use what is left',
    { answer: 899_000, advanced: 51_000 },
    { unsure: ['classification cheap'], pressed: [] },
  ],
] as const)('when %s, each part of the day is only for what it is kept for', async (_, spent, calls) => {
  const catalogue = await openCatalogue()
  const bot = await openBot({ catalogue, aliases: ['cheap', 'large'], spent })

  const said = await bot.say(hard)
  const again = await bot.sayAndPress('How long does delivery take?', advancedButton)

  expect({ unsure: callsOf(said), pressed: callsOf(again) }).toEqual(calls)
  expect(textOf(said)).toContain(kindSentence)
  expect(again.replies).toHaveLength(1)
})

test('after so many cloud calls as the day has, none is made', async () => {
  const catalogue = await openCatalogue()
  const environment = { CLOUD_CALLS_PER_DAY: '3' }
  const bot = await openBot({ catalogue, aliases: ['cheap', 'large'], environment })

  const said = [await bot.say(hard), await bot.say(hard), await bot.say(hard)]

  expect(said.map(callsOf)).toEqual([['classification cheap', 'answer cheap'], ['answer cheap'], []])
  expect(said.map((one) => textOf(one).includes(kindSentence))).toEqual([false, false, true])
  expect(catalogue.cloudRequests()).toBe(3)
})

test.each([
  ['free', { answer: 900_000 }, ['classification cheap', 'classification better']],
  ['cheapest', { answer: 900_000 }, ['classification cheap']],
  ['cheapest', { answer: 800_000 }, ['classification cheap', 'classification better', 'answer cheap']],
  ['cheapest', { answer: 900_000, classification: 49_999 }, []],
] as const)(
  'budgetMode %s with %o spent and a cheapest model that fails asks: %j',
  async (budgetMode, spent, calls) => {
    const catalogue = await openCatalogue()
    const bot = await openBot({ catalogue, aliases: ['cheap', 'better', 'large'], budget: { budgetMode }, spent })
    catalogue.servers.cheap.faults.push({ kind: 'server' })

    expect(callsOf(await bot.say(hard))).toEqual(calls)
  },
)

test('the next midnight where the owner lives ends it without a restart', async () => {
  const catalogue = await openCatalogue()
  const environment = { TZ_BUDGET: 'Asia/Kolkata' } // half past six in the evening, UTC
  const bot = await openBot({ catalogue, aliases: ['cheap'], environment, spent: everything })
  const levels: unknown[] = []

  for (const time of ['18:29:59.999', '18:30:00.000']) {
    bot.clock.at = new Date(`2026-11-21T${time}Z`)
    const { receipt } = await bot.say(hard)
    levels.push([receipt['budgetLevel'], receipt.calls.length])
  }

  expect(levels).toEqual([
    ['free-only', 0],
    ['quality-first', 2],
  ])
})

test('a higher limit ends it with the start that brings it, and a lower one begins it', async () => {
  const catalogue = await openCatalogue()
  const bot = await openBot({ catalogue, aliases: ['cheap'], spent: everything })
  const before = await bot.say(hard)
  await bot.stop()

  const raised = await bot.start({ DAILY_BUDGET_USD: '10' })
  const after = await raised.say(hard)
  await raised.stop()
  const lowered = await bot.start({ DAILY_BUDGET_USD: '0.5' })
  const again = await lowered.say(hard)

  const levels = [before, after, again].map(({ receipt }) => [receipt['budgetLevel'], receipt.calls.length])
  expect(levels).toEqual([
    ['free-only', 0],
    ['quality-first', 2], // a tenth is spent
    ['free-only', 0],
  ])
})

test('the owner is told of the day as the bot finds it, at the address that is configured', async () => {
  const catalogue = await openCatalogue()
  const server = await new WebhookServer().start()
  onTestFinished(() => server.close())
  const environment = { TUPPENCE_ALERT_WEBHOOK: server.origin, COST_ALERT_THRESHOLD: '0.5' }

  await openBot({ catalogue, aliases: ['cheap'], environment, spent: { answer: 500_000 } })

  await expect
    .poll(() => server.received.map(({ body }) => body))
    .toMatchObject([{ level: 'warning', text: 'The budget is nearly used: $0.50 of $1.00 for 2026-11-21.' }])
})
