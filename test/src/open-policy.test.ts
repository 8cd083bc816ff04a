import { readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { announceRunning } from '../../adapters/files/running.ts'
import { loadConfig } from '../../config/load.ts'
import { openPolicy } from '../../src/open-policy.ts'
import { newDataFolder } from '../data-folder.ts'
import { openStore } from '../../adapters/store/store.ts'
import { uuidv7 } from 'uuidv7'
import { tuppence } from './cli-process.ts'

function folderOfTest(): string {
  const folder = newDataFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  return folder
}

test('recorded traffic is replayed before any bot was started, and no store is made', async () => {
  const folder = folderOfTest()
  const data = join(folder, 'data')
  await writeFile(join(folder, 'messages.jsonl'), '{"text":"where is my refund?"}\n')

  const { code, stdout, stderr } = await tuppence(
    ['simulate', '--messages', join(folder, 'messages.jsonl'), '--json'],
    { environment: { TUPPENCE_DATA_DIR: data } },
  )

  expect([code, stderr]).toEqual([0, ''])
  expect(await readdir(data)).toEqual([expect.stringMatching(/^classifier-\w+\.bin$/)]) // what training took is kept, no more
  expect(JSON.parse(stdout)).toMatchObject({
    notes: [`No approved change of a tier is followed: no bot was started on the data folder ${data} yet.`],
    today: { messages: 1 },
  })
})

test('where a bot holds the store and does not answer, recorded traffic is replayed without what was approved', async () => {
  const folder = folderOfTest()
  const store = await openStore({ kind: 'folder', folder }, () => new Date(), uuidv7)
  onTestFinished(() => store.close())
  await announceRunning(folder, { url: 'http://127.0.0.1:1', token: 'left' })

  const { parts, notes } = await openPolicy(loadConfig({ TUPPENCE_DATA_DIR: folder }))

  expect(parts.adjustTier('account.plan', 3)).toBe(3)
  expect(notes).toEqual([
    expect.stringMatching(/^No approved change of a tier is followed: The running bot at \S+ does not answer\./),
  ])
})

test('where a process that left no word holds the store, it is named', async () => {
  const folder = folderOfTest()
  const store = await openStore({ kind: 'folder', folder }, () => new Date(), uuidv7)
  onTestFinished(() => store.close())

  const { notes } = await openPolicy(loadConfig({ TUPPENCE_DATA_DIR: folder }))

  expect(notes).toEqual([expect.stringContaining(`The data folder ${folder} is in use by the process with pid`)])
})
