import { createHash, randomUUID } from 'node:crypto'
import { link, open, readFile, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { DataFolderInUseError } from '../../src/core/errors.ts'

interface Owner {
  readonly pid: number
  /** Tells a process from a later one with the same number; absent where the system does not say. */
  readonly startedAt: string | undefined
  /** Where `pid` means something: a container has its own process numbers. Absent where a lock does not say. */
  readonly host: string | undefined
}

type Taking =
  | { readonly kind: 'taken'; readonly content: string; readonly release: () => Promise<void> }
  | { readonly kind: 'held'; readonly owner: Owner | undefined }

/** A process of another host cannot be asked for, so it shows that it runs by touching its lock. */
const touchedEveryMs = 10_000
/** A lock of another host that has not been touched for so long was left behind: three touches are missing. */
const longestSilenceMs = 30_000

/**
 * Makes this process the only one in the folder. A lock left by a process that is gone is taken over.
 * Two processes on one PGlite folder would lose rows without any error. Containers that
 * share a volume are told apart by their host names, so these must differ, and their clocks must agree to some seconds.
 *
 * @param touchEveryMs how often the lock is touched while the folder is held
 * @returns lets the folder go
 * @throws DataFolderInUseError with the folder, the other process's id and, when it is not this one, its host
 */
export async function lockFolder(folder: string, touchEveryMs = touchedEveryMs): Promise<() => Promise<void>> {
  const path = join(folder, 'lock')
  const taking = await take(path)
  if (taking.kind === 'held') throw new DataFolderInUseError(refusal(folder, taking.owner))
  const stopTouching = keepTouching(path, taking.content, touchEveryMs)
  return async () => {
    await stopTouching()
    await taking.release()
  }
}

function refusal(folder: string, owner: Owner | undefined): string {
  const who = owner === undefined ? 'another process' : `the process with pid ${owner.pid}`
  const remedy = 'Stop that process, or give this one its own folder with TUPPENCE_DATA_DIR.'
  if (owner === undefined || !isForeign(owner)) return `The data folder ${folder} is in use by ${who}. ${remedy}`
  return `The data folder ${folder} is in use by ${who} on host ${owner.host}. ${remedy} A container that was killed lets go after half a minute.`
}

/** Touches the lock until the function it gives is called, or until the lock is another's. */
function keepTouching(path: string, content: string, everyMs: number): () => Promise<void> {
  let touching = Promise.resolve()
  const timer = setInterval(() => {
    touching = touching.then(async () => {
      // A touch that fails is made up for by the next; after three of them others may take the folder for left.
      const isMine = await touch(path, content).catch(() => true)
      if (!isMine) clearInterval(timer)
    })
  }, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await touching
  }
}

/** Looks and touches through one handle, so that a lock put there in between is never meant. */
async function touch(path: string, content: string): Promise<boolean> {
  const file = await open(path, 'r+').catch((error: unknown) => {
    if (isCode(error, 'ENOENT')) return undefined
    throw error
  })
  if (file === undefined) return false
  try {
    if ((await file.readFile('utf8')) !== content) return false
    const instant = new Date()
    await file.utimes(instant, instant)
    return true
  } finally {
    await file.close()
  }
}

async function take(path: string): Promise<Taking> {
  // The random part makes every lock a different text, so that two of one process cannot be confused, and every draft a
  // different file: in two containers both processes may have the number 1.
  const nonce = randomUUID()
  const draft = `${path}.${nonce}`
  const mine = { pid: process.pid, startedAt: await startOf(process.pid), host: hostname(), nonce }
  const content = JSON.stringify(mine)
  await writeFile(draft, content, { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await tryLink(draft, path)) return { kind: 'taken', content, release: () => release(path, content) }
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) continue // released between the two calls
      const owner = parseOwner(text)
      if (owner !== undefined && (await isRunning(owner, path))) return { kind: 'held', owner }
      const clearing = await clear(path, text)
      if (clearing.kind === 'held') return clearing
    }
    return { kind: 'held', owner: undefined }
  } finally {
    await remove(draft)
  }
}

/** `link` fails when the name exists, so of many processes one succeeds. */
async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path)
    return true
  } catch (error) {
    if (isCode(error, 'EEXIST')) return false
    throw error
  }
}

/**
 * Removes a stale lock. Only the process that has the right to remove this very text may, and it looks again before it
 * does: so nobody ever removes the lock of a process that took over a moment earlier. The right is a lock of its own,
 * because its holder may be killed too.
 */
async function clear(path: string, stale: string): Promise<Taking> {
  const right = await take(`${path}.${createHash('sha256').update(stale).digest('hex').slice(0, 16)}`)
  if (right.kind === 'held') return right
  const present = await readFile(path, 'utf8').catch(() => undefined)
  // Its holder may only have been silent for long: a touch keeps the text.
  const owner = parseOwner(stale)
  const isStale = present === stale && (owner === undefined || !(await isRunning(owner, path)))
  if (isStale) await remove(path)
  await right.release()
  return right
}

/** Removes the lock, unless it was taken over meanwhile. */
async function release(path: string, content: string): Promise<void> {
  const present = await readFile(path, 'utf8').catch(() => undefined)
  if (present === content) await remove(path)
}

function isForeign({ host }: Owner): boolean {
  return host !== undefined && host !== hostname()
}

async function isRunning(owner: Owner, path: string): Promise<boolean> {
  if (isForeign(owner)) return await isTouched(path)
  if (owner.pid === process.pid) return (await startOf(owner.pid)) === owner.startedAt
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return isCode(error, 'EPERM')
  }
  const startedAt = await startOf(owner.pid)
  return owner.startedAt === undefined || startedAt === undefined || startedAt === owner.startedAt
}

async function isTouched(path: string): Promise<boolean> {
  const touched = await stat(path).catch(() => undefined) // released meanwhile
  return touched !== undefined && Date.now() - touched.mtimeMs < longestSilenceMs
}

/** Linux says when a process started, in ticks since boot; elsewhere undefined. */
async function startOf(pid: number): Promise<string | undefined> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    return `${boot.trim()}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? ''}`
  } catch {
    return undefined // no /proc here, or the process has ended
  }
}

function parseOwner(text: string): Owner | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || typeof value.pid !== 'number')
      return undefined
    const startedAt = 'startedAt' in value && typeof value.startedAt === 'string' ? value.startedAt : undefined
    const host = 'host' in value && typeof value.host === 'string' ? value.host : undefined
    return { pid: value.pid, startedAt, host }
  } catch {
    return undefined // half written by a process that was killed: nobody holds it
  }
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch((error: unknown) => {
    if (!isCode(error, 'ENOENT')) throw error
  })
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
