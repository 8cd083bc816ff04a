import { expect, onTestFinished, test } from 'vitest'
import { createClaims } from '../../src/claims.ts'
import { Bench, type Clock } from '../contracts/store/bench.ts'
import { openEmptyStore } from '../store.ts'

async function openBench(): Promise<Bench> {
  const clock: Clock = { at: new Date() }
  const store = await openEmptyStore(() => clock.at)
  onTestFinished(() => store.close())
  return new Bench(store, clock)
}

test('nothing is taken while a reply of the same conversation is due on a channel of this process', async () => {
  const bench = await openBench()
  const { inbox } = createClaims(bench.store.inbox)
  await bench.answered()
  await bench.accept()

  expect(await inbox.claim(bench.key(), ['web'])).toBeUndefined()
  expect(await inbox.claim(bench.key(), ['slack'])).toBeDefined()
})

test('nothing is taken once it has ended', async () => {
  const bench = await openBench()
  const claims = createClaims(bench.store.inbox)
  await bench.accept()

  claims.end()

  expect(await claims.inbox.claim(bench.key())).toBeUndefined()
  expect(await bench.store.inbox.claim(bench.key())).toBeDefined()
})
