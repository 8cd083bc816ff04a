import { fork, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
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

/** The lock of a process in another container on the same volume, touched so long ago. Its pid may be one of ours. */
function writeForeignLock(ageSeconds: number, pid = process.pid): string {
  const content = JSON.stringify({ pid, startedAt: 'boot:17', host: 'another-container', nonce: 'x' })
  writeFileSync(join(folder, 'lock'), content)
  setAge(ageSeconds)
  return content
}

function setAge(seconds: number): void {
  const at = new Date(Date.now() - seconds * 1000)
  utimesSync(join(folder, 'lock'), at, at)
}

const ageSeconds = (path = folder): number => (Date.now() - statSync(join(path, 'lock')).mtimeMs) / 1000

test('a lock of this host says so', async () => {
  const release = await lockFolder(folder)

  expect(JSON.parse(readFileSync(join(folder, 'lock'), 'utf8'))).toMatchObject({ pid: process.pid, host: hostname() })
  await release()
})

test.each([
  ['whose number is no process here', () => deadPid()],
  ['whose number is our own', () => process.pid],
])('a lock that another container touched 20 seconds ago holds, of a process %s', async (_, pidOf) => {
  const pid = pidOf()
  const content = writeForeignLock(20, pid)

  const refusal: unknown = await lockFolder(folder).catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(DataFolderInUseError)
  for (const part of [folder, `pid ${pid}`, 'another-container', 'killed', 'half a minute'])
    expect(String(refusal)).toContain(part)
  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(content)
  expect(readdirSync(folder)).toEqual(['lock'])
})

test('a lock that another container has not touched for 40 seconds is taken over, whoever has its number here', async () => {
  writeForeignLock(40, process.ppid)

  const release = await lockFolder(folder)

  await release()
  expect(readdirSync(folder)).toEqual([])
})

test('whoever holds a folder touches its lock again and again', async () => {
  const release = await lockFolder(folder, 5)

  for (let times = 0; times < 3; times += 1) {
    setAge(1000)
    await expect.poll(() => ageSeconds(), { interval: 5 }).toBeLessThan(100)
  }

  await release()
  expect(readdirSync(folder)).toEqual([])
})

test('a lock that was taken over is neither touched nor removed by its former holder', async () => {
  const other = join(folder, 'other')
  mkdirSync(other)
  const [release, releaseOther] = [await lockFolder(folder, 5), await lockFolder(other, 5)]

  const content = writeForeignLock(1000)
  // Both have the same rhythm: when the one has been touched three times, the other has had its turns.
  for (let times = 0; times < 3; times += 1) {
    utimesSync(join(other, 'lock'), 0, 0)
    await expect.poll(() => ageSeconds(other), { interval: 5 }).toBeLessThan(100)
  }
  await release()
  await releaseOther()

  expect(readFileSync(join(folder, 'lock'), 'utf8')).toBe(content)
  expect(ageSeconds()).toBeGreaterThan(900)
})

test('a folder let go is touched no more', async () => {
  const other = join(folder, 'other')
  mkdirSync(other)
  const [release, releaseOther] = [await lockFolder(folder, 20), await lockFolder(other, 20)]
  const mine = readFileSync(join(folder, 'lock'), 'utf8')

  await release()
  writeFileSync(join(folder, 'lock'), mine) // the very same text: only a timer that goes on would touch it
  setAge(1000)
  for (let times = 0; times < 3; times += 1) {
    utimesSync(join(other, 'lock'), 0, 0)
    await expect.poll(() => ageSeconds(other), { interval: 5 }).toBeLessThan(100)
  }
  await releaseOther()

  expect(ageSeconds()).toBeGreaterThan(900)
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
