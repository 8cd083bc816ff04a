import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { trainCommand } from '../../../handlers/cli/train.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { createMemoryIo, printedLines, type MemoryIo } from './io.ts'

/** Enough to learn from: two intents of two examples. */
const sound = [
  '{"text":"where is my refund","intent":"refund","split":"train"}',
  '{"text":"my refund is late","intent":"refund","split":"train"}',
  '{"text":"i forgot my password","intent":"password","split":"train"}',
  '{"text":"reset my password","intent":"password","split":"train"}',
]

function lineOf(text: string, intent: string, rest: object = {}): string {
  return JSON.stringify({ text, intent, split: 'train', ...rest })
}

function ioWith(content: readonly string[] | Uint8Array): MemoryIo {
  const bytes = content instanceof Uint8Array ? content : content.join('\n')
  return createMemoryIo({ files: { 'data.jsonl': bytes, 'out.tpnc': 'an earlier classifier' } })
}

function run(io: MemoryIo, flags: readonly string[] = []): Promise<number> {
  return trainCommand.run(['--data', 'data.jsonl', '--out', 'out.tpnc', ...flags], io)
}

/** The message of the refusal; the file of `--out` must be as it was. */
async function refusal(content: readonly string[] | Uint8Array): Promise<string> {
  const io = ioWith(content)
  const error: unknown = await run(io).then(
    () => undefined,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(UsageError)
  expect(new TextDecoder().decode(io.files.get('out.tpnc'))).toBe('an earlier classifier')
  expect(io.output()).toBe('')
  return error instanceof Error ? error.message : ''
}

/** What training says on standard error about data it accepts. */
async function remarks(content: readonly string[], flags: readonly string[] = []): Promise<string> {
  const io = ioWith(content)
  await run(io, flags)
  expect(new TextDecoder().decode(io.files.get('out.tpnc'))).not.toBe('an earlier classifier')
  return io.errors()
}

describe('tuppence train with faults in its data', () => {
  test('lists all of them by line, and writes nothing', async () => {
    const message = await refusal([
      sound[0] ?? '',
      '',
      '{"text":"where is my parcel","split":"train"}',
      ...sound.slice(1),
      '{"intent":"refund","split":"dev","weight":"2"}',
      'nonsense',
      lineOf('are you open today', 'opening-hours'),
      lineOf('Where is my refund?', 'shipping'),
      lineOf('my parcel', 'shipping'),
    ])

    expect(message.split('\n').map((line) => line.slice(0, 76))).toEqual([
      'data.jsonl has 8 faults:',
      '  line 2: an empty line; remove it.',
      '  line 3: "intent" must be a string with a name and is missing.',
      '  line 7: "text" must be a string with a message and is missing.',
      '  line 7: "split" must be one of train, valid, test, oos_train, oos_valid, o',
      '  line 7: "weight" must be a number above 0, at most 1000, and is "2".',
      '  line 8: not JSON: "nonsense".',
      '  line 9: the only example of intent "opening-hours"; give at least 2 differ',
      '  line 10: "Where is my refund?" is intent "shipping" here and "refund" in l',
      'Nothing was written. A line looks like {"text": "where is my refund?", "inte',
    ])
  })

  test('prints fifty of a thousand faults and counts the others', async () => {
    const message = await refusal([...sound, ...Array.from({ length: 1000 }, () => 'x')])

    expect(message.split('\n')).toHaveLength(53)
    expect(message).toContain('data.jsonl has 1000 faults:')
    expect(message).toContain('\n  and 950 more\n')
  })

  test.each([
    [
      'UTF-16 with a mark',
      Buffer.from(`\uFEFF${sound.join('\n')}`, 'utf16le'),
      'line 1: the file is UTF-16, not UTF-8',
    ],
    ['UTF-16 without one', Buffer.from(sound.join('\n'), 'utf16le'), 'line 1: the file is UTF-16, not UTF-8'],
    ['UTF-16, high byte first', Buffer.from(sound.join('\n'), 'utf16le').swap16(), 'line 1: the file is UTF-16'],
    [
      'Latin-1',
      Buffer.from([...sound, lineOf('où est mon colis', 'refund')].join('\n'), 'latin1'),
      'line 5: not UTF-8 (byte 0xF9 in column 11)',
    ],
    ['a NUL byte', Buffer.from([...sound, '{"text":"a\0b"}'].join('\n')), 'line 5: a NUL byte in column 11'],
    [
      'a mark between joined files',
      Buffer.from([...sound, `\uFEFF${sound[0]}`].join('\n')),
      'line 5: a byte order mark',
    ],
    [
      'a line without end',
      Buffer.from([...sound, 'x'.repeat(1_100_000)].join('\n')),
      'line 5: longer than 1048576 bytes',
    ],
    [
      'a gzip that is cut',
      gzipSync(sound.join('\n')).subarray(0, 100),
      'the gzip file is cut or damaged here (unexpected end of file)',
    ],
    ['a picture', Buffer.from('89504e470d0a1a0a', 'hex'), 'line 1: not UTF-8 (byte 0x89 in column 1)'],
  ])('names the encoding of %s', async (_, content, fault) => {
    expect(await refusal(content)).toContain(fault)
  })

  test.each([
    [lineOf('a', 'x'.repeat(101)), '"intent" has 101 characters'],
    [lineOf('a', 'refund\u0000'), '"intent" must be a name without control characters'],
    [
      lineOf('a', 'refund\u202Efund'),
      '"intent" must be a name without control characters, and without spaces around it, and is "refund\\u202efund"',
    ],
    [lineOf('a', ' refund'), '"intent" must be a name without control characters, and without spaces around it'],
    [lineOf('a'.repeat(40_001), 'refund'), '"text" has 40001 characters'],
    [lineOf('a', 'refund', { weight: 0 }), '"weight" must be a number above 0'],
    [
      '{"__proto__":{"text":"a","intent":"b","split":"train"}}',
      '"text" must be a string with a message and is missing',
    ],
    ['["text"]', 'not a JSON object'],
  ])('refuses what is wrong in a field: %j', async (line, fault) => {
    expect(await refusal([...sound, line])).toContain(`line 5: ${fault}`)
  })

  test('more intents than can be told apart are refused with their number', async () => {
    const lines = Array.from({ length: 2002 }, (_, index) => lineOf(`question ${index}`, `intent ${index >> 1}`))

    expect(await refusal(lines)).toContain('1001 intents; at most 1000 are told apart')
  })

  test('a gzip of nothing but line ends is given up', async () => {
    expect(await refusal(gzipSync(Buffer.alloc(2_000_001, '\n')))).toContain('data.jsonl: has more than 2000000 lines')
  })

  test('--out that is --data, or cannot be written, is refused before anything is read', async () => {
    const io = ioWith(sound)
    const locked = { ...io, checkWritable: () => Promise.reject(Object.assign(new Error(''), { code: 'EACCES' })) }

    await expect(trainCommand.run(['--data', 'data.jsonl', '--out', './data.jsonl'], io)).rejects.toThrow(
      '--out and --data are the same file',
    )
    await expect(run(locked)).rejects.toThrow('out.tpnc: cannot be written (permission denied); give another --out.')
  })
})

describe('tuppence train with data that is odd but sound', () => {
  test('a mark at the beginning, carriage returns and empty lines at the end change nothing', async () => {
    const [plain, odd] = [ioWith(sound), ioWith([`\uFEFF${sound.join('\r\n')}\r\n\r\n`])]

    await Promise.all([run(plain), run(odd)])

    expect(odd.files.get('out.tpnc')).toEqual(plain.files.get('out.tpnc'))
  })

  test('of a test line nothing is looked at but its split', async () => {
    expect(await remarks([...sound, '{"text":7,"weight":-1,"split":"test"}', '{"split":"oos_test"}'])).toBe('')
  })

  test('texts that only look alike, repetitions and what is not read are told and kept', async () => {
    const lines = [
      ...sound,
      lineOf('has my top up arrived', 'refund'),
      lineOf('Has my top-up arrived?', 'password'),
      lineOf('reset my password', 'password', { wieght: 2 }),
      lineOf('reset my password', 'refund', { split: 'valid' }),
      lineOf('who are you', 'refund', { split: 'oos_train' }),
      lineOf('are you open', 'opening-hours', { split: 'valid' }),
    ]

    const told = await remarks(lines)

    expect(told.split('\n').map((line) => line.replace('tuppence: data.jsonl: ', ''))).toEqual([
      'line 6: "Has my top-up arrived?" is intent "password", and line 5 "has my top up arrived" is "refund"; both were kept.',
      'line 8: "reset my password" is intent "refund", and line 4 "reset my password" is "password"; both were kept.',
      '1 line repeats the text and the intent of an earlier one; each counts.',
      'line 7: the field "wieght" is not read.',
      'line 9: the intent "refund" is not read, as split "oos_train" means none.',
      'line 10: no line of split "train" has the intent "opening-hours", so it counts as none.',
      '',
    ])
  })

  test('--allow-conflicts keeps the same text under two intents and lists it', async () => {
    const io = ioWith([...sound, lineOf('Reset my password!', 'refund')])

    await run(io, ['--allow-conflicts'])

    expect(printedLines(io)).toMatchObject([
      { examples: 5, conflicts: 1, conflictLines: [{ lines: [4, 5], intents: ['password', 'refund'] }] },
    ])
  })

  test('an intent may be called like a part of every object', async () => {
    const names = ['__proto__', 'constructor']
    const io = ioWith(names.flatMap((name) => [1, 2].map((number) => lineOf(`${name} ${number}`, name))))

    await run(io)

    expect(printedLines(io)).toMatchObject([{ examples: 4, intents: 2 }])
  })
})
