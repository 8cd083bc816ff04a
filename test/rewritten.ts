import type { Database } from '../adapters/store/database.ts'

/** The database with every statement changed before it runs, as one that has forgotten something would have it. */
export function rewritten(database: Database, change: (sql: string) => string): Database {
  return {
    query: (sql, parameters) => database.query(change(sql), parameters),
    transaction: (work) =>
      database.transaction((statements) =>
        work({ query: (sql, parameters) => statements.query(change(sql), parameters) }),
      ),
    close: () => database.close(),
  }
}
