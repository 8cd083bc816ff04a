import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { setFlagsFromString } from 'node:v8'
import { PGlite } from '@electric-sql/pglite'
import { DataFolderInUseError, StoreOpenError } from '../../src/core/errors.ts'
import type { Database } from './database.ts'
import { lockFolder } from './folder-lock.ts'
import { createStatements } from './prepared.ts'

/** An empty database cluster as PGlite 0.5.14 makes it, so that a first start need not run initdb. See bin/template.mjs. */
const template = new URL('template-0.5.14.tar.br', import.meta.url)
const unpack = new URL('unpack.ts', import.meta.url)

/**
 * One process alone uses the database, so Postgres needs neither the default 128 MB of buffers nor room for clients. It ends
 * with that process, and what was not written by then is lost, so every commit waits (see `unhurried`).
 */
const settings = ['shared_buffers=8MB', 'max_connections=4', 'app.commits=wait']
const startParameters = [...PGlite.defaultStartParams, ...settings.flatMap((setting) => ['-c', setting])]

/**
 * How much V8 lets a function of WebAssembly do before it compiles it again, better. With its own 13 million a start
 * compiles hundreds of functions that hardly run again, which costs more than opening the database does.
 */
const tieringBudget = 1_000_000_000
setFlagsFromString(`--wasm-tiering-budget=${tieringBudget}`)

/**
 * Opens the embedded database in `folder`. It survives a crash of this process, not of the machine: PGlite does not fsync.
 * @throws DataFolderInUseError when another process has the folder; StoreOpenError when it cannot be read.
 */
export async function openPglite(folder: string): Promise<Database> {
  const release = await takeFolder(folder)
  try {
    return toDatabase(await open(join(folder, 'pglite')), release)
  } catch (error) {
    await release()
    throw new StoreOpenError(
      `The database in ${folder} cannot be opened: ${error instanceof Error ? error.message : String(error)}. ` +
        'Restore a backup of the folder, or start with an empty one by setting TUPPENCE_DATA_DIR.',
      error,
    )
  }
}

async function takeFolder(folder: string): Promise<() => Promise<void>> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return await lockFolder(folder)
  } catch (error) {
    if (error instanceof DataFolderInUseError) throw error
    throw new StoreOpenError(
      `The data folder ${folder} cannot be written: ${error instanceof Error ? error.message : String(error)}. ` +
        'Give the user who runs the bot the right to write there, or set TUPPENCE_DATA_DIR to another folder.',
      error,
    )
  }
}

async function open(dataDir: string): Promise<PGlite> {
  if (!existsSync(join(dataDir, 'PG_VERSION'))) await unpackTemplate(dataDir)
  return await PGlite.create({ startParams: startParameters, dataDir })
}

/**
 * Unpacks the template beside its place, because a process that is killed half-way must not leave half a cluster, and in
 * a process of its own, because decompressing 40 MB would leave this one 100 MB larger for good.
 */
async function unpackTemplate(dataDir: string): Promise<void> {
  const draft = `${dataDir}.draft`
  await rm(draft, { recursive: true, force: true })
  await mkdir(draft, { mode: 0o700 })
  await promisify(execFile)(process.execPath, [fileURLToPath(unpack), fileURLToPath(template), draft])
  await rename(draft, dataDir)
}

function toDatabase(lite: PGlite, release: () => Promise<void>): Database {
  const inTurn = createTurns()
  const statements = createStatements(lite)
  return {
    query: (sql, parameters) => inTurn('usual', () => statements.query(sql, parameters)),
    transaction: (work) => inTurn('usual', () => statements.transaction(work)),
    urgent: {
      query: (sql, parameters) => inTurn('urgent', () => statements.query(sql, parameters)),
      transaction: (work) => inTurn('urgent', () => statements.transaction(work)),
    },
    close: async () => {
      await lite.close()
      await release()
    },
  }
}

/** The database may keep this process from everything else for so long. */
const longestStretchMs = 10

type Urgency = 'urgent' | 'usual'

/**
 * One statement or transaction after the other, what is urgent first, with a pause for everybody else in between: PGlite
 * works on this thread and answers in microtasks, so that a flood of messages would otherwise leave no time to hear a probe
 * or a signal.
 */
function createTurns(): <Result>(urgency: Urgency, work: () => Promise<Result>) => Promise<Result> {
  const waiting: Record<Urgency, (() => Promise<void>)[]> = { urgent: [], usual: [] }
  let last = Promise.resolve()
  let pausedAt = performance.now()
  const takeNext = async (): Promise<void> => {
    if (performance.now() - pausedAt > longestStretchMs) {
      await new Promise<void>((resolve) => setImmediate(resolve))
      pausedAt = performance.now()
    }
    await (waiting.urgent.shift() ?? waiting.usual.shift())?.()
  }
  return async <Result>(urgency: Urgency, work: () => Promise<Result>): Promise<Result> => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>()
    // What fails is for whoever asked; the next in line is not held up.
    waiting[urgency].push(() => work().then(resolve, reject))
    last = last.then(takeNext)
    return await promise
  }
}
