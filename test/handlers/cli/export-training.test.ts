import { expect, test } from 'vitest'
import { createExportCommand } from '../../../handlers/cli/export-training.ts'
import type { WireLabels } from '../../../src/classification/wire-labels.ts'
import type { LabelSource } from '../../../src/core/labels.ts'
import { createMemoryIo, printedLines } from './io.ts'

type Wire = WireLabels['labels'][number]

function said(source: LabelSource, intent: string, text: string): Wire {
  const at = '2026-11-21T12:00:00.000Z'
  return { id: text, at, source, text, intent, confidence: 0.5, stage: 'model', candidates: [] }
}

/** A source of these pages, and what it was asked. */
function sourceOf(pages: readonly (readonly Wire[])[]) {
  const asked: (readonly [string, string | undefined])[] = []
  let isClosed = false
  const command = createExportCommand(() =>
    Promise.resolve({
      company: 'Brightpath',
      describe: (intent) => intent,
      page: (period, after) => {
        asked.push([period, after])
        const number = after === undefined ? 0 : Number(after)
        const labels = pages[number] ?? []
        return Promise.resolve({ labels, ...(labels.length === 0 ? {} : { next: String(number + 1) }) })
      },
      close: () => {
        isClosed = true
        return Promise.resolve()
      },
    }),
  )
  return { command, asked, isClosed: () => isClosed }
}

test('all pages are read, each text stands once, and what was counted is told apart from the lines', async () => {
  const io = createMemoryIo()
  const { command, asked, isClosed } = sourceOf([
    [said('helpful', 'payments.refund', 'refund'), said('not-helpful', 'account.plan', 'plan?')],
    [said('choice', 'account.plan', 'Refund!'), said('resolved', 'unknown', 'sing a song')],
  ])

  await command.run(['training', '--since', '2026-11-01'], io)

  expect(asked).toEqual([
    ['2026-11-01..', undefined],
    ['2026-11-01..', '1'],
    ['2026-11-01..', '2'],
  ])
  expect(printedLines(io)).toMatchObject([
    { text: 'Refund!', intent: 'account.plan', split: 'train', source: 'choice', agent: 'account' },
    { text: 'sing a song', intent: 'unknown', split: 'oos_train', weight: 0.5 },
  ])
  expect(io.errors()).toContain('2 labelled messages; 0 repeated what was known, 1 changed it')
  expect(io.errors()).toContain('1 were answered without help')
  expect(isClosed()).toBe(true)
})

test('--out takes the lines, and --json tells the counts', async () => {
  const io = createMemoryIo()

  await sourceOf([[said('helpful', 'a', 'one')]]).command.run(['training', '--out', 'l.jsonl', '--json'], io)

  expect(printedLines(io)).toEqual([{ lines: 1, repeated: 0, changed: 0, rejected: 0 }])
  expect(new TextDecoder().decode(io.files.get('l.jsonl'))).toMatch(/^\{"text":"one".*\}\n$/)
})

test.each([
  [[], 'nothing was named; what can be exported is training'],
  [['tickets'], '"tickets" is not known'],
  [['training', '--since', 'lately'], '--since is "lately"; give a day'],
  [['training', '--since', '2026-11-01', '--period', '7d'], '--since and --period were both given'],
])('export %j is refused: %s', async (args, reason) => {
  await expect(sourceOf([]).command.run(args, createMemoryIo())).rejects.toThrow(reason)
})
