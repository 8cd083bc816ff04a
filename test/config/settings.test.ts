import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { faultsOf } from './faults-of.ts'
import { faultsOfOwn, loadOwn } from './own-models.ts'

test('without any setting a day may cost $100, a message a cent, and a press of the button five', () => {
  const { budget, models, alerts, advanced } = loadConfig({})

  expect(budget).toEqual({
    timeZone: new Intl.DateTimeFormat().resolvedOptions().timeZone,
    dailyLimit: 100_000_000,
    requestLimit: 10_000,
    advancedRequestLimit: 50_000,
    userDailyLimit: undefined,
    channelDailyLimit: undefined,
    workspaceDailyLimit: undefined,
    modelDailyLimits: new Map(),
    shares: { classification: 0.05, advanced: 0.05 },
    alertAt: 0.8,
    qualityFirstBelow: 0.3,
    preferLocalFrom: 0.9,
    budgetMode: 'free',
    cloudCallsPerDay: undefined,
    spike: { factor: 2, floor: 500_000, floorCalls: 20 },
  })
  expect(models).toEqual({
    profile: 'hybrid',
    defaultModel: undefined,
    maxFallbackAttempts: 2,
    ollama: { maxLoaded: 2, keepAlive: '30m', preload: [] },
    weights: { cost: 0.6, latency: 0.4 },
    tierGate: 0.7,
  })
  expect([alerts, advanced]).toEqual([{ webhook: undefined, channel: undefined }, { visibleTo: 'staff' }])
})

test('an empty bot.yaml says the same as the shipped one', () => {
  const { configDir: _, ...empty } = loadOwn({ 'bot.yaml': '{}\n' })

  expect({ ...empty, configDir: undefined }).toEqual(loadConfig({}))
})

test('bot.yaml names what differs, in dollars', () => {
  const { budget, alerts } = loadOwn({
    'bot.yaml': `
budget:
  timeZone: Asia/Tokyo
  dailyUsd: "12.345678"
  userDailyUsd: 0.25
  channelDailyUsd: 3
  workspaceDailyUsd: 4
  modelDailyUsd: { large: 1.5 }
  budgetMode: cheapest
  spike: { floorUsd: 1 }
alerts: { channel: { platform: discord, address: "42" } }
`,
  })

  expect(budget).toMatchObject({
    timeZone: 'Asia/Tokyo',
    dailyLimit: 12_345_678,
    userDailyLimit: 250_000,
    channelDailyLimit: 3_000_000,
    workspaceDailyLimit: 4_000_000,
    budgetMode: 'cheapest',
    spike: { factor: 2, floor: 1_000_000, floorCalls: 20 },
  })
  expect([...budget.modelDailyLimits]).toEqual([['large', 1_500_000]])
  expect(alerts.channel).toEqual({ platform: 'discord', address: '42' })
})

test('a variable wins over the file', () => {
  const bot = `
models: { defaultModel: mini, maxFallbackAttempts: 3 }
budget: { timeZone: UTC, dailyUsd: 5, requestUsd: 0.5, alertAt: 0.5, cloudCallsPerDay: 7 }
`
  const { budget, models } = loadOwn(
    { 'bot.yaml': bot },
    {
      TZ_BUDGET: 'Europe/London',
      DAILY_BUDGET_USD: '0',
      REQUEST_BUDGET_USD: '0.01',
      DEFAULT_BUDGET: '0.02',
      COST_ALERT_THRESHOLD: '0.75',
      CLOUD_CALLS_PER_DAY: '0',
      DEFAULT_MODEL: 'haiku',
      MAX_FALLBACK_ATTEMPTS: '0',
    },
  )

  expect(budget).toMatchObject({
    timeZone: 'Europe/London',
    dailyLimit: 0,
    requestLimit: 10_000,
    alertAt: 0.75,
    cloudCallsPerDay: 0,
  })
  expect(models).toMatchObject({ defaultModel: 'haiku', maxFallbackAttempts: 0 })
})

test('the older name of the limit of one message counts where the present one is not set', () => {
  expect(loadConfig({ DEFAULT_BUDGET: '0.02' }).budget.requestLimit).toBe(20_000)
})

/** Has this machine in another time zone until the test ends. */
function withZone(zone: string): void {
  const before = process.env['TZ']
  onTestFinished(() => {
    if (before === undefined) delete process.env['TZ']
    else process.env['TZ'] = before
  })
  process.env['TZ'] = zone
}

test.each([':/etc/localtime', 'UTC0', 'Foo/Bar', ''])(
  'on a machine whose TZ is "%s" the day is one of UTC, with a warning that says what to set',
  (zone) => {
    withZone(zone)

    const { budget, warnings } = loadConfig({})

    expect(budget.timeZone).toBe('UTC')
    expect(warnings).toEqual([
      { file: 'environment', path: 'TZ_BUDGET', problem: expect.stringMatching(/UTC.*Europe\/Berlin/) },
    ])
  },
)

test('the zone of the machine counts where none is set, and needs no warning', () => {
  withZone('Asia/Tokyo')

  expect(loadConfig({})).toMatchObject({ budget: { timeZone: 'Asia/Tokyo' }, warnings: [] })
})

test('a zone that is set needs no warning, whatever the machine has', () => {
  withZone('Foo/Bar')

  expect(loadConfig({ TZ_BUDGET: 'Europe/London' })).toMatchObject({
    budget: { timeZone: 'Europe/London' },
    warnings: [],
  })
})

test('a hundred cloud calls a day are the limit where local models come first', () => {
  const callsOf = (bot: string) => loadOwn({ 'bot.yaml': bot }).budget.cloudCallsPerDay

  expect(callsOf('models: { profile: local-first }')).toBe(100)
  expect(callsOf('models: { profile: local-first }\nbudget: { cloudCallsPerDay: 7 }')).toBe(7)
  expect(callsOf('models: { profile: cloud }')).toBe(undefined)
})

test.each([
  ...['-1', '1e3', 'abc', '1.0000001', '$5', '1,000'].map(
    (value) => ['DAILY_BUDGET_USD', value, 'six decimals'] as const,
  ),
  ['REQUEST_BUDGET_USD', '-0.01', 'six decimals'],
  ['DEFAULT_BUDGET', 'x', 'six decimals'],
  ...['Mars/Olympus', '+10:00', '-05:00', 'UTC+2', 'CET', 'PST'].map(
    (zone) => ['TZ_BUDGET', zone, 'a time zone like Europe/Berlin'] as const,
  ),
  ['CLOUD_CALLS_PER_DAY', '-1', 'a whole number from 0 to 1000000'],
  ['MAX_FALLBACK_ATTEMPTS', '11', 'a whole number from 0 to 10'],
  ['COST_ALERT_THRESHOLD', '80', 'a share from 0 to 1'],
  ['COST_ALERT_THRESHOLD', '1.1', 'a share from 0 to 1'],
  ['OPENAI_BASE_URL', 'openai', 'an address like https://api.openai.com/v1'],
  ['OLLAMA_HOST', 'http://', '127.0.0.1:11434'],
  ['OLLAMA_HOST', 'two words', '127.0.0.1:11434'],
] as const)('%s=%s is a fault that says what to write', (path, value, problem) => {
  expect(faultsOf({ [path]: value })).toEqual([
    { file: 'environment', path, problem: expect.stringContaining(problem) },
  ])
})

test.each([
  ['budget: { dailyUsd: -1 }', 'budget.dailyUsd', '0 or more'],
  ['budget: { requestUsd: 0.0000001 }', 'budget.requestUsd', 'at most 6 decimals'],
  ['budget: { dailyUsd: true }', 'budget.dailyUsd', 'write a decimal number'],
  ['budget: { timeZone: Nowhere }', 'budget.timeZone', 'Europe/Berlin'],
  ['budget: { timeZone: "+10:00" }', 'budget.timeZone', 'Europe/Berlin'],
  ['budget: { shares: { classification: 0.6, advanced: 0.5 } }', 'budget.shares', 'more than the whole'],
  ['budget: { qualityFirstBelow: 0.95 }', 'budget.qualityFirstBelow', 'preferLocalFrom'],
  ['budget: { budgetMode: dearest }', 'budget.budgetMode', 'cheapest'],
  ['budget: { daily: 5 }', 'budget.daily', 'unknown setting'],
  ['models: { profile: best }', 'models.profile', 'local-first'],
  ['models: { ollama: { keepAlive: 30 minutes } }', 'models.ollama.keepAlive', '"30m"'],
  ['advanced: { visibleTo: nobody }', 'advanced.visibleTo', 'customers'],
  ['alerts: { channel: { platform: irc, address: x } }', 'alerts.channel.platform', 'slack'],
])('%s is a fault', (bot, path, problem) => {
  expect(faultsOfOwn({ 'bot.yaml': bot })).toEqual([
    { file: 'bot.yaml', path, problem: expect.stringContaining(problem) },
  ])
})

test.each([
  ['127.0.0.1:11434', 'http://127.0.0.1:11434'],
  ['0.0.0.0', 'http://127.0.0.1:11434'],
  ['ollama', 'http://ollama:11434'],
  ['http://ollama:8000/', 'http://ollama:8000'],
  ['https://ollama.example.com', 'https://ollama.example.com'],
])('OLLAMA_HOST=%s is asked at %s', (host, url) => {
  expect(loadConfig({ OLLAMA_HOST: host }).providerUrls.ollama).toBe(url)
})

test('Ollama is asked only where it was named, or local models were chosen', () => {
  expect(loadConfig({}).providerUrls.ollama).toBe(undefined)
  expect(loadOwn({ 'bot.yaml': 'models: { profile: local-only }' }).providerUrls.ollama).toBe('http://127.0.0.1:11434')
})

test('Together is reached where its documentation says', () => {
  // docs.together.ai/docs/inference/openai-compatibility, read 2026-11-21
  expect(loadConfig({}).providerUrls.together).toBe('https://api.together.ai/v1')
})

test('a channel of the team on a platform that has no token is a fault, since cards would wait there for ever', () => {
  const files = { 'bot.yaml': 'team:\n  channels: { slack: C0123456789, discord: "1234567890123456789" }\n' }

  expect(faultsOfOwn(files)).toEqual([
    { file: 'bot.yaml', path: 'team.channels.slack', problem: expect.stringContaining('SLACK_BOT_TOKEN') },
    { file: 'bot.yaml', path: 'team.channels.discord', problem: expect.stringContaining('DISCORD_TOKEN') },
  ])
})

test('one person is answered five messages in ten seconds, a channel twenty, and 0 sets no limit', () => {
  expect(loadConfig({}).limits).toEqual({
    user: { most: 5, windowMs: 10_000 },
    channel: { most: 20, windowMs: 10_000 },
  })

  const { limits } = loadOwn({
    'bot.yaml': 'limits: { user: { messages: 0 }, channel: { messages: 3, seconds: 0.5 } }\n',
  })

  expect(limits).toEqual({ user: undefined, channel: { most: 3, windowMs: 500 } })
  expect(faultsOfOwn({ 'bot.yaml': 'limits: { user: { messages: -1, seconds: 0 } }\n' })).toHaveLength(2)
})
