import { createHash, randomUUID } from 'node:crypto'
import { link, readFile, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataFolderInUseError } from '../../src/core/errors.ts'

interface Owner {
  readonly pid: number
  /** Tells a process from a later one with the same number; absent where the system does not say. */
  readonly startedAt: string | undefined
}

type Taking =
  | { readonly kind: 'taken'; readonly release: () => Promise<void> }
  | { readonly kind: 'held'; readonly pid: number | undefined }

/**
 * Makes this process the only one in the folder. A lock left by a process that is gone is taken over.
 * Two processes on one PGlite folder would lose rows without any error.
 *
 * @returns lets the folder go
 * @throws DataFolderInUseError with the folder and the other process's id
 */
export async function lockFolder(folder: string): Promise<() => Promise<void>> {
  const taking = await take(join(folder, 'lock'))
  if (taking.kind === 'taken') return taking.release
  const who = taking.pid === undefined ? 'another process' : `the process with pid ${taking.pid}`
  throw new DataFolderInUseError(
    `The data folder ${folder} is in use by ${who}. Stop that process, or give this one its own folder with TUPPENCE_DATA_DIR.`,
  )
}

async function take(path: string): Promise<Taking> {
  const draft = `${path}.${process.pid}`
  // The random part makes every lock a different text, so that two of one process cannot be confused.
  const mine = { pid: process.pid, startedAt: await startOf(process.pid), nonce: randomUUID() }
  await writeFile(draft, JSON.stringify(mine), { mode: 0o600 })
  try {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      if (await tryLink(draft, path)) return { kind: 'taken', release: () => remove(path) }
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) continue // released between the two calls
      const owner = parseOwner(text)
      if (owner !== undefined && (await isRunning(owner))) return { kind: 'held', pid: owner.pid }
      const clearing = await clear(path, text)
      if (clearing.kind === 'held') return clearing
    }
    return { kind: 'held', pid: undefined }
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
  if (present === stale) await remove(path)
  await right.release()
  return right
}

async function isRunning(owner: Owner): Promise<boolean> {
  if (owner.pid === process.pid) return (await startOf(owner.pid)) === owner.startedAt
  try {
    process.kill(owner.pid, 0)
  } catch (error) {
    return isCode(error, 'EPERM')
  }
  const startedAt = await startOf(owner.pid)
  return owner.startedAt === undefined || startedAt === undefined || startedAt === owner.startedAt
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
    return { pid: value.pid, startedAt }
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
