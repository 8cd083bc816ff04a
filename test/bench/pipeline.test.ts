import { expect, test } from 'vitest'
import { percentilesOf, slopeOf } from '../../bench/pipeline/numbers.ts'
import { usageOf } from '../../bench/pipeline/processor.ts'

test('the 95th of a hundred latencies is the one that five exceed', () => {
  const latencies = Array.from({ length: 100 }, (_, index) => 100 - index) // 100 … 1

  const percentiles = percentilesOf(latencies)

  expect(percentiles).toEqual({ p50Ms: 50, p95Ms: 95, p99Ms: 99, maxMs: 100 })
})

test('of nothing the latency is endless, so that no bar is kept by a bot that answers nobody', () => {
  const { p95Ms } = percentilesOf([])

  expect(p95Ms).toBe(Infinity)
})

test('memory that grows by two megabytes a quarter of a minute grows by 480 an hour', () => {
  const samples = [0, 15, 30, 45].map((second) => [second / 3600, 100 + (second / 15) * 2] as const)

  const megabytesAnHour = slopeOf(samples)

  expect(megabytesAnHour).toBeCloseTo(480, 6)
})

test('one sample alone has no slope', () => {
  expect(slopeOf([[1, 7]])).toBe(0)
})

test('a program that works uses the processor and memory, one that is not there uses none', () => {
  const before = usageOf(process.pid)
  const endsMs = performance.now() + 100
  while (performance.now() < endsMs) JSON.stringify(before)

  const after = usageOf(process.pid)

  expect(after.cpuMs).toBeGreaterThan(before.cpuMs)
  expect(after.megabytes).toBeGreaterThan(10)
  expect(usageOf(2 ** 30)).toEqual({ cpuMs: 0, megabytes: 0 })
})
