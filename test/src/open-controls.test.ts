import { rm } from 'node:fs/promises'
import { uuidv7 } from 'uuidv7'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openStore } from '../../adapters/store/store.ts'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import type { BudgetDay } from '../../src/core/budget.ts'
import type { ControlChange, Controls } from '../../src/core/controls.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { BotEvent } from '../../src/core/ports.ts'
import { createControls, openControls } from '../../src/open-controls.ts'
import { openModels } from '../../src/open-models.ts'
import { openSpending } from '../../src/open-spending.ts'
import { newDataFolder } from '../data-folder.ts'
import { anyMessage, anyQuestion, startTestServer, writeTestCatalogue } from '../models.ts'
import { openEmptyStore } from '../store.ts'

const tenant = 'default'
const silent = { receipt: () => {}, event: () => {} }

function entry(at = new Date()) {
  return { id: uuidv7(), at, by: 'slack:T1:UADA', place: 'slack/T1/C1' }
}

/** One paid model over a store of its own, on 27 November 2026 at noon, with a limit of so many dollars a day. */
async function openDoor(dailyUsd: string, bot: Readonly<Record<string, unknown>> = {}) {
  const clock = { at: new Date('2026-11-27T12:00:00Z') }
  const server = await startTestServer({ protocol: 'openai', answer: () => 'An answer.' })
  const folder = writeTestCatalogue(
    [{ alias: 'paid', provider: 'openai', server, tier: 3, price: { input: 1, output: 4 } }],
    { budget: { dailyUsd, requestUsd: 1, timeZone: 'UTC', ...bot } },
  )
  const config = loadConfig({ TUPPENCE_CONFIG_DIR: folder })
  const store = await openEmptyStore(() => clock.at)
  const controls = createControls(config, store.controls)
  const ledger = store.ledger({ zone: 'UTC', limit: () => controls.dailyLimit(), clock: () => clock.at })
  const models = openModels(config, { ledger, observer: silent, controls })
  onTestFinished(async () => {
    await models.close()
    await store.close()
  })
  let asked = 0
  return {
    clock,
    server,
    ledger,
    change: async (change: ControlChange): Promise<void> => {
      expect(await store.controls.change(tenant, change, entry(clock.at))).toBe('changed')
      await controls.refresh()
    },
    ask: async (): Promise<string> => {
      asked += 1
      const allowance = models.allowanceFor({ ...anyMessage, id: `message ${asked}` }, () => {})
      const { kind, ...rest } = await models.ask(anyQuestion, allowance)
      return 'because' in rest ? `${kind}: ${rest.because}` : kind
    },
  }
}

const dollars = (micro: number): MicroDollars => micro as MicroDollars
const today = '2026-11-27' as BudgetDay
const modeOn: ControlChange = { kind: 'mode', from: undefined, to: today }

test('a raised limit lets through what was refused, and a lowered one refuses it at once', async () => {
  const door = await openDoor('0')
  expect(await door.ask()).toBe('unanswered: budget')

  await door.change({ kind: 'limit', from: undefined, to: dollars(1_000_000) })
  expect(await door.ask()).toBe('answered')
  const { spent, limit } = await door.ledger.on()
  expect([spent > 0, limit]).toEqual([true, 1_000_000])

  // Below what is spent.
  await door.change({ kind: 'limit', from: dollars(1_000_000), to: dollars(1) })
  expect(await door.ask()).toBe('unanswered: budget')
  await door.change({ kind: 'limit', from: dollars(1), to: undefined })
  expect(await door.ask()).toBe('unanswered: budget')
  expect(door.server.requests).toHaveLength(1)
})

test('a raised limit lets a call through that the level allows but the reservation had refused', async () => {
  const door = await openDoor('0.000100')
  expect(await door.ask()).toBe('unanswered: budget') // the bound of one call is more than a hundred micro-dollars

  await door.change({ kind: 'limit', from: undefined, to: dollars(1_000_000) })

  expect(await door.ask()).toBe('answered')
})

test.each(['free', 'cheapest'])(
  'free answers, switched on, stop paid calls at once; budgetMode is %s',
  async (budgetMode) => {
    const door = await openDoor('10', { budgetMode })
    expect(await door.ask()).toBe('answered')

    await door.change(modeOn)
    expect(await door.ask()).toBe('unanswered: budget')
    await door.change({ kind: 'mode', from: today, to: undefined })

    expect(await door.ask()).toBe('answered')
    expect(door.server.requests).toHaveLength(2)
  },
)

test('midnight ends it without anybody doing anything', async () => {
  const door = await openDoor('10')
  await door.change(modeOn)
  door.clock.at = new Date('2026-11-27T23:59:59.999Z')
  expect(await door.ask()).toBe('unanswered: budget')

  door.clock.at = new Date('2026-11-28T00:00:00.000Z')

  expect(await door.ask()).toBe('answered')
})

test('of two readings that overlap, the one that was asked for later counts', async () => {
  const answers: ((controls: Controls) => void)[] = []
  const controls = createControls(loadConfig({}), {
    read: () => new Promise((resolve) => void answers.push(resolve)),
  })
  const [first, second] = [controls.refresh(), controls.refresh()]

  answers[1]?.({ limit: dollars(2), mode: undefined })
  await second
  answers[0]?.({ limit: dollars(1), mode: undefined })
  await first

  expect(controls.dailyLimit()).toBe(2)
})

test('what another process switched is followed; a failed reading is told and changes nothing', async () => {
  const store = await openEmptyStore()
  const events: BotEvent[] = []
  let isAway = false
  const records = {
    read: () => (isAway ? Promise.reject(new Error('the database is away')) : store.controls.read(tenant)),
  }
  const observer = { receipt: () => {}, event: (event: BotEvent) => void events.push(event) }
  const controls = await openControls(loadConfig({}), { records, observer, everyMs: 20 })
  onTestFinished(async () => {
    await controls.close()
    await store.close()
  })
  await store.controls.change(tenant, { kind: 'limit', from: undefined, to: dollars(7) }, entry())

  await vi.waitFor(() => expect(controls.dailyLimit()).toBe(7), { timeout: 10_000 })
  isAway = true
  await vi.waitFor(() => expect(events.map(({ name }) => name)).toContain('controls.unknown'), { timeout: 10_000 })

  expect(controls.dailyLimit()).toBe(7)
})

test('a limit that was set holds after a restart, for the bot and for the command line', async () => {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  const token = 'an-admin-token-of-a-test'
  const config = loadConfig({
    TUPPENCE_DATA_DIR: folder,
    TUPPENCE_ADMIN_TOKEN: token,
    DAILY_BUDGET_USD: '5',
    PORT: '0',
    LOG_LEVEL: 'silent',
  })
  const store = await openStore({ kind: 'folder', folder }, () => new Date(), uuidv7)
  await store.controls.change(tenant, { kind: 'limit', from: undefined, to: dollars(50_000_000) }, entry())
  await store.close()

  const bot = await startBot(config, 'configured')
  const response = await fetch(`${bot.url}/api/spend`, { headers: { authorization: `Bearer ${token}` } })
  await bot.stop()
  const spending = await openSpending(config)
  const printed = await spending.read('today')
  await spending.close()

  expect(await response.json()).toMatchObject({ today: { limitMicroDollars: 50_000_000 } })
  expect(printed.today.limitMicroDollars).toBe(50_000_000)
})
