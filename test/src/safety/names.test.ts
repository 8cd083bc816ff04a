import { expect, test } from 'vitest'
import { withoutNames } from '../../../src/safety/names.ts'

test.each([
  ['My name is Ada Lovelace and my order is late', 'My name is [NAME] and my order is late'],
  ['my name is ada, where is my refund', 'my name is [NAME], where is my refund'],
  ['Hi Ada, Mr. Babbage here: no invoice', 'Hi [NAME], Mr. [NAME] here: no invoice'],
  ['Where is my refund?\n\nKind regards,\nAda King', 'Where is my refund?\n\nKind regards,\n[NAME]'],
  ['Hi There, I am Not happy. Thanks', 'Hi There, I am Not happy. Thanks'],
  ['Hello Support, this is The third time', 'Hello Support, this is The third time'],
  ['I will pay on May 3', 'I will pay on May 3'],
])('%j leaves as %j', (text, expected) => {
  expect(withoutNames(text, [])).toBe(expected)
})

test.each([
  ['it is for zoë o’brien-smith (again), says Zoë', ['Zoë O’Brien-Smith'], 'it is for [NAME] (again), says [NAME]'],
  ['I will wait, but Will did not', ['Will Mark'], 'I will wait, but [NAME] did not'],
  ['a.b*c( is no pattern', ['a.b*c('], '[NAME] is no pattern'],
  ['nothing known', ['', 'Al'], 'nothing known'],
])('%j without %j leaves as %j', (text, known, expected) => {
  expect(withoutNames(text, known)).toBe(expected)
})
