import { describe, expect, test } from 'vitest'
import { parsePeriod } from '../../../src/budget/period.ts'

const noon = { now: new Date('2026-11-21T12:00:00Z'), timeZone: 'UTC' }

function days(period: string, at = noon) {
  const { from, to, begins, ends } = parsePeriod(period, at)
  return [from, to, begins.toISOString(), ends.toISOString()]
}

describe('a period', () => {
  test.each([
    ['today', '2026-11-21', '2026-11-21'],
    ['yesterday', '2026-11-20', '2026-11-20'],
    ['7d', '2026-11-15', '2026-11-21'],
    ['1d', '2026-11-21', '2026-11-21'],
    ['month', '2026-11-01', '2026-11-21'],
    ['2026-02-28', '2026-02-28', '2026-02-28'],
    ['2026-10-30..2026-11-02', '2026-10-30', '2026-11-02'],
    [' Today ', '2026-11-21', '2026-11-21'],
  ])('%s goes from %s to %s', (period, from, to) => {
    expect(days(period).slice(0, 2)).toEqual([from, to])
  })

  test('begins and ends with the calendar day, not with 24 hours', () => {
    expect(days('today')).toEqual(['2026-11-21', '2026-11-21', '2026-11-21T00:00:00.000Z', '2026-11-22T00:00:00.000Z'])
  })

  test('is read in the time zone: in Auckland it is tomorrow already', () => {
    const auckland = { now: noon.now, timeZone: 'Pacific/Auckland' } // UTC+13 in November

    expect(days('today', auckland)).toEqual([
      '2026-11-22',
      '2026-11-22',
      '2026-11-21T11:00:00.000Z',
      '2026-11-22T11:00:00.000Z',
    ])
  })

  test('a day on which the clocks change has 23 or 25 hours', () => {
    const berlin = { now: noon.now, timeZone: 'Europe/Berlin' }

    expect(days('2026-03-29', berlin).slice(2)).toEqual(['2026-03-28T23:00:00.000Z', '2026-03-29T22:00:00.000Z'])
    expect(days('2026-10-25', berlin).slice(2)).toEqual(['2026-10-24T22:00:00.000Z', '2026-10-25T23:00:00.000Z'])
  })

  test('a day without a midnight begins when its first hour does', () => {
    const beirut = { now: noon.now, timeZone: 'Asia/Beirut' } // 2026-03-29 begins at 01:00, UTC+3

    expect(days('2026-03-29', beirut)[2]).toBe('2026-03-28T22:00:00.000Z')
  })

  test.each([
    '',
    'tomorrow',
    '0d',
    '7',
    '2026-13-01',
    '2026-02-29',
    '2026-11-01..',
    '2026-11-1',
    '1026-11-01',
    "7d'; drop",
  ])('%j is refused with examples', (period) => {
    expect(() => parsePeriod(period, noon)).toThrow('for example today, yesterday, 7d, month, 2026-11-21')
  })

  test('days in the wrong order, and more than ten years, are refused', () => {
    expect(() => parsePeriod('2026-11-21..2026-11-20', noon)).toThrow('the earlier day first')
    expect(() => parsePeriod('2001-01-01..2026-11-20', noon)).toThrow('3660 days')
  })
})
