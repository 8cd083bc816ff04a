import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { uuidv7 } from 'uuidv7'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openPglite } from '../../../adapters/store/pglite.ts'
import { openStore, type Store } from '../../../adapters/store/store.ts'
import { DataFolderInUseError, MigrationError, StoreOpenError } from '../../../src/core/errors.ts'
import { channelNames } from '../../../src/core/message.ts'
import { Bench, noon } from '../../contracts/store/bench.ts'
import { newDataFolder } from '../../data-folder.ts'

const root = fileURLToPath(new URL('../../../', import.meta.url))
const program = fileURLToPath(new URL('store-process.ts', import.meta.url))
let folder: string

beforeEach(() => {
  folder = newDataFolder()
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const clock = { at: noon }
const open = (): Promise<Store> => openStore({ kind: 'folder', folder }, () => clock.at, uuidv7)

/** Runs the program until it has told `lines` lines, then kills it as a power cut of the program would. */
async function killAfter(lines: number, args: readonly string[]): Promise<readonly string[]> {
  const child = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(child, 'close')
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (part: string) => {
    told += part
    if (told.split('\n').length > lines) child.kill('SIGKILL')
  })
  await closed
  return told.split('\n').slice(0, -1) // a line without its end may have been cut
}

test(
  'whatever was acknowledged before a SIGKILL is there afterwards, three times in a row',
  { timeout: 60_000 },
  async () => {
    rmSync(join(folder, 'pglite'), { recursive: true }) // the first round is a first start
    const tenant = 'killed'
    const told: string[] = []
    for (const [round, lines] of [7, 40, 95].entries()) {
      told.push(...(await killAfter(lines, [folder, tenant, `round${round}`])))
    }
    const store = await open()
    const { conversations, inbox, outbox } = store
    const stateOf = async (conversation: string): Promise<string | undefined> => {
      const turn = await conversations.turn({ tenant, conversation }, conversation)
      return (
        turn && (turn.isAnswered && turn.replies.length === 1 && turn.receipt !== undefined ? 'answered' : 'accepted')
      )
    }

    const accepted = told.filter((line) => line.startsWith('accepted')).map((line) => line.slice(9))
    const answered = told.filter((line) => line.startsWith('answered')).map((line) => line.slice(9))
    const unanswered = accepted.filter((id) => !answered.includes(id))

    expect(told.length).toBeGreaterThanOrEqual(142)
    expect(await Promise.all(answered.map(stateOf))).toEqual(answered.map(() => 'answered'))
    expect(await Promise.all(accepted.map(stateOf))).not.toContain(undefined)
    // What the killed process had claimed may be claimed at once, and what it had answered is shown at once.
    const owed = new Set((await inbox.owed()).map(({ conversation }) => conversation))
    const states = await Promise.all(unanswered.map(async (id) => [id, await stateOf(id)] as const))
    expect(states.filter(([id, state]) => state === 'accepted' && !owed.has(id))).toEqual([])
    expect((await outbox.owed(channelNames)).length).toBeGreaterThanOrEqual(answered.length)
    await store.close()
  },
)

test('a second store on one folder is refused, with the folder and the process named, and the first goes on', async () => {
  const store = await open()
  const bench = new Bench(store, clock)

  const refusal: unknown = await open().catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(DataFolderInUseError)
  expect(String(refusal)).toContain(folder)
  expect(String(refusal)).toContain(`pid ${process.pid}`)
  expect((await bench.accept()).id).toBe('m1')
  await store.close()
})

test('a store closed and opened again has everything, the mails to be sent among it', async () => {
  const store = await open()
  const bench = new Bench(store, clock)
  await bench.answered({
    effects: [{ kind: 'send-mail', to: 'ada@example.com', template: 'invoice', about: 'INV-2042' }],
  })
  const key = await store.secret('cookies')
  await store.close()

  const again = await open()
  expect(await again.secret('cookies')).toBe(key)
  expect((await again.outbox.next(bench.key(), channelNames))?.reply.text).toBe('Answer to m1')
  await again.close()
  const database = await openPglite(folder)
  const mails = await database.query('select tenant, recipient, template, about from sample_mail')
  await database.close()
  expect(mails).toEqual([
    { tenant: bench.tenant, recipient: 'ada@example.com', template: 'invoice', about: 'INV-2042' },
  ])
})

test('a folder written by a newer Tuppence is refused and let go', async () => {
  await (await open()).close()
  const database = await openPglite(folder)
  await database.query(`insert into migrations (version, name) values (99, '0099-later.sql')`)
  await database.close()

  const refusal: unknown = await open().catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(MigrationError)
  expect(String(refusal)).toContain('version 99')
  expect(readdirSync(folder)).not.toContain('lock')
})

test('a data folder that is a file is refused with what to do', async () => {
  const file = join(folder, 'file')
  writeFileSync(file, '')

  const refusal: unknown = await openStore({ kind: 'folder', folder: file }, () => new Date(), uuidv7).catch(
    (error: unknown) => error,
  )

  expect(refusal).toBeInstanceOf(StoreOpenError)
  expect(String(refusal)).toContain('TUPPENCE_DATA_DIR')
})

test('a folder whose database is damaged is refused with what to do, and let go', async () => {
  rmSync(join(folder, 'pglite'), { recursive: true })
  mkdirSync(join(folder, 'pglite'))
  writeFileSync(join(folder, 'pglite', 'PG_VERSION'), 'nonsense')

  const refusal: unknown = await open().catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(StoreOpenError)
  expect(String(refusal)).toContain(folder)
  expect(readdirSync(folder)).not.toContain('lock')
})

test('the template is of the PGlite that is installed, and that one is in the lock file', () => {
  const name = '@electric-sql/pglite'
  const installed = versionIn(`node_modules/${name}/package.json`)
  const lock: { packages: Record<string, { version?: string }> } = JSON.parse(
    readFileSync(join(root, 'package-lock.json'), 'utf8'),
  )
  const templates = readdirSync(join(root, 'adapters/store')).filter((file) => file.startsWith('template-'))

  expect(templates).toEqual([`template-${installed}.tar.br`])
  expect(lock.packages[`node_modules/${name}`]?.version).toBe(installed)
})

function versionIn(path: string): string {
  const { version }: { version: string } = JSON.parse(readFileSync(join(root, path), 'utf8'))
  return version
}
