import type { TenantId } from '../../src/core/message.ts'

export type Row = Readonly<Record<string, unknown>>
export type Parameter = string | number | boolean | Date | null

/** What the store's statements stand on; the same SQL runs on PGlite and on Postgres 15 or newer. */
export interface Statements {
  query(sql: string, parameters?: readonly Parameter[]): Promise<readonly Row[]>
}

export interface Database extends Statements {
  /**
   * All statements of `work` or none of them. Nothing in it waits for the network, and nothing leaves it but its result: where
   * others stood in the way, all of it is undone and done again.
   */
  transaction<Result>(work: (statements: Statements) => Promise<Result>): Promise<Result>
  /** The same, before whatever waits, where work has to wait in line: somebody outside waits for the end. */
  readonly urgent?: Pick<Database, 'query' | 'transaction'>
  /**
   * The same as `query`. What is asked for at the same moment travels together and may be one transaction, so it is for
   * statements that lock the rows of one conversation alone, and whose text never changes.
   */
  readonly together?: (step: Step) => Promise<readonly Row[]>
  close(): Promise<void>
}

/** A statement by itself. */
export interface Step {
  /** The conversation whose rows it locks. */
  readonly about: string
  readonly sql: string
  readonly parameters: readonly Parameter[]
}

/** Runs a statement, together with others where the database does that. */
export async function runStep(database: Stepping, step: Step): Promise<readonly Row[]> {
  return await (database.together?.(step) ?? database.query(step.sql, step.parameters))
}

/** Runs each statement so. @param about the conversation whose rows they lock */
export function asSteps(database: Stepping, about: string): Statements {
  return { query: (sql, parameters = []) => runStep(database, { about, sql, parameters }) }
}

type Stepping = Pick<Database, 'query' | 'together'>

/**
 * Makes processes that start at the same time wait for each other until the transaction ends: "if not exists" alone does
 * not, both would find nothing there. The number is ours by choice; advisory locks have no other name.
 */
export async function lockStart(transaction: Statements): Promise<void> {
  await transaction.query('select pg_advisory_xact_lock(2087653401)')
}

/** Whom a connection works for. */
export interface Bounds {
  /** Whose rows it sees and writes, whatever its statements say. */
  readonly tenant: TenantId
  /** What it works as instead of its user; absent when its user is bound by the policies of the tables. */
  readonly role?: string | undefined
}

/** Reads what belongs to all tenants of the installation: the day's money, which is common to them. */
export async function acrossTenants<Result>(
  database: Database,
  work: (statements: Statements) => Promise<Result>,
): Promise<Result> {
  return await database.transaction(async (transaction) => {
    await transaction.query(`select set_config('app.tenant', '', true)`)
    return await work(transaction)
  })
}

/** Reads a column that the schema says is text. */
export function text(row: Row, column: string): string {
  const value = row[column]
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds ${typeof value}, not text`)
  return value
}

export function optionalText(row: Row, column: string): string | undefined {
  return row[column] === null || row[column] === undefined ? undefined : text(row, column)
}

export function integer(row: Row, column: string): number {
  const value = Number(row[column])
  if (!Number.isSafeInteger(value)) throw new TypeError(`column ${column} holds no whole number`)
  return value
}

export function instant(row: Row, column: string): Date {
  const value = row[column]
  if (!(value instanceof Date)) throw new TypeError(`column ${column} holds no instant`)
  return value
}

/**
 * A column to return of a row that may be changed anew after a crash: the commit does not wait until it is on the disk. Only
 * for a statement that is a transaction by itself, because the whole transaction does not wait. See
 * docs/decisions/2026-11-28-what-need-not-wait-for-the-disk.md.
 */
export const unhurried = `case when current_setting('app.commits', true) is distinct from 'wait'
    then set_config('synchronous_commit', 'off', true) end as unhurried`

/** Text as Postgres can keep it: half characters and NUL, which it refuses, become U+FFFD. */
export function storable(parameter: Parameter): Parameter {
  return typeof parameter === 'string' ? parameter.toWellFormed().replaceAll('\0', '\uFFFD') : parameter
}

/** JSON as a jsonb column can keep it, with U+FFFD for half characters and NUL in keys and values. */
export function toJson(value: unknown): string {
  const written = JSON.stringify(value)
  if (!written.includes(String.raw`\u`)) return written
  // Every escape is matched, `\\` among them, so that the words "\u0000" in a text stay words.
  const escapes = /\\(?:u0000|ud[89a-f][0-9a-f]{2}|.)/g
  return written.replace(escapes, (escape) => (/^\\u(?:0000|d)/.test(escape) ? '\uFFFD' : escape))
}

/** Reads a jsonb column this store wrote itself. The cast is the checked border: the schema and the writer agree. */
// oxlint-disable-next-line no-unnecessary-type-parameters -- the caller names the shape it wrote
export function json<Shape>(row: Row, column: string): Shape {
  return row[column] as Shape
}
