import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createExportCommand } from '../../handlers/cli/export-training.ts'
import { evaluateCommand } from '../../handlers/cli/evaluate.ts'
import { createTrainCommand } from '../../handlers/cli/recalibrate.ts'
import { fromBytes } from '../../src/classification/training.ts'
import type { WireLabels } from '../../src/classification/wire-labels.ts'
import { createMemoryIo } from '../handlers/cli/io.ts'

const page = readFileSync(new URL('../../docs/training.md', import.meta.url), 'utf8')
const commands = [...page.matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'))
const sample = /^```json\n([^]*?)^```$/m.exec(page)?.[1] ?? ''

const own = [
  sample.trim(),
  '{"text":"my money is not back","intent":"refund-missing","split":"train"}',
  '{"text":"i forgot my password","intent":"password","split":"train"}',
  '{"text":"reset my password","intent":"password","split":"train"}',
  '{"text":"is my refund there","intent":"refund-missing","split":"test"}',
].join('\n')

const labels: WireLabels['labels'] = [
  {
    id: 'f1',
    at: '2026-11-21T12:00:00.000Z',
    source: 'helpful',
    text: 'refund please',
    intent: 'refund-missing',
    confidence: 0.9,
    stage: 'tfidf',
    candidates: ['refund-missing', 'password'],
  },
]

test('the commands of docs/training.md run as they stand there, one after the other', async () => {
  const live = '{"text":"refund?","intent":"refund-missing"}\n{"text":"hi","intent":"unknown"}'
  const io = createMemoryIo({ files: { 'messages.jsonl': `${own}\n`, 'sample.jsonl': live } })
  const source = {
    company: 'Brightpath',
    describe: (intent: string) => intent,
    page: (_: string, after?: string) =>
      Promise.resolve({ labels: after === undefined ? labels : [], ...(after === undefined ? { next: 'x' } : {}) }),
    close: () => Promise.resolve(),
  }
  const bot = () =>
    Promise.resolve({
      fitted: fromBytes(io.files.get('intents.tpnc') ?? new Uint8Array()),
      encoder: undefined,
      target: 0.98,
      careful: 0.8,
      keep: () => Promise.resolve('recalibration.json'),
    })
  const commandsByName = {
    train: createTrainCommand(bot),
    evaluate: evaluateCommand,
    export: createExportCommand(() => Promise.resolve(source)),
  }
  const run = async (line: string): Promise<void> => {
    const [program, command = '', ...args] = line.split(' ')
    if (program === 'cat') {
      const files = ['messages.jsonl', 'labelled.jsonl'].map((name) => io.files.get(name) ?? new Uint8Array())
      io.files.set('together.jsonl', Buffer.concat(files))
      return
    }
    const named = Object.entries(commandsByName).find(([name]) => name === command)
    expect(await named?.[1].run(args, io)).toBe(0)
  }

  for (const line of commands) await run(line)

  expect(commands.map((line) => line.split(' ').slice(0, 2).join(' '))).toEqual([
    'tuppence train',
    'tuppence evaluate',
    'tuppence train',
    'tuppence export',
    'cat messages.jsonl',
    'tuppence train',
    'tuppence train',
    'tuppence train',
    'tuppence export',
  ])
  expect([...io.files.keys()].toSorted()).toEqual([
    'chat.jsonl',
    'intents.tpnc',
    'labelled.jsonl',
    'live.tpnc',
    'messages.jsonl',
    'sample.jsonl',
    'together.jsonl',
  ])
  expect(JSON.parse(new TextDecoder().decode(io.files.get('labelled.jsonl')))).toEqual({
    text: 'refund please',
    intent: 'refund-missing',
    split: 'train',
    source: 'helpful',
    at: '2026-11-21T12:00:00.000Z',
    agent: 'unknown',
    confidence: 0.9,
    stage: 'tfidf',
  })
  expect(JSON.parse(new TextDecoder().decode(io.files.get('chat.jsonl')))).toMatchObject({
    messages: [{ role: 'system' }, { role: 'user' }, { role: 'assistant' }],
  })
})
