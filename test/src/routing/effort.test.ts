import fc from 'fast-check'
import { expect, test } from 'vitest'
import { estimateEffort } from '../../../src/routing/effort.ts'

test.each([
  // the golden cases of the sources
  ['add task to call john', 2],
  ['show urgent Avenue tasks due this week', 4],
  ['analyze my productivity patterns', 9],
  ['Schedule meeting with John tomorrow at 3pm', 5],
  // whole words only
  ["What's the news?", 4],
  ['I forget my password', 5],
  ['the marketing remark', 5],
  ['my address and my newsletter', 5],
  ['a checklist of somewhat showy ideas', 5],
  // any form of the word, any case
  ['ADDING a card', 2],
  ['please DELETE it', 2],
  ['I got which one?', 4],
  ['Please explain', 9],
  ['why', 9],
  ['how are the two compared', 9],
  // the first list that matches counts
  ['why add this', 2],
  ['how do I show it', 4],
  ['', 5],
  ['你好', 5],
])('“%s” is %i', (text, effort) => {
  expect(estimateEffort(text, 0)).toBe(effort)
})

test.each([
  ['ten turns add nothing', 'hello', 10, 5],
  ['an eleventh turn adds two', 'hello', 11, 7],
  ['200 characters add nothing', 'x'.repeat(200), 0, 5],
  ['201 characters add one', 'x'.repeat(201), 0, 6],
  ['one question mark adds nothing', 'hello?', 0, 5],
  ['two question marks add two', 'hello? hello?', 0, 7],
  ['five question marks add no more than two', '?????', 0, 7],
  ['all together', `hello??${'x'.repeat(200)}`, 11, 10], // 5 + 2 + 2 + 1
  ['ten is the most', `why??${'  x'.repeat(100)}`, 11, 10], // 9 + 2 + 2 + 1
])('%s', (_, ...[text, turns, effort]) => {
  expect(estimateEffort(text, turns)).toBe(effort)
})

test('the effort of anything is a whole number from 2 to 10', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.nat(), (text, turns) => {
      const effort = estimateEffort(text, turns)

      expect(Number.isInteger(effort) && effort >= 2 && effort <= 10).toBe(true)
    }),
  )
})
