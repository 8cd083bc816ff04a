import { onTestFinished } from 'vitest'
import type { Store } from '../../adapters/store/store.ts'
import type { Config } from '../../config/config.ts'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { scopesOf } from '../../src/budget/scopes.ts'
import { purposes, type Purpose } from '../../src/core/budget.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import { type TestModel } from '../catalogue.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import { newBotFolder } from '../store.ts'
import type { ModelServer, ScriptedAnswer } from '../servers/models.ts'

/** No intent is sure of it, and several articles have something to do with it. */
export const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'
export const grounded = 'If it is unused, you can send it back within 30 days of getting it.'

/** Cheap enough that a few calls do not move the day from one step of the ladder to the next. */
const low = { input: 0.05, output: 0.2 }
const high = { input: 0.2, output: 0.8 }
/** Of a day of one dollar. */
const dayUsd = 1

const classified = JSON.stringify({ intent: 'none', confidence: 0.9 })
const written = JSON.stringify({ answer: grounded, sources: [1], lookUp: 'none', canAnswer: true })

async function startServer(protocol: 'openai' | 'ollama'): Promise<ModelServer> {
  const answer = ({ instructions }: { readonly instructions: string }): ScriptedAnswer =>
    instructions.startsWith('You sort messages') ? classified : written
  return await startTestServer({ protocol, answer })
}

/** Models of three tiers; `better` has more to show for its price than `cheap`. */
export async function openCatalogue() {
  const [local, cheap, better, large] = await Promise.all([
    startServer('ollama'),
    startServer('openai'),
    startServer('openai'),
    startServer('openai'),
  ])
  const models = {
    local: { alias: 'local', provider: 'ollama', server: local, tier: 1 },
    cheap: { alias: 'cheap', provider: 'openai', server: cheap, tier: 2, price: low, more: { contextTokens: 50_000 } },
    better: { alias: 'better', provider: 'openai', server: better, tier: 2, price: high },
    large: { alias: 'large', provider: 'openai', server: large, tier: 4, price: high },
  } satisfies Record<string, TestModel>
  const servers = { local, cheap, better, large }
  const asked = (): number => cheap.requests.length + better.requests.length + large.requests.length
  return { models, servers, cloudRequests: asked }
}

type Catalogue = Awaited<ReturnType<typeof openCatalogue>>
type Alias = keyof Catalogue['models']

interface Setting {
  readonly catalogue: Catalogue
  readonly aliases: readonly Alias[]
  readonly budget?: Readonly<Record<string, unknown>>
  readonly environment?: Readonly<Record<string, string>>
  /** What each purpose has used of the day before the bot starts, in micro-dollars. */
  readonly spent?: Partial<Record<Purpose, number>>
}

export interface Said {
  readonly conversation: string
  readonly replies: readonly { readonly text: string; readonly actions: readonly { id: string; label: string }[] }[]
  readonly receipt: Readonly<Record<string, unknown>> & {
    readonly calls: readonly Readonly<Record<string, unknown>>[]
  }
}

/** The assembled bot with a clock that the test moves, on a folder in which some of the day is spent. */
export async function openBot({ catalogue, aliases, budget = {}, environment = {}, spent = {} }: Setting) {
  const clock = { at: new Date('2026-11-21T12:00:00Z') }
  const folder = newBotFolder()
  onTestFinished(() => folder.remove())
  const models = aliases.map((alias) => catalogue.models[alias])
  const configFolder = writeTestCatalogue(models, {
    budget: { dailyUsd: dayUsd, ...budget },
    advanced: { visibleTo: 'customers' },
  })
  const config = (more: Readonly<Record<string, string>> = {}) =>
    loadConfig({
      TUPPENCE_CONFIG_DIR: configFolder,
      TUPPENCE_DATA_DIR: folder.path,
      TZ_BUDGET: 'UTC',
      PORT: '0',
      LOG_LEVEL: 'silent',
      ...environment,
      ...more,
    })
  const before = config()
  await spendBefore(before, await folder.openStore(before, () => clock.at), { spent, at: clock.at })
  const start = async (more: Readonly<Record<string, string>> = {}) => {
    const bot = await startBot(config(more), 'configured', {
      now: () => clock.at,
      openStore: folder.openStore,
    })
    let stopping: Promise<void> | undefined
    const stop = (): Promise<void> => (stopping ??= bot.stop())
    onTestFinished(stop)
    const talk = talkTo(bot.url ?? '')
    return { ...talk, stop }
  }
  return { clock, start, ...(await start()) }
}

/** One call of the ledger for each purpose, under the very limits that the bot keeps. */
async function spendBefore(
  { budget }: Config,
  store: Store,
  { spent, at }: { readonly spent: NonNullable<Setting['spent']>; readonly at: Date },
): Promise<void> {
  const ledger = store.ledger({ zone: budget.timeZone, limit: () => budget.dailyLimit, clock: () => at })
  const payer = { tenant: 'default', message: 'before', channel: 'web', author: 'before' } as const
  const model = { model: 'before', provider: 'before', wireName: 'before', tier: 2, prices: 'before' } as const
  const limits = {
    daily: budget.dailyLimit,
    shares: budget.shares,
    modelDaily: new Map(),
    cloudCallsPerDay: undefined,
    userDaily: undefined,
    channelDaily: undefined,
    workspaceDaily: undefined,
  }
  for (const purpose of purposes) {
    const amount = (spent[purpose] ?? 0) as MicroDollars
    if (amount === 0) continue
    const wanted = { model: { alias: 'before', tier: 2 }, purpose, requestLimit: budget.dailyLimit } as const
    const facts = { ...payer, ...model, conversation: 'before', intent: 'unknown', purpose }
    const scopes = scopesOf(wanted, payer, limits)
    const reservation = await ledger.reserve({ id: purpose, amount, scopes, leaseMs: 60_000, facts })
    if (reservation.kind === 'refused') throw new Error(`${purpose} may not use ${amount}`)
    await ledger.dispatch(purpose)
    const usage = { model: 'before', input: 1, cached: 0, cacheWrite: 0, output: 1 }
    await ledger.settle(purpose, { kind: 'known', cost: amount, usage })
  }
  await store.close()
}

/** A customer of their own for each message, but for a button, which is pressed by whoever was shown it. */
function talkTo(url: string) {
  const post = async (path: string, body: object, cookie = ''): Promise<{ said: Said; cookie: string }> => {
    const headers = { 'content-type': 'application/json', cookie }
    const response = await fetch(`${url}${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
    const given = response.headers.get('set-cookie')?.split(';')[0] ?? cookie
    return { said: (await response.json()) as Said, cookie: given }
  }
  return {
    say: async (text: string): Promise<Said> => (await post('/api/chat', { text })).said,
    sayAndPress: async (text: string, label: string): Promise<Said> => {
      const { said, cookie } = await post('/api/chat', { text })
      const action = said.replies[0]?.actions.find((one) => one.label === label)
      const pressed = await post('/api/chat/action', { conversation: said.conversation, action: action?.id }, cookie)
      return pressed.said
    },
  }
}
