import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../adapters/store/database.ts'
import { statementsOf } from '../../../adapters/store/migrate.ts'
import { openOwnDatabase } from '../../store.ts'

// One database for all of these tests: what they write is refused, or their own.
let database: Database
beforeAll(async () => {
  database = await openOwnDatabase()
})
afterAll(() => database.close())

test('a script is cut between its statements, not within a text, a comment or a function', () => {
  const script = `
    -- first; not a statement
    select 'a;b', 'it''s', 1 - 2; -- it's over
    create function f() returns text language sql as $$ select ';' -- ; $$;
    create function g() returns text language sql as $body$ select '$$;' $body$;
    select 3`

  expect(statementsOf(script)).toEqual([
    `select 'a;b', 'it''s', 1 - 2`,
    `create function f() returns text language sql as $$ select ';' -- ; $$`,
    `create function g() returns text language sql as $body$ select '$$;' $body$`,
    'select 3',
  ])
})

test.each([
  [
    'budget_scopes',
    `insert into budget_scopes (tenant, day, kind, id, limited, held) values ('', now(), 'user', '', 1, -1)`,
  ],
  [
    'budget_scopes',
    `insert into budget_scopes (tenant, day, kind, id, limited, spent) values ('', now(), 'user', '', 1, -1)`,
  ],
  ['budget_scopes', `insert into budget_scopes (tenant, day, kind, id, limited) values ('', now(), 'nobody', '', 1)`],
  ['budget_days', `insert into budget_days (is_only) values (false)`],
  ['budget_days', `insert into budget_days default values`],
  ['feedback', `insert into feedback values ('t', default, 'm', 'c', 'angry', 'i', 2, 1, 1, null, null, now())`],
])('%s refuses what cannot be: %s', async (_table, statement) => {
  await expect(database.query(statement)).rejects.toThrow(/constraint/)
})
