import { PassThrough, Writable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { agentOf, classifyCommand } from '../../../handlers/cli/classify.ts'
import { examplesFromIntents, toBytes, train } from '../../../src/classification/training.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { smallIntents, strangeMessages } from '../../src/classification/messages.ts'
import { createMemoryIo, printedLines } from './io.ts'

const model = toBytes(train(examplesFromIntents(smallIntents, strangeMessages), smallIntents))

describe('tuppence classify', () => {
  test('each line of standard input gives one line of JSON with all fields', async () => {
    const io = createMemoryIo({ stdin: 'reset my password\r\nwhere is my invoice', files: { 'm.tpnc': model } })

    const code = await classifyCommand.run(['--model', 'm.tpnc'], io)

    expect(code).toBe(0)
    expect(printedLines(io)).toMatchObject([
      { text: 'reset my password', intent: 'account.password', agent: 'account' },
      { text: 'where is my invoice', intent: 'payments.invoice', agent: 'payments' },
    ])
    expect(Object.keys(printedLines(io)[0] ?? {})).toEqual([
      'text',
      'intent',
      'agent',
      'confidence',
      'stage',
      'candidates',
      'evidence',
    ])
  })

  test('of all candidates the best five are told', async () => {
    const io = createMemoryIo({ stdin: 'where is the invoice for my ticket', files: { 'm.tpnc': model } })

    await classifyCommand.run(['--model', 'm.tpnc'], io)

    expect(smallIntents.length).toBeGreaterThan(5)
    expect(printedLines(io)).toMatchObject([{ candidates: Array.from({ length: 5 }, () => expect.anything()) }])
  })

  test('without a model the intents of the configuration are used', async () => {
    const io = createMemoryIo({ stdin: 'hi' })

    await classifyCommand.run([], io)

    expect(printedLines(io)).toMatchObject([
      { text: 'hi', intent: 'general.greeting', agent: 'general', evidence: ['hello'] },
    ])
  })

  test('a file in UTF-16 is refused by the name of its encoding', async () => {
    const io = createMemoryIo({ files: { 'x.jsonl': Buffer.from('{"text":"a"}\n', 'utf16le') } })

    await expect(classifyCommand.run(['x.jsonl'], io)).rejects.toThrow(
      'x.jsonl: the file is UTF-16, not UTF-8; convert',
    )
  })

  test('JSON Lines are read as such, in files and packed, and blank lines passed over', async () => {
    const lines = '\ufeff{"text":"a"}\n\n{"text":"b","more":1}\n'
    const io = createMemoryIo({ stdin: lines, files: { 'x.jsonl.gz': gzipSync(lines) } })

    await classifyCommand.run(['-', 'x.jsonl.gz'], io)

    expect(printedLines(io)).toMatchObject([{ text: 'a' }, { text: 'b' }, { text: 'a' }, { text: 'b' }])
  })

  test('a character cut in two by the pipe arrives whole, and an empty plain line is a message', async () => {
    const bytes = new TextEncoder().encode('café\n\nno')
    const io = createMemoryIo({ stdin: [bytes.subarray(0, 4), bytes.subarray(4)] })

    await classifyCommand.run([], io)

    expect(printedLines(io)).toMatchObject([{ text: 'café' }, { text: '' }, { text: 'no' }])
  })

  test.each([
    ['{"text":"a"}\n{"text":4}', /x\.jsonl, line 2: "text" must be a string and is 4/],
    ['{"text":"a"}\nplain', /x\.jsonl, line 2: not JSON: "plain"/],
    ['[1]', /x\.jsonl, line 1: not a JSON object: \[1\]/],
    ['{"txt":"a"}', /line 1: "text" must be a string and is missing/],
  ])('the line at fault is named: %s', async (content, message) => {
    const io = createMemoryIo({ files: { 'x.jsonl': content } })

    const run = classifyCommand.run(['x.jsonl'], io)

    await expect(run).rejects.toThrow(UsageError)
    await expect(run).rejects.toThrow(message)
  })

  test('lines before a faulty one are still printed', async () => {
    const io = createMemoryIo({ files: { 'x.jsonl': '{"text":"a"}\n{' } })

    await expect(classifyCommand.run(['x.jsonl'], io)).rejects.toThrow('line 2')
    expect(printedLines(io)).toMatchObject([{ text: 'a' }])
  })

  test('a file that is missing, not a model, or damaged gzip is named', async () => {
    const io = createMemoryIo({ files: { 'm.tpnc': 'not a model at all', 'x.gz': gzipSync('abc').subarray(0, 12) } })

    await expect(classifyCommand.run(['gone.txt'], io)).rejects.toThrow('gone.txt: cannot be read (no such file)')
    await expect(classifyCommand.run(['--model', 'm.tpnc'], io)).rejects.toThrow(
      'm.tpnc: This is not a classifier file',
    )
    await expect(classifyCommand.run(['x.gz'], io)).rejects.toThrow('x.gz: is gzip but cannot be unpacked')
    await expect(classifyCommand.run(['--modle', 'm'], io)).rejects.toThrow('--modle')
  })

  test('a line that never ends is refused before it fills the memory', async () => {
    const io = createMemoryIo({ stdin: Array.from({ length: 20 }, () => 'x'.repeat(100_000)) })

    await expect(classifyCommand.run([], io)).rejects.toThrow('more than 1048576 characters')
  })

  test('a reader that goes away ends the work without an error', async () => {
    const stdin = new PassThrough()
    stdin.end('hello\n'.repeat(50_000))
    let written = 0
    const stdout = new Writable({
      write(chunk: Buffer, _encoding, done) {
        written += chunk.length
        done(written > 100_000 ? Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }) : undefined)
      },
    })

    const code = await classifyCommand.run([], { ...createMemoryIo(), stdin, stdout })

    expect(code).toBe(0)
    expect(written).toBeLessThan(500_000)
  })

  test('a slow reader is waited for: the output never piles up', async () => {
    let held = 0
    const stdout = new Writable({
      highWaterMark: 16_384,
      write(_chunk: Buffer, _encoding, done) {
        held = Math.max(held, this.writableLength)
        setImmediate(done)
      },
    })
    const io = { ...createMemoryIo({ stdin: 'hello\n'.repeat(20_000) }), stdout }

    await classifyCommand.run([], io)

    expect(held).toBeLessThan(300_000)
  })

  test('the agent is the part before the first dot when it is one of the four', () => {
    expect([
      agentOf('payments.refund.now'),
      agentOf('billing.refund'),
      agentOf('payments'),
      agentOf('unknown'),
    ]).toEqual(['payments', 'unknown', 'unknown', 'unknown'])
  })

  test('help shows an example', async () => {
    const io = createMemoryIo()

    expect(await classifyCommand.run(['--help'], io)).toBe(0)
    expect(io.output()).toContain('Example:')
  })
})
