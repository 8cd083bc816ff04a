import { expect, test } from 'vitest'
import { expectsNews, reduceSession, type Happening } from '../../../../adapters/web/pages/session.js'
import { turnsOf } from '../../../../adapters/web/pages/turns.js'
import { reply, page, pageTurn, after, written, taken, fault, progress, shown } from './session-samples.ts'

test('a late reply goes below the message it answers', () => {
  const session = [
    { kind: 'synced' as const, page: page({ replies: [reply('r1', { message: 'a' })] }), isRestore: false },
  ].reduce(reduceSession, after(written('a'), { kind: 'sending', id: 'a' }, taken('a'), written('b')))

  expect(shown(session)).toEqual(['a', 'r1', 'b'])
  expect(progress(session)[0]).toBe('a answered')
})

test('once a person has taken over, no answer of the bot is owed and the page keeps listening', () => {
  const session = reduceSession(after(written('a'), { kind: 'sending', id: 'a' }, taken('a')), {
    kind: 'synced',
    page: page({ state: 'person', replies: [reply('p1')] }),
    isRestore: false,
  })

  expect(progress(session)).toEqual(['a answered'])
  expect(session.entries.at(-1)).toMatchObject({ kind: 'late', isFromPerson: true })
  expect(expectsNews(session)).toBe(true)
})

test('the same news twice changes nothing', () => {
  const news: Happening = {
    kind: 'synced',
    page: page({
      state: 'person',
      turns: [pageTurn('a', { replies: [reply('r1')] })],
      replies: [reply('r1', { message: 'a' }), reply('p1')],
    }),
    isRestore: false,
  }
  const once = after(news)

  expect(reduceSession(once, news)).toEqual(once)
  expect(shown(once)).toEqual(['a', 'r1', 'p1'])
})

test('news that repeats a turn without its replies takes none away', () => {
  const session = after(
    { kind: 'synced', page: page({ turns: [pageTurn('a', { replies: [reply('r1')] })] }), isRestore: true },
    { kind: 'synced', page: page({ turns: [pageTurn('a')] }), isRestore: false },
  )

  expect(shown(session)).toEqual(['a', 'r1'])
})

test('a restored conversation stands in the order of its times, and what the server has not seen stands last', () => {
  const restored = page({
    turns: [
      pageTurn('a', { at: '2026-03-01T10:00:00Z', replies: [reply('r1')] }),
      pageTurn('b', { at: '2026-03-01T10:10:00Z' }),
    ],
    replies: [reply('p1', { at: '2026-03-01T10:05:00Z' })],
  })

  const session = after(
    { kind: 'restoring' },
    { kind: 'written', id: 'z', text: 'z', at: '2020-01-01T00:00:00Z' },
    { kind: 'synced', page: restored, isRestore: true },
  )

  expect(shown(session)).toEqual(['a', 'r1', 'p1', 'b', 'z'])
  expect(session.isRestoring).toBeUndefined()
})

test('a message that was stored before the page was reloaded is not shown twice', () => {
  const underItsOwnId = after(
    { kind: 'synced', page: page({ turns: [pageTurn('a', { replies: [reply('r1')] })] }), isRestore: true },
    written('a'),
  )
  const underTheServersId = after(
    written('a'),
    {
      kind: 'synced',
      page: page({ turns: [pageTurn('server-a', { replies: [reply('r1')], receipt: { tier: 0 } })] }),
      isRestore: true,
    },
    { kind: 'sending', id: 'a' },
    { kind: 'reply', id: 'a', reply: reply('r1') },
    { kind: 'taken', id: 'a', conversation: 'c1', message: 'server-a' },
  )

  expect(shown(underItsOwnId)).toEqual(['a', 'r1'])
  expect(shown(underTheServersId)).toEqual(['a', 'r1'])
  expect(turnsOf(underTheServersId)[0]?.receipt).toEqual({ tier: 0 })
})

test('a message that failed on the way but did arrive needs no second try', () => {
  const session = reduceSession(
    after(written('a'), { kind: 'sending', id: 'a' }, { kind: 'failed', id: 'a', fault, isFinal: false }),
    { kind: 'synced', page: page({ turns: [pageTurn('a', { replies: [reply('r1')] })] }), isRestore: false },
  )

  expect(progress(session)).toEqual(['a answered'])
  expect(progress(reduceSession(session, { kind: 'retried', id: 'a' }))).toEqual(['a answered'])
})
