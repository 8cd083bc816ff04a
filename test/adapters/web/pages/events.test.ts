import fc from 'fast-check'
import { expect, test } from 'vitest'
import { MAX_UNFINISHED, readEvents, startOfStream, type StreamEvent } from '../../../../adapters/web/pages/events.js'

function readAll(pieces: readonly string[]): StreamEvent[] {
  let state = startOfStream
  const all: StreamEvent[] = []
  for (const piece of pieces) {
    const read = readEvents(state, piece)
    state = read.state
    all.push(...read.events)
  }
  return all
}

test('an event has its name and its data', () => {
  const events = readAll(['event: status\ndata: {"text":"Reading"}\n\ndata: bare\n\n'])

  expect(events).toEqual([
    { name: 'status', data: '{"text":"Reading"}' },
    { name: 'message', data: 'bare' },
  ])
})

test('several data lines are one text with line ends, and only one blank after the colon is cut', () => {
  const events = readAll(['data: a\ndata:  b\ndata:c\ndata\n\n'])

  expect(events).toEqual([{ name: 'message', data: 'a\n b\nc\n' }])
})

test('comments, unknown fields, events without data and an unfinished end are nothing', () => {
  const events = readAll([
    ': keep-alive\n\n',
    'event: lonely\n\n',
    'id: 1\nretry: 5\nfoo: bar\n\n',
    'data: unfinished\n',
  ])

  expect(events).toEqual([])
})

test('a byte order mark at the very start is not part of a field', () => {
  expect(readAll(['\uFEFFdata: a\n\n'])).toEqual([{ name: 'message', data: 'a' }])
})

test('wherever the stream is cut and however its lines end, the events are the same', () => {
  const stream =
    ': hello\n\nevent: delta\ndata: {"text":"ä 😀"}\n\nevent: reply\ndata: one\ndata: two\n\nevent: done\ndata: {}\n\n'
  const expected = readAll([stream])

  fc.assert(
    fc.property(
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.array(fc.nat({ max: 140 }), { maxLength: 20 }),
      (lineEnd, cuts) => {
        const text = stream.replaceAll('\n', lineEnd)
        const places = [
          0,
          ...cuts.filter((cut) => cut < text.length).toSorted((left, right) => left - right),
          text.length,
        ]
        // Two characters in wait: a lone carriage return at the very end cannot know that nothing follows it.
        const pieces = [...places.slice(1).map((place, index) => text.slice(places[index], place)), ':']

        expect(readAll(pieces)).toEqual(expected)
      },
    ),
  )
  expect(expected).toHaveLength(3)
})

test('a stream without an end is refused before it fills the memory', () => {
  const piece = 'x'.repeat(MAX_UNFINISHED / 2)

  expect(() => readAll([piece, piece, piece])).toThrow(RangeError)
  expect(() => readAll(Array.from({ length: 30 }, () => `data: ${'y'.repeat(MAX_UNFINISHED / 20)}\n`))).toThrow(
    RangeError,
  )
})
