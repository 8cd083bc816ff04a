import { openDatabase, type StorePlace } from '../../adapters/store/open.ts'
import { openContender, tenant, titles, type ContenderName } from './contenders.ts'
import { measureRounds } from './measure.ts'
import { round } from './numbers.ts'

/** In each conversation so many messages were answered. */
const perConversation = 3

/** How a bot does with ever more conversations behind it. */
export async function compareSizes(sizes: readonly number[], seconds: number): Promise<string> {
  const rows: string[] = []
  for (const name of ['embedded', 'production'] as const)
    for (const size of sizes) rows.push(await rowOf(name, size, seconds))
  return (
    `Conversations of ${perConversation} answered messages each, before the bot starts\n\n` +
    '| | conversations | messages/s | p50 ms at 60 % | p95 ms | CPU s for 1,000 messages | MB | missing |\n' +
    `| --- | --- | --- | --- | --- | --- | --- | --- |\n${rows.join('')}`
  )
}

async function rowOf(name: ContenderName, size: number, seconds: number): Promise<string> {
  const contender = await openContender(name, (place) => fill(place, size))
  try {
    const [measured] = await measureRounds([contender], { rounds: 1, seconds })
    if (measured === undefined) return ''
    const { perSecond, steady, cpuSeconds, megabytes, missing } = measured
    const { outside: _, ...own } = cpuSeconds
    const sum = (numbers: Readonly<Record<string, number>>): number =>
      round(Object.values(numbers).reduce((total, one) => total + one, 0))
    const { p50Ms, p95Ms } = steady.latency
    const cells = [titles[name], size, perSecond, p50Ms, p95Ms, sum(own), sum(megabytes), missing]
    return `| ${cells.join(' | ')} |\n`
  } finally {
    await contender.close()
  }
}

/** As after so many conversations: everything is answered, shown and kept. */
async function fill(place: StorePlace, size: number): Promise<void> {
  const database = await openDatabase(place)
  try {
    for (const statement of statements) await database.query(statement, [tenant, size])
    // What Postgres does by itself when a table has grown; the embedded one has nobody who does.
    if (place.kind === 'postgres') await database.query('analyze')
  } finally {
    await database.close()
  }
}

const messageNumbers = `generate_series(1, $2::integer) c, generate_series(1, ${perConversation}) m`
const moment = `now() - interval '1 day' * (c % 300 + 1)`
const address = `jsonb_build_object('channel', 'D1' || c, 'team', 'T0EXAMPLE', 'thread', '1700000000.' || c)`

// In: the tenant, how many conversations. Out: nothing. Invariant: rows are as the bot leaves them once all is done.
const statements = [
  `insert into conversations (tenant, id, channel, address, author_id, state, turns, opened_at)
   select $1, 'grown:' || c, 'slack', ${address}, 'T0EXAMPLE:U1' || c, 'bot', ${perConversation}, ${moment}
   from generate_series(1, $2::integer) c`,
  `insert into inbox (tenant, id, conversation, address, author_id, text, is_private, received_at, state, attempt, due_at)
   select $1, 'grown:' || c || ':' || m, 'grown:' || c, ${address}, 'T0EXAMPLE:U1' || c, 'how long does delivery take?', true,
     ${moment}, 'done', 1, ${moment} from ${messageNumbers}`,
  `insert into receipts (tenant, message, conversation, channel, at, intent, stage, confidence, tier, cost_micro_dollars,
     would_have_cost_micro_dollars, body)
   select $1, 'grown:' || c || ':' || m, 'grown:' || c, 'slack', ${moment}, 'general.shipping', 'keywords', 0.99, 0, 0, 900,
     jsonb_build_object('route', 'agent', 'evidence', repeat('delivery ', 60)) from ${messageNumbers}`,
  `insert into outbox (tenant, id, conversation, message, body, at, state, attempt, due_at, platform_id)
   select $1, 'grown:' || c || ':' || m || ':r', 'grown:' || c, 'grown:' || c || ':' || m,
     jsonb_build_object('text', repeat('Delivery takes two days. ', 20), 'audience', 'customer', 'actions', '[]'::jsonb),
     ${moment}, 'sent', 1, ${moment}, '1700000000.' || c || m from ${messageNumbers}`,
  `insert into actions (tenant, conversation, id, reply, body)
   select $1, 'grown:' || c, 'grown:' || c || ':' || m || ':up', 'grown:' || c || ':' || m || ':r',
     jsonb_build_object('id', 'up', 'label', 'Helpful', 'meaning', jsonb_build_object('kind', 'rate')) from ${messageNumbers}`,
]
