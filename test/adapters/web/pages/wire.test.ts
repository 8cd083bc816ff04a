import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readJson, toAnswer, toFault, toPage, toPlayground, toReply } from '../../../../adapters/web/pages/wire.js'

test('a reply keeps what it knows and drops what it does not', () => {
  const reply = toReply({
    id: 'r1',
    text: 'Hi',
    actions: [{ id: 'a', label: 'Yes', style: 'primary' }, { id: 'b', style: 'huge' }, { label: 'no id' }, null],
    audience: 'all',
    html: '<b>',
  })

  expect(reply).toEqual({
    id: 'r1',
    text: 'Hi',
    actions: [
      { id: 'a', label: 'Yes', style: 'primary' },
      { id: 'b', label: 'b' },
    ],
    audience: 'customer',
  })
})

test('a reply without an id is none, for it could not be told from its twin', () => {
  expect(toReply({ text: 'Hi' })).toBeUndefined()
})

test('receipts are shown only when the server says so', () => {
  expect(toPlayground({ receipts: true }).receipts).toBe(true)
  expect(toPlayground({ receipts: 'yes' }).receipts).toBe(false)
  expect(toPlayground(undefined)).toEqual({
    company: { name: 'Tuppence' },
    suggestions: [],
    people: [],
    receipts: false,
  })
})

test('a fault speaks the server’s words, and its own where there are none', () => {
  expect(toFault({ error: { code: 'text-long', message: 'Too long.', field: 'text' } }, 422)).toEqual({
    code: 'text-long',
    message: 'Too long.',
    field: 'text',
    status: 422,
  })
  expect(toFault('<html>Bad gateway', 502)).toEqual({
    code: 'http-502',
    message: 'The server could not take this message.',
    status: 502,
  })
  expect(toFault(undefined)).toEqual({ code: 'unreachable', message: 'The server cannot be reached.' })
})

test('a page keeps turns and late replies apart', () => {
  const page = toPage({
    conversation: 'c',
    state: 'person',
    turns: [{ message: 'm', text: 'Hi', at: '2026-01-01T00:00:00Z', pressed: true, replies: [{ id: 'r' }] }, {}],
    replies: [{ id: 'late', by: { kind: 'person', name: 'Priya' } }],
    cursor: 7,
  })

  expect(page.turns).toEqual([
    {
      message: 'm',
      text: 'Hi',
      at: '2026-01-01T00:00:00Z',
      isPressed: true,
      isAnswered: false,
      replies: [{ id: 'r', text: '', actions: [], audience: 'customer' }],
    },
  ])
  expect(page.replies).toMatchObject([{ id: 'late', by: { kind: 'person', name: 'Priya' } }])
  expect(page).toMatchObject({ state: 'person', cursor: '7' })
})

test('no answer, however broken, stops the page', () => {
  fc.assert(
    fc.property(fc.anything(), (anything) => {
      expect(() => [
        toAnswer(anything),
        toPage(anything),
        toPlayground(anything),
        toFault(anything),
        toReply(anything),
      ]).not.toThrow()
    }),
  )
  expect(readJson('{"half')).toBeUndefined()
})

test('a button about an answer is told from the answer’s own, and an unknown kind is none', () => {
  const actions = [
    { id: 'up', label: '👍', kind: 'feedback', value: 'helpful' },
    { id: 'more', label: 'Try advanced AI', kind: 'advanced', value: 7 },
    { id: 'x', label: 'X', kind: 'dance', value: 'splendid' },
  ]

  expect(toReply({ id: 'r1', text: 'Hi', actions })?.actions).toEqual([
    actions[0],
    { id: 'more', label: 'Try advanced AI', kind: 'advanced' },
    { id: 'x', label: 'X' },
  ])
  expect(toAnswer({ isAnswered: true, replies: [] })).toEqual({ isAnswered: true, replies: [] })
})
