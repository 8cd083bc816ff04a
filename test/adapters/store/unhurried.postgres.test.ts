import pg from 'pg'
import { uuidv7 } from 'uuidv7'
import { expect, onTestFinished, test } from 'vitest'
import { openStore, type Store } from '../../../adapters/store/store.ts'
import { openFragilePostgres, type FragileServer } from '../../chaos/production/servers.ts'
import { Bench, longerThanALease } from '../../contracts/store/bench.ts'

/** A server on which nobody writes the log but whoever waits for it, so that a crash takes back all that did not wait. */
async function startLazyServer(): Promise<FragileServer> {
  const server = await openFragilePostgres(['fsync=on', 'autovacuum=off'])
  onTestFinished(() => server.close())
  await server.start()
  return server
}

/** Longer than a commit takes while nobody holds the log. */
const heldMs = 1000

/**
 * The server itself ends the one it has for that, five seconds after the others. One that is stopped while it holds the log, for
 * which everybody would wait, goes on and is stopped anew.
 */
async function stopLogWriter({ address }: Pick<FragileServer, 'address'>): Promise<void> {
  const client = new pg.Client({ connectionString: address, query_timeout: heldMs })
  await client.connect()
  const { rows } = await client.query<{ pid: number }>(
    `select pid from pg_stat_activity where backend_type = 'walwriter'`,
  )
  const [writer] = rows
  if (writer === undefined) throw new Error('this server has no log writer')
  process.kill(writer.pid, 'SIGSTOP')
  const isWritten = await client.query(`create table probe_${Date.now()} ()`).then(
    () => true,
    () => false,
  )
  await client.end()
  if (isWritten) return
  process.kill(writer.pid, 'SIGCONT')
  await stopLogWriter({ address })
}

test('after a crash of Postgres all that was promised is there, and what was not is done again with care', async () => {
  const server = await startLazyServer()
  const clock = { at: new Date() }
  const open = (): Promise<Store> => openStore({ kind: 'postgres', url: server.address }, () => clock.at, uuidv7)
  const before = await open()
  const bench = new Bench(before, clock)
  await stopLogWriter(server)
  await bench.accept({ conversation: 'claimed' })
  const told = await bench.accept({ conversation: 'begun with its answer' })
  const { begun } = await bench.complete(await bench.claim(told.conversation), {}, ['web'])
  const asked = await bench.answered({}, { conversation: 'asked of the outbox' })
  const given = await bench.nextReply(asked.conversation)
  if (begun === undefined || given === undefined) throw new Error('both owe a reply')
  await before.outbox.delivered(begun, 'platform-1')
  await before.outbox.delivered(given, 'platform-2')
  const lost = await bench.claim('claimed')

  await server.crash()
  await before.close()
  await server.start()
  const after = await open()
  onTestFinished(() => after.close())
  clock.at = new Date(clock.at.getTime() + longerThanALease)
  const next = async (conversation: string) => await after.outbox.next(bench.key(conversation), ['web'])

  // Both were answered, and both replies are known to have been begun.
  expect(await after.inbox.claim(bench.key(told.conversation))).toBeUndefined()
  expect(await after.inbox.claim(bench.key(asked.conversation))).toBeUndefined()
  expect(await next(told.conversation)).toMatchObject({ reply: { id: begun.reply.id }, attempt: 2, isAmbiguous: true })
  expect(await next(asked.conversation)).toMatchObject({ reply: { id: given.reply.id }, attempt: 2, isAmbiguous: true })
  // The claim is gone and made anew, under the same attempt.
  expect(await after.inbox.claim(bench.key('claimed'))).toMatchObject({ message: { id: lost.message.id }, attempt: 1 })
}, 60_000)
