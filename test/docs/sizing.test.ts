import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { capacityTablesOf, tablesOf } from '../../bench/sizing.ts'
import { measured } from '../../bench/sizing/measured.ts'

const page = readFileSync(new URL('../../docs/sizing.md', import.meta.url), 'utf8')

/** Rows without the spaces that make the columns even, and the lines of text. */
function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '' && !/^[| :-]+$/.test(line))
    .map((line) => line.replaceAll(/ *\| */g, '|'))
}

test('the tables of docs/sizing.md are those that are worked out from what was measured', () => {
  const stated = new Set(linesOf(page))

  const usual = tablesOf(measured, { messagesPerCustomer: 4, peak: 4.1 })
  const heavy = capacityTablesOf(measured, { messagesPerCustomer: 600, peak: 4.1 })

  expect(linesOf(usual + heavy).filter((line) => !stated.has(line))).toEqual([])
})

test('the page states every figure that was measured', () => {
  const stated = linesOf(page.slice(0, page.indexOf('## What is assumed'))).join('\n')
  const figures = Object.values(measured).filter((value) => value !== undefined)

  expect(figures).toHaveLength(9)
  expect(figures.filter((value) => !stated.includes(value.toLocaleString('en-GB')))).toEqual([])
})
