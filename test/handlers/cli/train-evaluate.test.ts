import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { evaluateCommand } from '../../../handlers/cli/evaluate.ts'
import { trainCommand } from '../../../handlers/cli/train.ts'
import { UsageError } from '../../../src/core/errors.ts'
import { manyExamples, strangeMessages } from '../../src/classification/messages.ts'
import { createMemoryIo, printedLines } from './io.ts'

const labelled = [
  ...manyExamples(12, 30).map((example, index) => ({ ...example, split: index % 5 === 4 ? 'test' : 'train' })),
  ...strangeMessages.map((text, index) => ({ text, intent: 'oos', split: index % 2 === 0 ? 'oos_train' : 'oos_test' })),
]
const lines = labelled.map((line) => JSON.stringify(line)).join('\n')

async function trained(content: string | Uint8Array = lines): Promise<ReturnType<typeof createMemoryIo>> {
  const io = createMemoryIo({ files: { 'data.jsonl.gz': content } })
  await trainCommand.run(['--data', 'data.jsonl.gz', '--out', 'model.tpnc'], io)
  return io
}

describe('tuppence train', () => {
  test('writes a file and says what it learned', async () => {
    const io = await trained(gzipSync(lines))

    expect(printedLines(io)).toMatchObject([{ examples: 290, intents: 12, bytes: io.files.get('model.tpnc')?.length }])
  })

  test('test lines change nothing', async () => {
    const without = labelled.filter(({ split }) => !split.endsWith('test')).map((line) => JSON.stringify(line))

    const [all, some] = [await trained(), await trained(without.join('\n'))]

    expect(all.files.get('model.tpnc')).toEqual(some.files.get('model.tpnc'))
  })

  test.each([
    ['{"text":"a","intent":"b","split":"dev"}', '"split" must be one of train, valid, test'],
    ['{"text":"a","split":"train"}', '"intent" must be a string with a name and is missing'],
    ['{"text":"","intent":"b","split":"train"}', '"text" must be a string with a message and is ""'],
    ['{"text":"a","intent":"b","split":"train","weight":-1}', '"weight" must be a number above 0'],
    ['nonsense', 'not JSON: "nonsense"'],
    ['', 'has no lines'],
    ['{"text":"a","intent":"b","split":"train"}', 'the one intent "b"'],
    ['{"text":"a","intent":"b","split":"test"}', 'no intent'],
  ])('refuses %s and says why', async (content, reason) => {
    const run = trained(content)

    await expect(run).rejects.toThrow(UsageError)
    await expect(run).rejects.toThrow(reason)
    await expect(run).rejects.toThrow('data.jsonl.gz')
  })

  test('a flag that is missing is named with an example', async () => {
    await expect(trainCommand.run(['--data', 'x'], createMemoryIo())).rejects.toThrow('--out is missing; for example')
    await expect(trainCommand.run(['x'], createMemoryIo())).rejects.toThrow('"x" is not expected here')
  })

  test('a place that cannot be written to is named', async () => {
    const io = { ...createMemoryIo({ files: { d: lines } }), writeFile: () => Promise.reject(new Error('disk full')) }

    await expect(trainCommand.run(['--data', 'd', '--out', 'o'], io)).rejects.toThrow(
      'o: cannot be written (disk full)',
    )
  })
})

describe('tuppence evaluate', () => {
  test('prints every field as JSON', async () => {
    const io = await trained()
    const evaluated = createMemoryIo({ files: Object.fromEntries(io.files) })

    await evaluateCommand.run(['--model', 'model.tpnc', '--data', 'data.jsonl.gz'], evaluated)

    const [result] = printedLines(evaluated)
    expect(Object.keys(result ?? {})).toEqual(
      'accuracy macroF1 ece coverageAt atThreshold perIntent outOfScope shareByStage microsecondsPerMessage confusions agentAccuracy reliability'.split(
        ' ',
      ),
    )
    expect(result).toMatchObject({ outOfScope: { leakAtThreshold: 0 } })
  })

  test('data without test lines, a target out of range and a missing file are named', async () => {
    const io = await trained()
    io.files.set('only.jsonl', new TextEncoder().encode('{"text":"a","intent":"b","split":"train"}'))
    const base = ['--model', 'model.tpnc', '--data']

    await expect(evaluateCommand.run([...base, 'only.jsonl'], io)).rejects.toThrow(
      'has no line of split "test" to measure with. Found: train 1.',
    )
    await expect(evaluateCommand.run([...base, 'only.jsonl', '--target', '98'], io)).rejects.toThrow('--target is "98"')
    await expect(evaluateCommand.run([...base, 'gone.jsonl'], io)).rejects.toThrow(
      'gone.jsonl: cannot be read (no such file)',
    )
  })
})

const folders = [process.env.TUPPENCE_TEST_DATA, '../shared/data'].flatMap((folder) => folder ?? [])
const path = folders.map((folder) => join(folder, 'intents', 'banking77.jsonl.gz')).find((file) => existsSync(file))

// The data is not ours to publish: the promise is registered where somebody has put it.
if (path !== undefined) {
  describe('BANKING77', () => {
    test(
      'learns the training lines of BANKING77 and keeps the bar on its test lines',
      { timeout: 60_000 },
      async () => {
        const io = createMemoryIo({ files: { 'banking77.jsonl.gz': readFileSync(path) } })
        await trainCommand.run(['--data', 'banking77.jsonl.gz', '--out', 'model.tpnc'], io)
        await evaluateCommand.run(['--model', 'model.tpnc', '--data', 'banking77.jsonl.gz', '--target', '0.98'], io)

        const [trained, result] = printedLines(io)

        expect(trained).toMatchObject({ examples: 10_003, intents: 77 })
        // The bar of the classifier's page: accuracy 91.3, coverage 82 at 98 %, calibration error at most 0.03.
        expect(result).toEqual({
          accuracy: expect.toSatisfy((value: number) => value >= 0.913 && value <= 1),
          macroF1: expect.toSatisfy((value: number) => value >= 0.91 && value <= 1),
          ece: expect.toSatisfy((value: number) => value >= 0 && value <= 0.03),
          coverageAt: {
            '0.99': expect.any(Number),
            '0.98': expect.toSatisfy((value: number) => value >= 0.82),
            '0.95': expect.any(Number),
          },
          atThreshold: {
            threshold: expect.any(Number),
            answered: expect.toSatisfy((value: number) => value >= 0.78),
            precision: expect.toSatisfy((value: number) => value >= 0.975),
          },
          perIntent: expect.toSatisfy((value: object) => Object.keys(value).length === 77),
          shareByStage: { tfidf: 1 },
          microsecondsPerMessage: { p50: expect.any(Number), p99: expect.any(Number) },
          confusions: expect.toSatisfy((value: object[]) => value.length === 20),
          reliability: expect.toSatisfy((value: object[]) => value.length > 5 && value.length <= 15),
        })
      },
    )
  })
}
