import { expect, test } from 'vitest'
import { customersAt, perProcess, sizeOf, type Figures } from '../../../bench/sizing/sizes.ts'

const figures: Figures = {
  messagesPerSecond: 100,
  processorMs: 8,
  residentMegabytes: 250,
  postgresBytes: 5000,
  walBytes: 10_000,
  transactions: 20,
  queueCommands: 50,
  cacheCommands: 5,
  postgresConnections: 10,
}

test('a million customers with four messages a month, four times as busy as the average, need one process', () => {
  const size = sizeOf(1_000_000, { messagesPerCustomer: 4, peak: 4 }, { ...figures, messagesPerSecond: 20 })

  // By hand: 4,000,000 × 4 / 2,592,000 = 6.17 a second, below 60 % of 20; 12 × 4,000,000 × 5,000 bytes = 240 GB.
  expect(size.peakPerSecond).toBeCloseTo(6.173, 3)
  expect(size).toMatchObject({ messagesPerMonth: 4_000_000, processes: 1, megabytes: 250, connections: 10 })
  expect(size.transactionsPerSecond).toBeCloseTo(123.5, 1)
  expect(size.walMegabytesPerSecond).toBeCloseTo(0.0617, 4)
  expect(size.queueCommandsPerSecond).toBeCloseTo(308.6, 1)
  expect(size.gigabytesPerYear).toBe(240)
})

test('a process is given 60 % of its most; one more begins with the first message beyond', () => {
  const at = (customers: number) => sizeOf(customers, { messagesPerCustomer: 2_592_000, peak: 1 }, figures).processes

  expect(perProcess(figures)).toBe(60)
  expect([at(60), at(61)]).toEqual([1, 2])
})

test('until the pipeline was measured, the time of a processor says what a process can do', () => {
  expect(perProcess({ ...figures, messagesPerSecond: undefined })).toBe(75) // 60 % of 1000 / 8
})

test('what was not measured is named, and nothing is worked out from it', () => {
  const unknown = { ...figures, walBytes: undefined }

  expect(() => sizeOf(1, { messagesPerCustomer: 4, peak: 4 }, unknown)).toThrow('walBytes is not measured')
})

test('a channel that takes a message a second is full at 162,000 customers', () => {
  expect(customersAt(1, { messagesPerCustomer: 4, peak: 4 })).toBe(162_000) // 2,592,000 / 16
})
