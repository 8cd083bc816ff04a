import { describe, expect, test } from 'vitest'
import { classifyCommand } from '../../../handlers/cli/classify.ts'
import { evaluateCommand } from '../../../handlers/cli/evaluate.ts'
import { trainCommand } from '../../../handlers/cli/train.ts'
import type { WaitedEncoder } from '../../../src/core/encoder.ts'
import { EncoderError, PackageMissingError, UsageError } from '../../../src/core/errors.ts'
import { createMemoryIo, type MemoryIo, printedLines } from './io.ts'

/** Knows of two meanings how often they occur, in words that the training has and in others. */
const encoder: WaitedEncoder = {
  name: 'use-lite-en',
  dimensions: 2,
  encode: (texts) =>
    Float32Array.from(texts.flatMap((text) => (/money|refund|reimburse/.test(text) ? [1, 0] : [0, 1]))),
}

const trained = [
  ['where is my refund', 'refund'],
  ['i want my money back', 'refund'],
  ['refund me please', 'refund'],
  ['where is my parcel', 'parcel'],
  ['the parcel did not arrive', 'parcel'],
  ['when does it arrive', 'parcel'],
]
const line = (text: string, intent: string, split: string): string => `${JSON.stringify({ text, intent, split })}\n`
const trainLines = trained.map(([text = '', intent = '']) => line(text, intent, 'train')).join('')
const testLines = line('reimburse it', 'refund', 'test') + line('did the parcel arrive', 'parcel', 'test')

async function trainedIo(data: string, given: WaitedEncoder = encoder): Promise<MemoryIo> {
  const io = createMemoryIo({ files: { 'data.jsonl': data }, encoder: given })
  await trainCommand.run(['--data', 'data.jsonl', '--out', 'model', '--encoder', 'use-lite-en'], io)
  return io
}

describe('a classifier of two stages on the command line', () => {
  test('is trained, told with the threshold of each stage, and not moved by test lines', async () => {
    const io = await trainedIo(trainLines)
    const withTests = await trainedIo(trainLines + testLines)

    expect(printedLines(io)[0]).toMatchObject({ encoder: 'use-lite-en', encoderThreshold: expect.any(Number) })
    expect(withTests.files.get('model')).toEqual(io.files.get('model'))
  })

  test('is measured as both stages together', async () => {
    const io = await trainedIo(trainLines + testLines)

    await evaluateCommand.run(['--model', 'model', '--data', 'data.jsonl'], io)

    expect(printedLines(io)[1]).toMatchObject({ shareByStage: { encoder: expect.any(Number) } })
  })

  test('classifies with the encoder what the first stage does not know', async () => {
    const io = await trainedIo(trainLines)
    io.files.set('messages.txt', new TextEncoder().encode('reimburse\n'))

    await classifyCommand.run(['--model', 'model', 'messages.txt'], io)

    expect(printedLines(io)[1]).toMatchObject({ stage: 'encoder', candidates: [{ intent: 'refund' }, {}] })
  })

  test('needs the package of the encoder, in training and afterwards', async () => {
    const io = await trainedIo(trainLines)
    const without = createMemoryIo({ files: { 'data.jsonl': trainLines, model: io.files.get('model') ?? '' } })
    const training = trainCommand.run(['--data', 'data.jsonl', '--out', 'other', '--encoder', 'use-lite-en'], without)

    await expect(training).rejects.toThrow(PackageMissingError)
    await expect(classifyCommand.run(['--model', 'model', 'data.jsonl'], without)).rejects.toThrow(PackageMissingError)
    expect(without.files.has('other')).toBe(false)
  })

  test('does not take another encoder, and no name that is unknown', async () => {
    const io = await trainedIo(trainLines)
    const other = createMemoryIo({
      files: { 'data.jsonl': testLines, model: io.files.get('model') ?? '' },
      encoder: { ...encoder, name: 'another' },
    })
    const wrong = trainCommand.run(['--data', 'data.jsonl', '--out', 'model', '--encoder', 'bert'], io)

    await expect(evaluateCommand.run(['--model', 'model', '--data', 'data.jsonl'], other)).rejects.toThrow(EncoderError)
    await expect(wrong).rejects.toThrow(new UsageError('--encoder is "bert"; known: none, use-lite-en.'))
  })
})
