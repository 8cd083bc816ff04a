import { parse, protocol, type PGlite, type messages } from '@electric-sql/pglite'
import { storable, type Database, type Parameter, type Row } from './database.ts'

/** A statement that Postgres has analysed under a name. */
interface Prepared {
  readonly name: string
  readonly parameterTypes: readonly number[]
  /** How its rows are read; undefined when it returns none. */
  readonly columns: messages.BackendMessage | undefined
}

/** What is run again and again. */
const isRepeatable = /^\s*(?:select|insert|update|delete|with)\b/i

/** What a prepared statement stands on may be another thing afterwards. */
const isReshaping = /^\s*(?:create|alter|drop)\b/i

/** The store's own statements are far fewer; so many could only come from one that is put together each time anew. */
const mostPrepared = 500

/**
 * After so many statements Postgres plans each anew, because a plan that is good for an empty table is bad for a full
 * one, and without its daemons nothing else tells it that a table has grown.
 */
const replannedAfter = 1000

/**
 * Runs statements on PGlite. The second time one comes, Postgres keeps it prepared: then a statement is one passage into
 * the WebAssembly instead of six, and need not be analysed and planned again. Whoever calls waits for one statement
 * before the next.
 */
export function createStatements(lite: PGlite): Pick<Database, 'query' | 'transaction'> {
  const seen = new Set<string>()
  const prepared = new Map<string, Prepared>()
  let count = 0

  const query = async (sql: string, parameters: readonly Parameter[] = []): Promise<readonly Row[]> => {
    const values = parameters.map(storable)
    if (isReshaping.test(sql)) await forget()
    if (!isRepeatable.test(sql)) return (await lite.query<Row>(sql, values)).rows
    const known = prepared.get(sql) ?? (seen.has(sql) ? await prepare(sql) : undefined)
    if (known !== undefined) return await run(known, values)
    if (seen.size < mostPrepared) seen.add(sql)
    return (await lite.query<Row>(sql, values)).rows
  }

  const prepare = async (text: string): Promise<Prepared> => {
    const name = `s${prepared.size}`
    const { parse: parsing, describe, sync } = protocol.serialize
    const told = await lite.execProtocolStream(
      joined([parsing({ name, text }), describe({ type: 'S', name }), sync()]),
      inMemory,
    )
    const columns = told.find((message) => message.name === 'rowDescription')
    const one = { name, parameterTypes: parse.parseDescribeStatementResults(told), columns }
    prepared.set(text, one)
    return one
  }

  const run = async ({ name, parameterTypes, columns }: Prepared, parameters: readonly Parameter[]) => {
    count += 1
    if (count % replannedAfter === 0) await lite.query('discard plans')
    const values = parameters.map((parameter, index) => toWire(lite, parameterTypes[index], parameter))
    const { bind, execute, sync } = protocol.serialize
    const told = await lite.execProtocolStream(joined([bind({ statement: name, values }), execute(), sync()]), inMemory)
    return parse.parseResults(columns === undefined ? told : [columns, ...told], lite.parsers)[0]?.rows ?? []
  }

  const forget = async (): Promise<void> => {
    seen.clear()
    if (prepared.size === 0) return
    prepared.clear()
    await lite.query('deallocate all')
  }

  return { query, transaction: (work) => inTransaction(lite, () => work({ query })) }
}

async function inTransaction<Result>(lite: PGlite, work: () => Promise<Result>): Promise<Result> {
  const tell = async (word: string): Promise<void> =>
    void (await lite.execProtocolStream(protocol.serialize.query(word), inMemory))
  await tell('begin')
  try {
    const result = await work()
    await tell('commit')
    return result
  } catch (error) {
    await tell('rollback')
    throw error
  }
}

/** Files are written by Postgres itself; there is nothing to carry over. */
const inMemory = { syncToFs: false }

function toWire(lite: PGlite, type: number | undefined, parameter: Parameter): string | null {
  if (parameter === null) return null
  const serialize = type === undefined ? undefined : lite.serializers[type]
  return serialize === undefined ? String(parameter) : serialize(parameter)
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts))
}
