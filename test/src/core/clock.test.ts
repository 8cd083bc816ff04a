import { expect, test } from 'vitest'
import { printHour, printInstant } from '../../../src/core/clock.ts'

const instant = new Date('2026-11-27T23:05:59Z')

test.each([
  ['UTC', '2026-11-27 23:05', '23:05 UTC'],
  ['Europe/Berlin', '2026-11-28 00:05', '00:05 CET'],
  ['America/New_York', '2026-11-27 18:05', '18:05 GMT-5'],
  ['Asia/Kolkata', '2026-11-28 04:35', '04:35 GMT+5:30'],
])('an instant is told by the clocks of %s', (zone, day, hour) => {
  expect([printInstant(instant, zone), printHour(instant, zone)]).toEqual([day, hour])
})
