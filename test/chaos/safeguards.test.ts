import { describe, expect, onTestFinished, test } from 'vitest'
import { uuidv7 } from 'uuidv7'
import type { Database } from '../../adapters/store/database.ts'
import { createLedger } from '../../adapters/store/ledger.ts'
import { toStore } from '../../adapters/store/store.ts'
import { loadConfig } from '../../config/load.ts'
import { costOf } from '../../src/core/money.ts'
import type { BudgetLedger } from '../../src/core/ports.ts'
import { openModels } from '../../src/open-models.ts'
import { Bench, noon, reply, type Clock } from '../contracts/store/bench.ts'
import { anyMessage, anyQuestion, startTestServer, writeTestCatalogue } from '../models.ts'
import { rewritten } from '../rewritten.ts'
import { openOwnDatabase } from '../store.ts'

/*
 * Two promises rest on a safeguard each that no run of failing processes needs for long: those who stand still for longer than
 * their lease. Here they do, with the safeguard and without it. The others are taken away in sending-safeguards.test.ts.
 */

async function openDatabase(): Promise<Database> {
  const database = await openOwnDatabase()
  onTestFinished(() => database.close())
  return database
}

describe('an answer counts only for who has the message, and for the words it has now (fencing)', () => {
  const guard = "and state = 'owed' and attempt = $4 and revision = $5"

  /** The database without the safeguard; whoever calls learns how often it was taken away. */
  function unfenced(database: Database): { readonly database: Database; readonly taken: () => number } {
    let taken = 0
    const change = (sql: string): string => {
      if (sql.includes(guard)) taken += 1
      return sql.replace(guard, 'and $4::integer is not null and $5::integer is not null')
    }
    return { database: rewritten(database, change), taken: () => taken }
  }

  /** Somebody changes a question while it is answered, and whoever answers it notices nothing. Gives what is shown. */
  async function answerLate(database: Database): Promise<readonly string[]> {
    const clock: Clock = { at: noon }
    const bench = new Bench(
      toStore(database, () => clock.at, uuidv7),
      clock,
    )
    const { id } = await bench.accept({ text: 'Where is order 1?' })
    const late = await bench.claim()
    await bench.store.revisions.revise(bench.key(), id, { text: 'Where is order 2?' })
    await bench.complete(late, { replies: [reply('Order 1 is here')] }).catch(() => undefined) // who comes late is refused
    const now = await bench.store.inbox.claim(bench.key())
    if (now !== undefined) await bench.complete(now, { replies: [reply('Order 2 is there')] })
    return await bench.replies()
  }

  test('with it the answer to the old words is never shown', async () => {
    expect(await answerLate(await openDatabase())).toEqual(['Order 2 is there'])
  })

  test('without it the old answer is shown, and the new words have none', async () => {
    const { database, taken } = unfenced(await openDatabase())

    expect(await answerLate(database)).toEqual(['Order 1 is here'])
    expect(taken()).toBe(1)
  })
})

describe('a request leaves only after the ledger has marked it as sent (dispatch mark)', () => {
  /** Dollars per million tokens; one call holds about half a cent, and is billed most of it. */
  const price = { input: 10, output: 10 }
  const rates = { input: 10_000_000, cached: 10_000_000, cacheWrite: 10_000_000, output: 10_000_000 }
  const dailyUsd = 0.0065
  const question = { ...anyQuestion, maxOutputTokens: 400 }

  /** One process sleeps between holding its money and sending, longer than the money is held; another one uses it meanwhile. */
  async function sleepBeforeSending(
    around: (real: BudgetLedger) => BudgetLedger,
  ): Promise<{ readonly sent: number; readonly billed: number }> {
    const server = await startTestServer({ protocol: 'openai', answer: () => 'yes '.repeat(399) })
    const model = { alias: 'paid', provider: 'openai', server, tier: 3, price } as const
    const folder = writeTestCatalogue([model], { budget: { dailyUsd } })
    const config = loadConfig({ TUPPENCE_CONFIG_DIR: folder, OPENAI_API_KEY: 'sk-example' })
    const database = await openDatabase()
    let at = noon
    const ledger = createLedger(database, { zone: 'UTC', limit: () => config.budget.dailyLimit, clock: () => at })
    const ask = async (books: BudgetLedger): Promise<void> => {
      const models = openModels(config, { ledger: books, observer: { receipt: () => {}, event: () => {} } })
      onTestFinished(() => models.close())
      await models.ask(
        question,
        models.allowanceFor(anyMessage, () => {}),
      )
    }
    const sleepy: BudgetLedger = {
      ...around(ledger),
      reserve: async (request) => {
        const held = await ledger.reserve(request)
        at = new Date(at.getTime() + 60_000)
        await ask(ledger)
        return held
      },
    }

    await ask(sleepy)

    return { sent: server.requests.length, billed: costOf(server.meter, rates) }
  }

  test('with it whoever slept sends nothing, and the bill stays within the limit', async () => {
    const { sent, billed } = await sleepBeforeSending((real) => real)

    expect(sent).toBe(1)
    expect(billed).toBeLessThanOrEqual(dailyUsd * 1_000_000)
  })

  test('without it both send, and the bill passes the limit', async () => {
    const { sent, billed } = await sleepBeforeSending((real) => ({ ...real, dispatch: async () => 'dispatched' }))

    expect(sent).toBe(2)
    expect(billed).toBeGreaterThan(dailyUsd * 1_000_000)
  })
})
