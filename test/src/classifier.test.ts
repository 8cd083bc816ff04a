import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import { createTrainCommand } from '../../handlers/cli/recalibrate.ts'
import { recalibrate } from '../../src/classification/recalibrate.ts'
import { openClassifier, printRefused } from '../../src/classifier.ts'
import { openOwnClassifier } from '../../src/open-own-classifier.ts'
import { examine } from '../../src/examine.ts'
import { createMemoryIo } from '../handlers/cli/io.ts'
import { EmbeddingsServer } from '../servers/embeddings.ts'

const ollama = { kind: 'ollama', model: 'small' } as const

/** Three intents take a moment to train. */
function smallConfigIn(folder: string): ReturnType<typeof loadConfig> {
  const config = loadConfig({ TUPPENCE_DATA_DIR: folder })
  return { ...config, intents: config.intents.slice(0, 3), outOfScope: [] }
}

/** With a folder of its own. */
function smallConfig(): ReturnType<typeof loadConfig> {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-classifier-'))
  onTestFinished(() => rm(folder, { recursive: true }))
  return smallConfigIn(folder)
}

test('a kept file that is damaged or of another version is told, and the intents are trained again', async () => {
  const config = smallConfig()
  const told: string[] = []
  const open = () => openClassifier(config, { onRefused: (file, error) => told.push(file, String(error)) })
  await open()
  const [name = ''] = await readdir(config.dataDir)
  const path = join(config.dataDir, name)
  const whole = await readFile(path)

  await writeFile(path, whole.subarray(0, 1000))
  const { intent } = (await open()).classify(config.intents[0]?.utterances[0] ?? '')
  const afterCut = await readFile(path)
  await writeFile(path, whole.with(4, 200))
  const findings = await examine(config)
  const afterLook = await readFile(path)
  await open()

  expect(intent).toBe(config.intents[0]?.name)
  expect(afterCut.equals(whole)).toBe(true)
  expect(told).toEqual([name, expect.stringContaining('cut short'), name, expect.stringContaining('version 200')])
  expect(afterLook[4]).toBe(200)
  expect(findings.find(({ part }) => part === 'classifier')).toMatchObject({
    state: 'ok',
    detail: expect.stringMatching(
      new RegExp(
        `^the kept classifier ${name} was refused \\(.* version 200, .*\\), so the intents are trained at the next start$`,
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
  const refused = await openClassifier(others, {
    onRefused: (file, error) => told.push(printRefused(file, error)),
  })

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

test('doctor trains nothing and says what the first start does; a start tells that it trains', async () => {
  const config = smallConfig()
  let trainings = 0

  const [, , classifier] = await examine(config)
  const left = await readdir(config.dataDir)
  await openClassifier(config, { onTraining: () => trainings++ })
  await openClassifier(config, { onTraining: () => trainings++ })

  expect(classifier).toEqual({
    part: 'classifier',
    state: 'ok',
    detail: 'the intents are trained at the first start',
  })
  expect(left).not.toContainEqual(expect.stringMatching(/^classifier-/))
  expect(trainings).toBe(1)
})

describe('labelled messages of a bot with an encoder', () => {
  const server = new EmbeddingsServer()
  const small = smallConfigIn(mkdtempSync(join(tmpdir(), 'tuppence-classifier-')))
  let config = small
  const labelled = small.intents.flatMap(({ name, utterances }) =>
    utterances.slice(0, 12).flatMap((text) => [
      { text, intent: name },
      { text: `${text} zebra`, intent: 'unknown' },
    ]),
  )
  beforeAll(async () => {
    await server.start()
    config = { ...small, encoder: { kind: 'ollama', url: `http://${server.host}`, model: 'small' } }
  })
  afterAll(async () => {
    await server.close()
    await rm(config.dataDir, { recursive: true })
  })
  const recalibrateOwn = async (told: string[] = []): Promise<void> => {
    const lines = labelled.map((line) => JSON.stringify(line)).join('\n')
    const io = createMemoryIo({ files: { 'live.jsonl': lines } })
    await createTrainCommand(() => openOwnClassifier(config, (line) => told.push(line))).run(
      ['--recalibrate', 'live.jsonl'],
      io,
    )
  }

  test('correct both stages, and go on correcting the first one while the encoder is away', async () => {
    const untouched = await openClassifier(config)
    await recalibrateOwn()

    const both = await openClassifier(config)
    const refused: string[] = []
    const away = { ...config, encoder: { ...ollama, url: 'http://127.0.0.1:1' } }
    const alone = await openClassifier(away, { onRefused: (file) => refused.push(file) })
    const files = (await readdir(config.dataDir)).filter((name) => name.startsWith('classifier-'))
    const asked = server.received.length
    const back = await openClassifier(config)

    expect(untouched.fitted.encoded?.confidence.live).toBeUndefined()
    expect(both.fitted.encoded?.confidence.live).toEqual({ slope: expect.any(Number), offset: expect.any(Number) })
    expect(both.fitted.encoded?.confidence.live).not.toEqual(both.fitted.confidence.live)
    expect(both.fitted.encoded?.unknownBelow).not.toBe(untouched.fitted.encoded?.unknownBelow)
    expect([alone.fitted.encoded, alone.fitted.confidence.live]).toEqual([undefined, both.fitted.confidence.live])
    expect(alone.freeThreshold).toBeGreaterThan(0.8)
    expect(refused).toEqual([])
    // With and without the encoder; its vectors are asked for once.
    expect(files).toHaveLength(2)
    expect(server.received.length - asked).toBe(2)
    expect(back.freeThreshold).toBe(both.freeThreshold)
  })

  test('that did not meet the encoder are told, and never lower the threshold of bot.yaml for it', async () => {
    const told: string[] = []
    const there = config
    config = { ...config, encoder: { ...ollama, url: 'http://127.0.0.1:1' } }
    await recalibrateOwn(told)
    config = there

    const opened = await openClassifier({ ...config, targetPrecision: 0.5, freeThreshold: 0.99 })

    expect(told.join()).toContain('Give them again when it answers')
    expect(opened.fitted.encoded?.confidence.live).toBeUndefined()
    expect(opened.freeThreshold).toBe(0.99)
    expect(opened.thresholdFrom).toContain('did not meet this encoder')
  })
})

test('an encoder of the owner gives the second stage its vectors, once, and another one trains another file', async () => {
  const server = await new EmbeddingsServer().start()
  onTestFinished(() => server.close())
  const config = smallConfig()
  const withServer = (model: string): typeof config => ({
    ...config,
    encoder: { kind: 'ollama', url: `http://${server.host}`, model },
  })

  const first = await openClassifier(withServer('small'))
  const askedForTraining = server.received.length
  const [file] = await readdir(config.dataDir)
  const again = await openClassifier(withServer('small'))
  const askedAgain = server.received.length - askedForTraining
  const other = await openClassifier(withServer('other'))
  const [otherFile] = await readdir(config.dataDir)

  expect(first.fitted.encoded).toMatchObject({ encoder: 'ollama/small', dimensions: 8 })
  expect(again.fitted.encoded?.encoder).toBe('ollama/small')
  // Its dimensions and whether it answers.
  expect(askedAgain).toBe(2)
  expect(askedForTraining).toBeGreaterThan(2)
  expect(other.fitted.encoded?.encoder).toBe('ollama/other')
  expect(otherFile).not.toBe(file)
  expect(await examineEncoder(withServer('small'))).toMatchObject({
    state: 'ok',
    detail: 'ollama/small answers, with vectors of 8 values',
  })
})

async function examineEncoder(config: ReturnType<typeof loadConfig>) {
  return (await examine(config)).find(({ part }) => part === 'encoder')
}

test('the server of an encoder reads no personal detail, neither in what is learned nor in what is asked', async () => {
  const server = await new EmbeddingsServer().start()
  onTestFinished(() => server.close())
  const small = smallConfig()
  const outOfScope = ['ada@example.com wrote to me']
  const encoder = { ...ollama, url: `http://${server.host}` }

  const opened = await openClassifier({ ...small, intents: small.intents.slice(0, 2), outOfScope, encoder })
  await opened.encoder?.encode(['Is grace@example.com mine?'])

  const read = JSON.stringify(server.received.map(({ body }) => body))
  expect(read).toContain('[EMAIL_1] wrote to me')
  expect(read).toContain('Is [EMAIL_1] mine?')
  expect(read).not.toContain('example.com')
})

test('without an answer of the encoder the first stage stands alone, and that is told', async () => {
  const server = await new EmbeddingsServer().start()
  const url = `http://${server.host}`
  await server.close()
  const config: ReturnType<typeof loadConfig> = { ...smallConfig(), encoder: { kind: 'openai', url, model: 'small' } }
  const told: string[] = []

  const opened = await openClassifier(config, { onAway: ({ code }) => told.push(code) })

  expect(told).toEqual(['encoder'])
  expect(opened.encoder).toBeUndefined()
  expect(opened.classify(config.intents[0]?.utterances[0] ?? '').intent).toBe(config.intents[0]?.name)
  expect(await examineEncoder(config)).toMatchObject({ state: 'failed', detail: expect.stringContaining(url) })
})
