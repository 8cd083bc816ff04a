import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest'
import { lockFolder } from '../../../adapters/store/folder-lock.ts'
import { DataFolderInUseError } from '../../../src/core/errors.ts'

const program = fileURLToPath(new URL('lock-process.ts', import.meta.url))
const children: ChildProcess[] = []
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuppence-lock-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))
afterAll(async () => {
  for (const child of children) await end(child)
})

async function startProcess(): Promise<ChildProcess> {
  const child = fork(program, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
  children.push(child)
  await once(child, 'message')
  return child
}

async function tell(child: ChildProcess, order: { readonly lock?: string }): Promise<string> {
  const answer = once(child, 'message')
  child.send(order)
  const [text] = await answer
  return String(text)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}

/** The number of a process that has ended. */
function deadPid(): number {
  return spawnSync(process.execPath, ['--version']).pid
}

test('a folder another process has is refused, with the folder and the process named', async () => {
  const child = await startProcess()
  await tell(child, { lock: folder })

  const refusal: unknown = await lockFolder(folder).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(DataFolderInUseError)
  expect(String(refusal)).toContain(folder)
  expect(String(refusal)).toContain(`pid ${child.pid}`)
})

test('one process does not lock a folder twice', async () => {
  const release = await lockFolder(folder)

  await expect(lockFolder(folder)).rejects.toThrow(`pid ${process.pid}`)
  await release()
})

test('a folder let go is free, and nothing of the lock is left in it', async () => {
  const release = await lockFolder(folder)
  await release()

  expect(readdirSync(folder)).toEqual([])
  const again = await lockFolder(folder)
  await again()
})

test('the lock of a process that was killed is taken over', async () => {
  const child = await startProcess()
  await tell(child, { lock: folder })
  await end(child)

  const release = await lockFolder(folder)

  await release()
  expect(readdirSync(folder)).toEqual([])
})

test.each([
  ['of a process that is gone', () => JSON.stringify({ pid: deadPid(), startedAt: 'boot:17' })],
  ['of a process that is gone, on a system that knows no start times', () => JSON.stringify({ pid: deadPid() })],
  [
    'whose process number now belongs to another process',
    () => JSON.stringify({ pid: process.ppid, startedAt: 'other-boot:17' }),
  ],
  ['whose process number now is our own', () => JSON.stringify({ pid: process.pid, startedAt: 'other-boot:17' })],
  ['that is half written', () => `{"pid":${process.ppid},"star`],
  ['that is empty', () => ''],
  ['that holds something else', () => '[1, 2, null]'],
])('a lock %s is taken over', async (_, content) => {
  writeFileSync(join(folder, 'lock'), content())

  const release = await lockFolder(folder)

  expect(await tell(await startProcess(), { lock: folder })).toContain(`pid ${process.pid}`)
  await release()
})

test('of 8 processes that race for a stale lock exactly one gets it, 60 times', { timeout: 60_000 }, async () => {
  const racers = await Promise.all(Array.from({ length: 8 }, startProcess))
  const pid = deadPid()

  const winners: number[] = []
  for (let round = 0; round < 60; round += 1) {
    writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, startedAt: `boot:${round}` }))
    const answers = await Promise.all(racers.map((racer) => tell(racer, { lock: folder })))
    winners.push(answers.filter((answer) => answer === 'locked').length)
    await Promise.all(racers.filter((_, index) => answers[index] === 'locked').map((racer) => tell(racer, {})))
  }

  expect(winners).toEqual(Array.from({ length: 60 }, () => 1))
  expect(readdirSync(folder)).toEqual([])
})
