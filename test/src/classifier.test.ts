import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { recalibrate } from '../../src/classification/recalibrate.ts'
import { openClassifier, printRefused } from '../../src/classifier.ts'
import { openOwnClassifier } from '../../src/open-own-classifier.ts'
import { examine } from '../../src/examine.ts'

/** Three intents take a moment to train; a folder of its own. */
function smallConfig(): ReturnType<typeof loadConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-classifier-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  const config = loadConfig({ TUPPENCE_DATA_DIR: folder })
  return { ...config, intents: config.intents.slice(0, 3), outOfScope: [] }
}

test('a kept file that is damaged or of another version is told, and the intents are trained again', async () => {
  const config = smallConfig()
  const told: string[] = []
  const open = () => openClassifier(config, (file, error) => told.push(file, String(error)))
  await open()
  const [name = ''] = await readdir(config.dataDir)
  const path = join(config.dataDir, name)
  const whole = await readFile(path)

  await writeFile(path, whole.subarray(0, 1000))
  const { intent } = (await open()).classify(config.intents[0]?.utterances[0] ?? '')
  const afterCut = await readFile(path)
  await writeFile(path, whole.with(4, 200))
  const findings = await examine(config)
  await open()

  expect(intent).toBe(config.intents[0]?.name)
  expect(afterCut.equals(whole)).toBe(true)
  expect(told).toEqual([name, expect.stringContaining('cut short')])
  expect(findings.find(({ part }) => part === 'classifier')).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(
      new RegExp(
        `; the kept classifier ${name} was refused \\(.* version 200, .*\\), so the intents were trained again$`,
      ),
    ),
  })
})

test('labelled messages set the threshold in force; those of other intents are refused with the remedy', async () => {
  const config = smallConfig()
  const own = await openOwnClassifier(config)
  const labelled = config.intents.flatMap(({ utterances }) =>
    utterances.slice(0, 20).map((text) => ({ text, intent: 'unknown' })),
  )
  const untouched = await openClassifier(config)

  const { recalibration } = recalibrate(own.fitted, labelled, { target: own.target, careful: own.careful })
  await own.keep(recalibration, labelled.length)
  const changed = await openClassifier(config)
  const findings = await examine(config)
  const told: string[] = []
  const others = { ...config, intents: config.intents.slice(0, 2) }
  const refused = await openClassifier(others, (file, error) => told.push(printRefused(file, error)))

  expect([untouched.freeThreshold, untouched.thresholdFrom]).toEqual([0.8, 'set in bot.yaml'])
  expect(changed.freeThreshold).toBe(0.98)
  expect(findings.find(({ part }) => part === 'classifier')?.detail).toMatch(
    /; free from 0\.98, set for 0\.98 by 60 labelled messages on \d{4}-\d\d-\d\d, which do not show yet that it is kept$/,
  )
  expect(refused.freeThreshold).toBe(0.8)
  expect(told).toEqual([
    'recalibration.json was refused (it was made for other intents than those configured. Set it anew with ' +
      '`tuppence train --recalibrate FILE.jsonl`), so the free threshold of bot.yaml applies',
  ])
})
