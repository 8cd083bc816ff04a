import { expect, test } from 'vitest'
import type { Slot } from '../../../src/core/conversation.ts'
import { isBareAnswer } from '../../../src/dialogue/remarks.ts'
import { isDrop, readCorrection, readResume, readSlot } from '../../../src/dialogue/slots.ts'

const slot = (kind: Slot['kind'], more: Partial<Slot> = {}): Slot => ({ name: kind, kind, ...more })
const valueOf = (of: Slot, text: string, slots = {}): unknown => {
  const reading = readSlot(of, text, slots)
  return reading?.kind === 'change' ? { change: reading.slot, to: reading.value } : reading?.value
}

test.each([
  ['1042', '1042'],
  ['it is order 1042', '1042'],
  ['#01042', '1042'],
  ['the one with 98', undefined],
  ['98', '98'],
  ["I don't know", undefined],
])('asked for an order, %j is read as %j', (text, expected) => {
  expect(valueOf(slot('order'), text)).toBe(expected)
})

test.each([
  ['BS6 5QA', 'BS65QA'],
  ['bs65qa', 'BS65QA'],
  ["it's 10115", '10115'],
  ['my postcode is EC1A 1BB', 'EC1A1BB'],
  ['the postcode is BS6 5QA, ok?', 'BS65QA'],
  ["it's M1 2WD mate", 'M12WD'],
  ['why do you need that?', undefined],
  ['no', undefined],
])('asked for a postcode, %j is read as %j', (text, expected) => {
  expect(valueOf(slot('postcode'), text)).toBe(expected)
})

test.each([
  ['yes', 'yes'],
  ['Yes please!', 'yes'],
  ['yeah go on', 'yes'],
  ['ok', 'yes'],
  ['do it', 'yes'],
  ['no', 'no'],
  ['No, thanks', 'no'],
  ['not now', 'no'],
  ['yesterday it broke', undefined],
  ['nothing works', undefined],
  ['okra is a vegetable', undefined],
  ['maybe', undefined],
  ["ok no don't", undefined],
  ['ok, don’t do it', undefined],
  ['ok wait', undefined],
  ['yes but not now', undefined],
  ['great, but no thanks', undefined],
  ['ok but change the address first', undefined],
  ['yes, unless it was sent already', undefined],
  ['sure? what happens then?', undefined],
  ['yes or no?', undefined],
  ['ok what does that mean', undefined],
  ['exactly how much do I get back?', undefined],
  ['yes, but later', undefined],
  ['sure, tomorrow', undefined],
  ['definitely not', undefined],
  ['yes, cancel it', 'yes'],
  ['yes, no problem', 'yes'],
  ['yes, can you do it today?', 'yes'],
])('asked for a yes, %j is read as %j', (text, expected) => {
  expect(valueOf(slot('confirm'), text)).toBe(expected)
})

const twoOrders = slot('confirm', { instead: { slot: 'order', options: ['1042', '1043'] } })

test.each([
  ['no, the other one', { change: 'order', to: '1043' }],
  ['the other one', { change: 'order', to: '1043' }],
  ['no, 1043', { change: 'order', to: '1043' }],
  ['I meant order 1047', { change: 'order', to: '1047' }],
  ['yes, 1042', 'yes'],
  ['yes', 'yes'],
  ['no', 'no'],
])('asked about order 1042 of two, %j is read as %j', (text, expected) => {
  expect(valueOf(twoOrders, text, { order: '1042' })).toEqual(expected)
})

test('"the other one" among three orders asks again which', () => {
  const three = slot('confirm', { instead: { slot: 'order', options: ['1', '2', '3'] } })

  expect(valueOf(three, 'no, the other one', { order: '1' })).toEqual({ change: 'order', to: '' })
})

test.each([
  ['Family', 'Family'],
  ['the family plan please', 'Family'],
  ['2', 'Plus'],
  ['the second one', 'Plus'],
  ['Plus or Family, which is better?', undefined],
  ['4', undefined],
  ['the best', undefined],
])('asked to choose a plan, %j is read as %j', (text, expected) => {
  expect(valueOf(slot('choice', { options: ['Free', 'Plus', 'Family'] }), text)).toBe(expected)
})

test.each([
  ['never mind', true],
  ['oh, forget it.', true],
  ['cancel', true],
  ['ok never mind then', true],
  ['I changed my mind', true],
  ["don't bother", true],
  ['cancel that please', false],
  ['cancel my order', false],
  ['stop the subscription', false],
])('%j lets the task go: %s', (text, expected) => {
  expect(isDrop(text)).toBe(expected)
})

test.each([
  ['yes', 'resume'],
  ["let's go back to that", 'resume'],
  ['no', 'drop'],
  ['where is my order', undefined],
  ['can I get a refund', undefined],
  ['I want to return it', undefined],
])('%j after an offer to go back is %s', (text, expected) => {
  expect(readResume(text)).toBe(expected)
})

test.each([
  ['sorry, I meant 1043', { order: '1042' }, { slot: 'order', value: '1043' }],
  ['1043', {}, { slot: 'order', value: '1043' }],
  ['no, the other order', { order: '1042' }, { slot: 'order', value: '' }],
  ['no, the other order', {}, undefined],
  ['ada@example.com', { order: '1042' }, undefined],
  ['order 1042', { order: '1042' }, undefined],
])('%j with %j corrects %j', (text, slots, expected) => {
  expect(readCorrection(text, slots)).toEqual(expected)
})

test.each([
  ['yes', true],
  ['no thanks', true],
  ['no, 1042', false],
  ['yes my order is late', false],
])('%j is a bare yes or no: %s', (text, expected) => {
  expect(isBareAnswer(text)).toBe(expected)
})
