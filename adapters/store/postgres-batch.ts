import type { Connection, Pool, PoolClient, Submittable, types } from 'pg'
import type { serialize } from 'pg-protocol'
import { storable, type Parameter, type Row, type Step } from './database.ts'

/** What `pg` speaks with Postgres. */
export interface Wire {
  /** Finds how the text of a column is read, by the number of its type. */
  readonly findReader: typeof types.getTypeParser
  readonly serialize: typeof serialize
}

/** How a column is read. */
interface Column {
  readonly name: string
  readonly read: (value: string) => unknown
}

/** A column as Postgres describes it. */
interface Field {
  readonly name: string
  readonly dataTypeID: Parameters<Wire['findReader']>[0]
}

/** The columns of each statement by its text. */
type Analysed = Map<string, readonly Column[]>

/** What each connection has analysed, under the names below. */
const analysedBy = new WeakMap<Connection, Analysed>()
const names = new Map<string, string>()

/**
 * Sends statements in one message, each with text that never changes and with values as `toText` gives them. They are one
 * transaction, all or none: so does Postgres with whatever comes before one Sync
 * (https://www.postgresql.org/docs/15/protocol-flow.html, "Pipelining", read 2026-11-28). What `pg` has for that ends each
 * statement with a Sync of its own.
 * @returns the rows of each
 */
export async function sendBatch(pool: Pool, steps: readonly Step[], wire: Wire): Promise<readonly Row[][]> {
  const client = await pool.connect()
  let isWhole = false
  try {
    const rows = await submitted(client, steps, wire)
    isWhole = true
    return rows
  } finally {
    // How much of it was analysed before a fault is not known, so nothing more is asked of that connection.
    client.release(!isWhole)
  }
}

async function submitted(client: PoolClient, steps: readonly Step[], wire: Wire): Promise<readonly Row[][]> {
  return await new Promise((resolve, reject) => {
    client.query(
      new Batch(steps, wire, (error, rows) => {
        if (error === null) resolve(rows)
        else reject(error)
      }),
    )
  })
}

type Callback = (error: Error | null, rows: readonly Row[][]) => void

/** What `pg` asks of a query that it does not know, as of a cursor. */
class Batch implements Submittable {
  /** `pg` puts one around it that ends its own time limit. */
  callback: Callback
  readonly #steps: readonly Step[]
  readonly #wire: Wire
  readonly #rows: Row[][]
  #analysed: Analysed = new Map()
  /** Of the statement that is being answered. */
  #place = 0

  constructor(steps: readonly Step[], wire: Wire, callback: Callback) {
    this.#steps = steps
    this.#wire = wire
    this.#rows = steps.map(() => [])
    this.callback = callback
  }

  submit(connection: Connection): void {
    const analysed: Analysed = analysedBy.get(connection) ?? new Map()
    analysedBy.set(connection, analysed)
    this.#analysed = analysed
    const sent = new Set(analysed.keys())
    const { bind, describe, execute, parse, sync } = this.#wire.serialize
    const parts: Buffer[] = []
    for (const { sql, parameters } of this.#steps) {
      const name = nameOf(sql)
      const values = parameters.map((value) => (value === null ? null : String(value)))
      const isKnown = sent.has(sql)
      if (!isKnown) parts.push(parse({ name, text: sql }))
      parts.push(bind({ statement: name, values }))
      if (!isKnown) parts.push(describe({ type: 'P' }))
      parts.push(execute())
      sent.add(sql)
    }
    parts.push(sync())
    connection.stream.write(Buffer.concat(parts))
  }

  handleRowDescription({ fields }: { readonly fields: readonly Field[] }): void {
    const columns = fields.map(({ name, dataTypeID }): Column => {
      // Its types say no more; whoever reads a row looks at what is there.
      const read = this.#wire.findReader(dataTypeID, 'text') as Column['read']
      return { name, read }
    })
    this.#analysed.set(this.#sql(), columns)
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    const row: Record<string, unknown> = {}
    for (const [index, { name, read }] of (this.#analysed.get(this.#sql()) ?? []).entries()) {
      const value = fields[index]
      row[name] = value === null || value === undefined ? null : read(value)
    }
    this.#rows[this.#place]?.push(row)
  }

  handleCommandComplete(): void {
    if (!this.#analysed.has(this.#sql())) this.#analysed.set(this.#sql(), []) // one that returns nothing has no columns
    this.#place += 1
  }

  handleReadyForQuery(): void {
    this.callback(null, this.#rows)
  }

  handleError(error: Error): void {
    this.callback(error, this.#rows)
  }

  #sql(): string {
    return this.#steps[this.#place]?.sql ?? ''
  }
}

function nameOf(sql: string): string {
  const known = names.get(sql)
  if (known !== undefined) return known
  const name = `together${names.size}`
  names.set(sql, name)
  return name
}

/**
 * A value as text, which Postgres reads by the type of the parameter.
 * @throws RangeError for a Date that is none
 */
export function toText(parameter: Parameter): string | null {
  if (parameter === null) return null
  if (parameter instanceof Date) return parameter.toISOString()
  return String(storable(parameter))
}
