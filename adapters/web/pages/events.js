/**
 * Server-sent events, read from the body of a POST (the browser's own EventSource can only GET). Follows the
 * "event stream interpretation" of the HTML standard: https://html.spec.whatwg.org/multipage/server-sent-events.html
 *
 * @typedef {{ name: string, data: string }} StreamEvent
 * @typedef {{ rest: string, name: string, data: string[], isFirst: boolean }} StreamState what is read but not finished
 */

/** A stream may leave at most this many characters unfinished; more is not our server. */
export const MAX_UNFINISHED = 1_000_000

/** @type {StreamState} */
export const startOfStream = Object.freeze({ rest: '', name: '', data: [], isFirst: true })

/**
 * Reads the next piece of a stream, wherever it was cut.
 *
 * @param {StreamState} state
 * @param {string} piece
 * @returns {{ state: StreamState, events: StreamEvent[] }}
 * @throws {RangeError} when the unfinished part passes MAX_UNFINISHED
 */
export function readEvents(state, piece) {
  let text = state.rest + piece
  if (state.isFirst && text.startsWith('\uFEFF')) text = text.slice(1)
  // A carriage return at the end may be half of a line end: it waits for the next piece.
  const held = text.endsWith('\r') ? '\r' : ''
  const lines = text.slice(0, text.length - held.length).split(/\r\n|\n|\r/)
  const rest = (lines.pop() ?? '') + held

  /** @type {StreamEvent[]} */
  const events = []
  let { name } = state
  let data = [...state.data]
  for (const line of lines) {
    if (line === '') {
      if (data.length > 0) events.push({ name: name || 'message', data: data.join('\n') })
      name = ''
      data = []
      continue
    }
    const { field, value } = splitField(line)
    if (field === 'event') name = value
    if (field === 'data') data.push(value)
  }

  const unfinished = data.reduce((sum, line) => sum + line.length, rest.length)
  if (unfinished > MAX_UNFINISHED) throw new RangeError(`event stream: ${unfinished} characters without an end`)
  return { state: { rest, name, data, isFirst: state.isFirst && text === '' }, events }
}

/** @param {string} line @returns {{ field: string, value: string }} a comment has the field '' */
function splitField(line) {
  const colon = line.indexOf(':')
  if (colon < 0) return { field: line, value: '' }
  const value = line.slice(colon + 1)
  return { field: line.slice(0, colon), value: value.startsWith(' ') ? value.slice(1) : value }
}
