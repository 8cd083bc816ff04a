import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, test } from 'vitest'
import { budgetDay } from '../../src/budget/day.ts'
import type { Budget } from '../../src/core/budget.ts'
import { newDataFolder } from '../data-folder.ts'
import { noFaults, startMeter, type MeterServer } from '../servers/meter.ts'
import { openPlace } from './budget-race-child.ts'
import type { MidnightPlan } from './budget-race-midnight-child.ts'

const program = fileURLToPath(new URL('budget-race-midnight-child.ts', import.meta.url))
const zone = 'America/St_Johns'
const midnight = Date.parse('2027-01-16T03:30:00Z')
const limit = 10_000
let folder = ''
let meter: MeterServer | undefined

afterEach(async () => {
  await meter?.stop()
  rmSync(folder, { recursive: true, force: true })
})

test('a process that spends through a real midnight keeps both days, and a call in flight counts on both', async () => {
  folder = newDataFolder()
  await (await openPlace({ kind: 'folder', folder })).close() // so that the start is over before midnight
  const aheadMs = midnight - 8000 - Date.now()
  const now = (): Date => new Date(Date.now() + aheadMs)
  meter = await startMeter({
    seed: 1,
    faults: noFaults,
    today: () => budgetDay(now(), zone),
    slowestMs: 20,
    // The provider accepts the long call, and bills it, after midnight.
    admit: async (id) => {
      while (id === 'long' && now().getTime() < midnight + 2500) await new Promise((resolve) => setTimeout(resolve, 20))
    },
  })
  const plan: MidnightPlan = {
    place: { kind: 'folder', folder },
    meter: meter.url,
    name: 'midnight',
    seed: 1,
    algorithms: ['reserve'],
    workers: 4,
    limit,
    zone,
    waitMs: 60_000,
    leaseMs: 120_000,
    long: { id: 'long', bound: 4000 },
    days: ['2027-01-15', '2027-01-16'],
  }

  const budgets = await runAt(plan, aheadMs, () => now().getTime() > midnight + 4000)
  const billed = meter.billed('reserve')
  const [before, after] = plan.days.map((day) => billed.get(day) ?? 0)
  const long = meter.billedFor('long') ?? 0

  // The long call was reserved on the first day, and its bound kept free on both.
  expect(budgets.map(({ day, held, unconfirmed }) => [day, held, unconfirmed])).toEqual(
    plan.days.map((day) => [day, 0, 0]),
  )
  expect(budgets.map(({ spent }) => spent)).toEqual([(before ?? 0) + long, after])
  expect(before).toBeGreaterThan(0)
  expect(after).toBeGreaterThan(long)
  expect((before ?? 0) + long).toBeLessThanOrEqual(limit)
  expect(after).toBeLessThanOrEqual(limit)
  expect([...billed.keys()].sort()).toEqual([...plan.days])
}, 60_000)

/** Runs the process with its clock ahead of ours until the condition holds, then lets it end. */
async function runAt(plan: MidnightPlan, aheadMs: number, isOver: () => boolean): Promise<readonly Budget[]> {
  const child = spawn(process.execPath, [program, JSON.stringify(plan)], {
    env: {
      ...process.env,
      LD_PRELOAD: process.env['TEST_FAKETIME'],
      FAKETIME: `+${(aheadMs / 1000).toFixed(3)}`,
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
  })
  let [output, errors] = ['', '']
  child.stdout.setEncoding('utf8').on('data', (part: string) => (output += part))
  child.stderr.setEncoding('utf8').on('data', (part: string) => (errors += part))
  const closed = once(child, 'close')
  await expect.poll(isOver, { timeout: 30_000, interval: 50 }).toBe(true)
  child.stdin.end()
  await closed
  const told = output.split('\n').find((line) => line.startsWith('end '))
  if (told === undefined) throw new Error(`The process told no end:\n${errors}`)
  return JSON.parse(told.slice(4))
}
