import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { openClassifier } from '../../src/classifier.ts'
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
