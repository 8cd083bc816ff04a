import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, statfsSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { PGlite } from '@electric-sql/pglite'
import { uuidv7 } from 'uuidv7'
import { openStore } from '../adapters/store/store.ts'
import { loadConfig } from '../config/load.ts'
import { openClassifier } from '../src/classifier.ts'
import { logFolder } from './data-folder.ts'

/** Far more than all folders that the tests have open at one time. */
const roomBytes = 2 * 1024 ** 3

/** Longer than any run of the tests. */
const forgottenMs = 3_600_000

let folder = ''

/**
 * Does once what a first start of the bot does, for all test files: trains the configured intents and makes the
 * database. `newDataFolder` copies both; a test of the first start itself begins with an empty folder instead.
 */
export async function setup(): Promise<void> {
  const place = roomyMemory() ?? tmpdir()
  removeForgotten(place)
  folder = mkdtempSync(join(place, 'tuppence-tests-'))
  process.env['TMPDIR'] = folder
  // Every process that a test starts compiles the same files.
  process.env['NODE_COMPILE_CACHE'] = join(folder, 'compiled')
  const prepared = join(folder, 'prepared')
  process.env['TEST_PREPARED_FOLDER'] = prepared
  await Promise.all([
    openClassifier(loadConfig({ TUPPENCE_DATA_DIR: prepared })),
    makeDatabase(prepared),
    fillCompileCache(),
  ])
}

/** Only a process that ends by itself keeps what it has compiled, and the first bots are killed. */
async function fillCompileCache(): Promise<void> {
  const files = ['src/main.ts', 'adapters/slack/slack.ts', 'adapters/queue/bullmq.ts', 'adapters/store/postgres.ts']
  const urls = [...files.map((file) => new URL(`../${file}`, import.meta.url).href), 'bullmq', 'pg']
  const script = urls.map((url) => `await import('${url}')`).join('\n')
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script])
}

export function teardown(): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 })
}

/** A file system in memory: a database has a thousand small files, and most disks are slow to make them. */
function roomyMemory(): string | undefined {
  const memory = '/dev/shm'
  if (!existsSync(memory)) return undefined
  const { bavail, bsize } = statfsSync(memory)
  return bavail * bsize < roomBytes ? undefined : memory
}

/** What a run that was killed could not remove would keep its memory for good. */
function removeForgotten(place: string): void {
  for (const name of readdirSync(place).filter((one) => one.startsWith('tuppence-tests-'))) {
    const path = join(place, name)
    const changedMs = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? Date.now()
    if (Date.now() - changedMs > forgottenMs) rmSync(path, { recursive: true, force: true })
  }
}

async function makeDatabase(prepared: string): Promise<void> {
  const store = await openStore({ kind: 'folder', folder: prepared }, () => new Date(), uuidv7)
  await store.close()
  // Databases that nobody connects to, which would make each copy 15 MB larger.
  const database = await PGlite.create(join(prepared, 'pglite'))
  await database.query('update pg_database set datistemplate = false')
  for (const unused of ['template0', 'template1']) await database.query(`drop database ${unused}`)
  // The log of writes would be twice as large as everything else: the next start reads only where the last stop wrote.
  await database.query('select pg_switch_wal()')
  await database.query('checkpoint')
  const { rows } = await database.query<{ name: string }>('select pg_walfile_name(pg_current_wal_lsn()) as name')
  await database.close()
  keepOfLog(rows[0]?.name ?? '', join(prepared, 'pglite', logFolder))
}

/** Removes what was written before this file of the log, and the zeros at its end. */
function keepOfLog(current: string, folder: string): void {
  for (const { name } of readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())) {
    const path = join(folder, name)
    if (name === current) truncateSync(path, readFileSync(path).findLastIndex((byte) => byte !== 0) + 1)
    else rmSync(path)
  }
}
