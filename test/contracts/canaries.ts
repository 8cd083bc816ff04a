import { integer, text, type Database, type Parameter, type Row } from '../../adapters/store/database.ts'
import { rewritten } from '../rewritten.ts'

/** The word that stands in every text of a tenant's rows. */
export function canaryOf(tenant: string): string {
  return `canary-${tenant}`
}

/** Columns whose own rules, or whose readers, allow a few words or numbers only. */
const fixed: Readonly<Record<string, string | number>> = {
  'conversations.channel': 'web',
  'tickets.state': 'open',
  'sample_orders.state': 'processing',
  'sample_payments.state': 'charged',
  'sample_refunds.state': 'waiting',
  'budget_scopes.kind': 'user',
  'model_calls.purpose': 'answer',
  'model_calls.state': 'dispatched',
  'feedback.value': 'helpful',
  'alerts.level': 'warning',
  'alerts.targets': '["chat"]',
  'tier_adjustments.to_tier': 2,
  'tier_adjustments.state': 'approved',
  'desk_cards.kind': 'hand-over',
  'desk_cards.platform': 'slack',
  'desk_cards.state': 'waiting',
  'desk_strays.platform': 'slack',
  'controls.name': 'limit',
}

/** The tables with a column tenant, those first to which others refer. */
export async function tenantTables(database: Database): Promise<readonly string[]> {
  const rows = await database.query(
    `select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
     where c.relkind = 'r' and c.relnamespace = (select oid from pg_namespace where nspname = current_schema())
     order by c.oid`,
  )
  return rows.map((row) => text(row, 'name'))
}

/** Writes one row of the tenant into a table; wherever it may hold a text it holds the tenant's canary. */
export async function plantCanary(database: Database, table: string, tenant: string): Promise<void> {
  const columns = await database.query(
    `select column_name as name, data_type as type from information_schema.columns
     where table_schema = current_schema() and table_name = $1 and is_nullable = 'NO' and column_default is null
       and is_identity = 'NO' order by ordinal_position`,
    [table],
  )
  const names = columns.map((column) => `"${text(column, 'name')}"`)
  const places = columns.map((column, index) => `$${index + 1}::${text(column, 'type')}`)
  await database.query(
    `insert into ${table} (${names.join(', ')}) values (${places.join(', ').replaceAll('::ARRAY', '::text[]')})`,
    columns.map((column) => valueOf(table, column, tenant)),
  )
}

function valueOf(table: string, column: Row, tenant: string): Parameter {
  const name = text(column, 'name')
  if (name === 'tenant') return tenant
  const given = fixed[`${table}.${name}`]
  if (given !== undefined) return given
  const type = text(column, 'type')
  if (type === 'text') return canaryOf(tenant)
  if (type === 'jsonb') return JSON.stringify({ text: canaryOf(tenant) })
  if (type === 'ARRAY') return `{${canaryOf(tenant)}}`
  if (type === 'boolean') return true
  if (type === 'date') return '2026-11-21'
  if (type.startsWith('timestamp')) return new Date('2026-11-21T12:00:00Z')
  return 1
}

/** How many rows of a table are a tenant's, for a database that sees them all. */
export async function rowsOf(database: Database, table: string, tenant: string): Promise<number> {
  const [row] = await database.query(`select count(*)::integer as rows from ${table} where tenant = $1`, [tenant])
  return integer(row ?? {}, 'rows')
}

/** The database behind statements that have forgotten whose rows they ask for: "tenant = $1" is true of every row. */
export function forgetful(database: Database): Database {
  return rewritten(database, (sql) => sql.replaceAll(/(?:\w+\.)?tenant = \$1\b/g, '$1::text is not null'))
}
