import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { callOf, receiptOf } from '../adapters/metrics/receipts.ts'
import type { MicroDollars } from '../../src/core/money.ts'
import type { Receipt } from '../../src/core/receipt.ts'

const observe = fileURLToPath(new URL('../../src/observe.ts', import.meta.url))

/** What a process of its own writes to standard output when it is told of this answer. */
function logOf(receipt: Receipt, tracing?: { readonly endpoint: string }): string {
  const script = `
    const { createObserver } = await import(${JSON.stringify(observe)})
    const { receipt, tracing } = JSON.parse(process.argv[1])
    const { observer } = createObserver({ logLevel: 'info', version: '1.2.3', tracing })
    observer.receipt(receipt, 'slack')
    process.exit()`
  const given = JSON.stringify({ receipt, tracing })
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', script, given], { encoding: 'utf8' })
  return stdout
}

test('a message is one line of JSON with what it was understood to mean, what that cost and how long it took', () => {
  const receipt = receiptOf({ tier: 2, calls: [callOf()], cost: 135 as MicroDollars, lookedFurtherMs: 1200.4567 })

  const lines = logOf(receipt).trimEnd().split('\n')

  expect(lines).toHaveLength(1)
  const { time, ...line }: Record<string, unknown> = JSON.parse(lines[0] ?? '')
  expect(time).toMatch(/^\d{4}-/)
  expect(line).toEqual({
    level: 30,
    event: 'message.answered',
    msg: 'message answered',
    message: 'T1/C1/1.2',
    channel: 'slack',
    intent: 'general.return-policy',
    confidence: 0.93,
    stage: 'tfidf',
    tier: 2,
    route: 'agent',
    costMicroDollars: 135,
    modelCalls: 1,
    understandMs: 2,
    answerMs: 1998,
    lookedFurtherMs: 1200.46,
    sinceAcceptedMs: 2100,
  })
})

test('neither the words that decided nor the reason of the route are in it', () => {
  expect(logOf(receiptOf({ calls: [callOf()] }))).not.toContain('canary')
})

test('where traces are sent, the line names the trace', () => {
  const line = logOf(receiptOf(), { endpoint: 'http://127.0.0.1:9' })

  expect(JSON.parse(line)).toMatchObject({ trace: expect.stringMatching(/^[0-9a-f]{32}$/) })
})
