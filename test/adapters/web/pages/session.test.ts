import { expect, test } from 'vitest'
import {
  emptySession,
  expectsNews,
  nextToSend,
  pressKey,
  pressesOf,
  reduceSession,
  unconfirmed,
  type Happening,
} from '../../../../adapters/web/pages/session.js'
import { repliesOf, turnsOf } from '../../../../adapters/web/pages/turns.js'
import { at, reply, page, pageTurn, after, written, taken, fault, progress, shown } from './session-samples.ts'

test('messages are sent one after the other', () => {
  const session = after(written('a'), written('b'), { kind: 'sending', id: 'a' })

  expect(nextToSend(session)).toBeUndefined()
  expect(nextToSend(after(written('a'), written('b')))?.id).toBe('a')
})

test('no message overtakes one that is tried again', () => {
  const session = after(
    written('a'),
    written('b'),
    { kind: 'sending', id: 'a' },
    { kind: 'failed', id: 'a', fault, isFinal: false },
  )

  expect(progress(session)).toEqual(['a unsent', 'b waiting'])
  expect(nextToSend(session)).toBeUndefined()
  expect(nextToSend(reduceSession(session, { kind: 'retried', id: 'a' }))?.id).toBe('a')
})

test('a refused message holds nobody up and is not sent again by itself', () => {
  const session = after(
    written('a'),
    written('b'),
    { kind: 'sending', id: 'a' },
    { kind: 'failed', id: 'a', fault: { ...fault, status: 400 }, isFinal: true },
  )

  expect(nextToSend(session)?.id).toBe('b')
  expect(unconfirmed(session).map(({ id }) => id)).toEqual(['b'])
})

test('the same message written twice is one', () => {
  expect(progress(after(written('a'), written('a')))).toEqual(['a waiting'])
})

test('a stream fills the draft, and the reply takes its place', () => {
  const streaming = after(
    written('a'),
    { kind: 'sending', id: 'a' },
    { kind: 'status', id: 'a', text: 'Reading' },
    { kind: 'delta', id: 'a', text: 'Hel' },
    { kind: 'delta', id: 'a', text: 'lo' },
  )
  const done = [
    { kind: 'reply' as const, id: 'a', reply: reply('r1') },
    { kind: 'receipt' as const, id: 'a', receipt: { tier: 0 } },
    taken('a'),
  ].reduce(reduceSession, streaming)

  expect(turnsOf(streaming)[0]).toMatchObject({ status: 'Reading', draft: 'Hello' })
  expect(turnsOf(done)[0]).toMatchObject({
    draft: '',
    replies: [{ id: 'r1' }],
    receipt: { tier: 0 },
    progress: 'answered',
  })
  expect(turnsOf(done)[0]).not.toHaveProperty('status')
})

test('an answer heard twice, because the first was torn, stands there once', () => {
  const session = after(
    written('a'),
    { kind: 'sending', id: 'a' },
    { kind: 'reply', id: 'a', reply: reply('r1') },
    { kind: 'delta', id: 'a', text: 'half' },
    { kind: 'failed', id: 'a', fault, isFinal: false },
    { kind: 'retried', id: 'a' },
    { kind: 'sending', id: 'a' },
    { kind: 'reply', id: 'a', reply: reply('r1') },
    { kind: 'reply', id: 'a', reply: reply('r2') },
    taken('a'),
  )

  expect(shown(session)).toEqual(['a', 'r1', 'r2'])
  expect(turnsOf(session)[0]?.draft).toBe('')
})

test('a message taken without a reply is owed one, and news is expected until it comes', () => {
  const owed = after(written('a'), { kind: 'sending', id: 'a' }, taken('a'))
  const answered = reduceSession(owed, {
    kind: 'synced',
    page: page({ turns: [pageTurn('a', { replies: [reply('r1')], receipt: { tier: 0 } })] }),
    isRestore: false,
  })

  expect(progress(owed)).toEqual(['a owed'])
  expect(expectsNews(owed)).toBe(true)
  expect(turnsOf(answered)[0]).toMatchObject({ progress: 'answered', receipt: { tier: 0 } })
  expect(expectsNews(answered)).toBe(false)
})

const asked = after({
  kind: 'synced',
  page: page({
    turns: [
      pageTurn('a', {
        replies: [
          reply('r1', {
            actions: [
              { id: 'yes', label: 'Yes' },
              { id: 'no', label: 'No' },
            ],
          }),
        ],
      }),
    ],
  }),
  isRestore: true,
})
const pressed = reduceSession(asked, {
  kind: 'written',
  id: 'p',
  text: 'Yes',
  at,
  press: { reply: 'r1', action: 'yes' },
})

test('a pressed button is marked at once and busy until the answer', () => {
  const answered = [
    { kind: 'sending' as const, id: 'p' },
    { kind: 'reply' as const, id: 'p', reply: reply('r2') },
    taken('p'),
  ].reduce(reduceSession, pressed)

  expect(pressesOf(asked).get('r1')).toBeUndefined()
  expect(pressesOf(pressed).get('r1')).toEqual({ chosen: 'yes', isBusy: true })
  expect(pressesOf(answered).get('r1')).toEqual({ chosen: 'yes', isBusy: false })
})

test.each([
  [409, false],
  [404, false],
  [400, true],
])('a button refused with %i shows the server’s words; trying again is offered: %s', (status, isOffered) => {
  const refused = [
    { kind: 'sending' as const, id: 'p' },
    { kind: 'failed' as const, id: 'p', fault: { code: 'x', message: 'Used already.', status }, isFinal: true },
  ].reduce(reduceSession, pressed)

  expect(pressesOf(refused).get('r1')).toEqual({
    isBusy: false,
    notice: 'Used already.',
    ...(isOffered && { retry: 'p' }),
  })
})

test.each([{ action: 'no' }, {}])('a press of an earlier visit finds its button by %j', (named) => {
  const session = reduceSession(asked, {
    kind: 'synced',
    page: page({ turns: [pageTurn('p', { text: 'No', isPressed: true, ...named })] }),
    isRestore: true,
  })

  expect(pressesOf(session).get('r1')).toEqual({ chosen: 'no', isBusy: false })
})

test('a happening about a turn nobody knows changes nothing that is shown', () => {
  for (const happening of [
    taken('x'),
    { kind: 'dropped', id: 'x' },
    { kind: 'reply', id: 'x', reply: reply('r9') },
  ] satisfies Happening[]) {
    expect(reduceSession(asked, happening).entries).toEqual(asked.entries)
  }
})

test('a new conversation begins with nothing of the old one', () => {
  expect(reduceSession(pressed, { kind: 'cleared' })).toEqual(emptySession)
  expect(repliesOf(emptySession)).toEqual([])
})

const thumbs = [
  { id: 'up', label: '👍', kind: 'feedback', value: 'helpful' },
  { id: 'down', label: '👎', kind: 'feedback', value: 'not_helpful' },
  { id: 'more', label: 'Try advanced AI', kind: 'advanced' },
]
const rateable = after({
  kind: 'synced',
  page: page({
    turns: [pageTurn('a', { replies: [reply('r1', { actions: [{ id: 'yes', label: 'Yes' }, ...thumbs] })] })],
  }),
  isRestore: true,
})
const judged = (id: string, action: string): Happening[] => [
  { kind: 'written', id, text: action, press: { reply: 'r1', action, kind: 'feedback' } },
  { kind: 'sending', id },
  { kind: 'taken', id, conversation: 'c1', message: id, isAnswered: true },
]

test('a press that is answered without a reply owes nothing', () => {
  const session = judged('p1', 'up').reduce(reduceSession, rateable)

  expect(progress(session)).toEqual(['a answered', 'p1 answered'])
  expect(expectsNews(session)).toBe(false)
})

test('of 👍 and 👎 the last one is chosen, and neither uses up the buttons of the answer', () => {
  const session = [...judged('p1', 'up'), ...judged('p2', 'down')].reduce(reduceSession, rateable)

  expect(pressesOf(session).get(pressKey('r1', 'up', 'feedback'))).toEqual({
    chosen: 'down',
    used: ['up', 'down'],
    isBusy: false,
  })
  expect(pressesOf(session).get('r1')).toBeUndefined()
})

test('a thumb that was pressed in another window counts as pressed, with the server’s words', () => {
  const refused: Happening[] = [
    { kind: 'written', id: 'p2', text: '👎', press: { reply: 'r1', action: 'down', kind: 'feedback' } },
    { kind: 'failed', id: 'p2', fault: { code: 'action.used', message: 'Used already.', status: 409 }, isFinal: true },
  ]
  const session = [...judged('p1', 'up'), ...refused].reduce(reduceSession, rateable)

  expect(pressesOf(session).get(pressKey('r1', 'up', 'feedback'))).toEqual({
    chosen: 'up',
    used: ['up', 'down'],
    isBusy: false,
    notice: 'Used already.',
  })
})

test('a reload tells which thumb was pressed', () => {
  const press = { text: '👎', isPressed: true, action: 'down', kind: 'feedback' }
  const session = reduceSession(rateable, {
    kind: 'synced',
    page: page({ turns: [pageTurn('p', press)] }),
    isRestore: true,
  })

  expect(pressesOf(session).get(pressKey('r1', 'down', 'feedback'))).toMatchObject({ chosen: 'down' })
})

test('"Try advanced AI" under two replies is one button', () => {
  const twice = reduceSession(rateable, {
    kind: 'synced',
    page: page({ turns: [pageTurn('b', { replies: [reply('r2', { actions: thumbs.slice(2) })] })] }),
    isRestore: true,
  })
  const press = { reply: 'r1', action: 'more', kind: 'advanced' } as const
  const session = reduceSession(twice, { kind: 'written', id: 'p', text: 'Try advanced AI', press })

  expect(pressesOf(session).get(pressKey('r2', 'more', 'advanced'))).toEqual({ chosen: 'more', isBusy: true })
})
