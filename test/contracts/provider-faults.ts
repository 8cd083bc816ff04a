import type { ModelFault } from '../../src/core/errors.ts'
import type { ModelServerFault } from '../servers/models-faults.ts'
import type { Way } from './provider-asking.ts'

interface Expected {
  readonly fault: ModelFault
  readonly charge: 'none' | 'unknown'
  readonly retryAfterMs?: number
}

/** What each fault becomes, by the way of asking where that matters. */
export const providerFaults: readonly (readonly [
  string,
  ModelServerFault,
  Expected | Readonly<Record<Way, Expected>>,
])[] = [
  ['401', { kind: 'unauthorized' }, { fault: 'unauthorized', charge: 'none' }],
  ['a used-up quota', { kind: 'no-credit' }, { fault: 'no-credit', charge: 'none' }],
  ['402', { kind: 'status', status: 402 }, { fault: 'no-credit', charge: 'none' }],
  ['403', { kind: 'forbidden' }, { fault: 'forbidden', charge: 'none' }],
  ['404', { kind: 'model-gone' }, { fault: 'model-gone', charge: 'none' }],
  ['a prompt that is too long', { kind: 'too-long' }, { fault: 'too-long', charge: 'none' }],
  ['413', { kind: 'status', status: 413 }, { fault: 'too-long', charge: 'none' }],
  ['any other 400', { kind: 'rejected' }, { fault: 'rejected', charge: 'none' }],
  ['408', { kind: 'status', status: 408 }, { fault: 'rejected', charge: 'none' }],
  ['409', { kind: 'status', status: 409 }, { fault: 'rejected', charge: 'none' }],
  ['429', { kind: 'rate-limited' }, { fault: 'rate-limited', charge: 'none' }],
  [
    '429 for 7 seconds',
    { kind: 'rate-limited', retryAfter: '7' },
    { fault: 'rate-limited', charge: 'none', retryAfterMs: 7_000 },
  ],
  [
    '429 until a date',
    {
      kind: 'rate-limited',
      retryAfter: 'Sat, 21 Nov 2026 10:00:30 GMT',
      headers: { date: 'Sat, 21 Nov 2026 10:00:00 GMT' },
    },
    { fault: 'rate-limited', charge: 'none', retryAfterMs: 30_000 },
  ],
  [
    '429 for 250 ms',
    { kind: 'rate-limited', retryAfter: '1', headers: { 'retry-after-ms': '250' } },
    { fault: 'rate-limited', charge: 'none', retryAfterMs: 250 },
  ],
  [
    '429 for a year',
    { kind: 'rate-limited', retryAfter: '31536000' },
    { fault: 'rate-limited', charge: 'none', retryAfterMs: 600_000 },
  ],
  ['429 for "soon"', { kind: 'rate-limited', retryAfter: 'soon' }, { fault: 'rate-limited', charge: 'none' }],
  ['429 for -5', { kind: 'rate-limited', retryAfter: '-5' }, { fault: 'rate-limited', charge: 'none' }],
  ['500', { kind: 'server' }, { fault: 'server', charge: 'unknown' }],
  ['502', { kind: 'status', status: 502 }, { fault: 'server', charge: 'unknown' }],
  ['504', { kind: 'status', status: 504 }, { fault: 'server', charge: 'unknown' }],
  ['503', { kind: 'overloaded', retryAfter: '2' }, { fault: 'overloaded', charge: 'none', retryAfterMs: 2_000 }],
  ['529', { kind: 'busy' }, { fault: 'overloaded', charge: 'none' }],
  ['a socket destroyed before the headers', { kind: 'drop' }, { fault: 'cut', charge: 'unknown' }],
  ['a socket destroyed in the middle', { kind: 'cut' }, { fault: 'cut', charge: 'unknown' }],
  [
    'an answer closed politely before its end',
    { kind: 'end-early' },
    { complete: { fault: 'malformed', charge: 'unknown' }, stream: { fault: 'cut', charge: 'unknown' } },
  ],
  ['a web page', { kind: 'html' }, { fault: 'malformed', charge: 'unknown' }],
  ['half a JSON', { kind: 'bad-json' }, { fault: 'malformed', charge: 'unknown' }],
  [
    'JSON of another protocol',
    { kind: 'status', status: 200, body: { hello: 1 } },
    { complete: { fault: 'malformed', charge: 'unknown' }, stream: { fault: 'cut', charge: 'unknown' } },
  ],
  ['an answer without a word', { kind: 'empty' }, { fault: 'empty', charge: 'unknown' }],
  ['ten megabytes', { kind: 'huge' }, { fault: 'malformed', charge: 'unknown' }],
  ['a redirect', { kind: 'redirect' }, { fault: 'rejected', charge: 'none' }],
]
