import { describe, expect, test } from 'vitest'
import { evaluateCommand } from '../../../handlers/cli/evaluate.ts'
import { createTrainCommand, type OwnClassifier } from '../../../handlers/cli/recalibrate.ts'
import { fromBytes } from '../../../src/classification/training.ts'
import type { Recalibration } from '../../../src/classification/recalibrate.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { manyExamples, strangeMessages } from '../../src/classification/messages.ts'
import { createMemoryIo, type MemoryIo, printedLines } from './io.ts'

const examples = manyExamples(6, 20)
const data = [
  ...examples.map((example, index) => ({ ...example, split: index % 4 === 3 ? 'test' : 'train' })),
  ...strangeMessages.map((text, index) => ({ text, intent: 'oos', split: index % 2 === 0 ? 'oos_train' : 'oos_test' })),
]
const toLines = (rows: readonly object[]): string => rows.map((row) => JSON.stringify(row)).join('\n')
const labels = toLines([
  ...examples.slice(0, 60).map(({ text, intent }) => ({ text: `hi ${text}`, intent })),
  ...strangeMessages.map((text) => ({ text, intent: 'unknown' })),
])

const fieldOf = (value: unknown, field: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, field) : undefined
const never = (): Promise<OwnClassifier> => Promise.reject(new Error('the own classifier is not asked for'))
const trained = createMemoryIo({ files: { 'data.jsonl': toLines(data) } })
await createTrainCommand(never).run(['--data', 'data.jsonl', '--out', 'model.tpnc'], trained)

function ioWith(files: Record<string, string>): MemoryIo {
  return createMemoryIo({ files: { ...Object.fromEntries(trained.files), ...files } })
}

describe('tuppence train --recalibrate', () => {
  test('changes confidence and thresholds of a trained file and nothing else of it', async () => {
    const io = ioWith({ 'live.jsonl': labels })

    const code = await createTrainCommand(never).run(
      ['--recalibrate', 'live.jsonl', '--model', 'model.tpnc', '--out', 'live.tpnc', '--target', '0.95'],
      io,
    )

    const [before, after] = ['model.tpnc', 'live.tpnc'].map((name) => fromBytes(io.files.get(name) ?? new Uint8Array()))
    expect(code).toBe(0)
    expect(printedLines(io)).toMatchObject([{ messages: 64, outOfScope: 4, target: 0.95, file: 'live.tpnc' }])
    expect(after?.weights.matrix).toEqual(before?.weights.matrix)
    expect(after?.confidence.curve).toEqual(before?.confidence.curve)
    expect(after?.confidence.live).toMatchObject({ slope: expect.any(Number), offset: expect.any(Number) })
  })

  test('without a file it changes the own classifier, for the configured target', async () => {
    const fitted = fromBytes(trained.files.get('model.tpnc') ?? new Uint8Array())
    const kept: [Recalibration, number][] = []
    const own: OwnClassifier = {
      fitted,
      encoder: undefined,
      target: 0.9,
      careful: 0.8,
      keep: (recalibration, messages) => {
        kept.push([recalibration, messages])
        return Promise.resolve('recalibration.json')
      },
    }
    const io = ioWith({ 'live.jsonl': labels })

    await createTrainCommand(() => Promise.resolve(own)).run(['--recalibrate=live.jsonl'], io)

    expect(printedLines(io)).toMatchObject([{ target: 0.9, threshold: { before: 0.8 }, file: 'recalibration.json' }])
    expect(kept).toEqual([[expect.objectContaining({ unknownBelow: expect.any(Number) }), 64]])
  })

  test('an intent the classifier does not know is told', async () => {
    const io = ioWith({ 'live.jsonl': '{"text":"hello there","intent":"general.greting"}' })

    await createTrainCommand(never).run(['--recalibrate', 'live.jsonl', '--model', 'model.tpnc', '--out', 'o'], io)

    expect(io.errors()).toContain('live.jsonl: the classifier knows no intent "general.greting"')
  })

  test.each([
    [
      '{"text":"a","intent":"b","split":"test"}',
      '1 lines of split "test"; what is measured with must not set a threshold',
    ],
    ['{"text":"a"}', 'line 1: "intent" must be a string with a name and is missing'],
    ['', 'has no lines'],
  ])('refuses %s and writes nothing', async (content, reason) => {
    const io = ioWith({ 'live.jsonl': content })
    const run = createTrainCommand(never).run(
      ['--recalibrate', 'live.jsonl', '--model', 'model.tpnc', '--out', 'o'],
      io,
    )

    await expect(run).rejects.toThrow(UsageError)
    await expect(run).rejects.toThrow(reason)
    expect(io.files.has('o')).toBe(false)
  })

  test('half of the two files, the labels as --out, a target out of range and one that the bot does not take are named', async () => {
    const io = ioWith({ l: labels })
    const command = createTrainCommand(never)

    await expect(command.run(['--recalibrate', 'l', '--model', 'model.tpnc'], io)).rejects.toThrow('--out is missing')
    await expect(command.run(['--recalibrate', 'l', '--out', 'o'], io)).rejects.toThrow('--model is missing')
    await expect(command.run(['--recalibrate', 'l', '--model', 'model.tpnc', '--out', './l'], io)).rejects.toThrow(
      'same file',
    )
    await expect(
      command.run(['--recalibrate', 'l', '--model', 'model.tpnc', '--out', 'o', '--target', '98'], io),
    ).rejects.toThrow('--target is "98"')
    await expect(command.run(['--recalibrate', 'l', '--target', '0.9'], io)).rejects.toThrow(
      'classification.targetPrecision in bot.yaml: set it there.',
    )
  })
})

test('what test lines say reaches neither the file nor its threshold', async () => {
  const altered = data.map((line, index) =>
    line.split.endsWith('test') ? { text: `§ ${index} ##`, intent: 'x', split: line.split } : line,
  )
  const io = createMemoryIo({ files: { 'data.jsonl': `${toLines(altered)}\n{"split":"test","text":7}` } })

  await createTrainCommand(never).run(['--data', 'data.jsonl', '--out', 'model.tpnc'], io)
  io.files.set('data.jsonl', new TextEncoder().encode(toLines(data)))
  await evaluateCommand.run(['--model', 'model.tpnc', '--data', 'data.jsonl'], io)

  const [summary, result] = printedLines(io)
  expect(io.files.get('model.tpnc')).toEqual(trained.files.get('model.tpnc'))
  expect(result).toMatchObject({ atThreshold: { threshold: fieldOf(summary, 'threshold') } })
})
