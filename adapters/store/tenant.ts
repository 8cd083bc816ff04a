import { StoreOpenError } from '../../src/core/errors.ts'
import { lockStart, type Bounds, type Database, type Statements } from './database.ts'

/**
 * Postgres lets superusers past the policies of 0009-tenants.sql, and so roles with BYPASSRLS. A connection of one of those
 * works in this role instead, which may do nothing but read and write the rows of our tables.
 */
const tenantRole = 'tuppence_tenant'

/**
 * Readies the role that a connection of one tenant has to work in. Roles are shared by all databases of a server, so
 * another process may be making it at this moment, and whoever made it before may have had other rights than this user.
 * @returns undefined when the user is bound by the policies as it is
 * @throws StoreOpenError when the user is not, and may not use a role that is
 */
export async function prepareTenantRole(database: Database): Promise<string | undefined> {
  const exempt = await database.query(
    'select 1 from pg_roles where rolname = current_user and (rolsuper or rolbypassrls)',
  )
  if (exempt.length === 0) return undefined
  try {
    await database.transaction(async (transaction) => {
      await lockStart(transaction)
      for (const statement of [makeRole, joinRole, grantRows]) await transaction.query(statement)
    })
    const usable = await database.query(usableStatement)
    if (usable.length > 0) return tenantRole
  } catch (error) {
    throw unusable(error)
  }
  throw unusable(new Error(`the role ${tenantRole} is itself a superuser or has BYPASSRLS`))
}

function unusable(error: unknown): StoreOpenError {
  return new StoreOpenError(
    `The database user passes row-level security and cannot work in the role ${tenantRole}: ` +
      `${(error instanceof Error ? error.message : String(error)).replace(/\.$/, '')}. ` +
      'Take SUPERUSER and BYPASSRLS from the user in DATABASE_URL; or let an administrator run ' +
      `"create role ${tenantRole} nologin nosuperuser nobypassrls; grant ${tenantRole} to" that user.`,
    error,
  )
}

/** Binds a database that has a single connection, from now on. */
export async function enterTenant(database: Statements, { tenant, role }: Bounds): Promise<void> {
  await database.query(`select set_config('app.tenant', $1, false)`, [tenant])
  if (role !== undefined) await database.query(`set role ${role}`)
}

// Out: nothing. Invariant: the role exists, whoever else makes it at the same time.
const makeRole = `
  do $$ begin
    if not exists (select from pg_roles where rolname = '${tenantRole}') then
      create role ${tenantRole} nologin;
    end if;
  exception when duplicate_object or unique_violation then null;
  end $$`

// Invariant: the user may work in the role. A superuser may without being a member.
const joinRole = `
  do $$ begin
    if not pg_has_role('${tenantRole}', 'member') then
      execute format('grant ${tenantRole} to %I', current_user);
    end if;
  exception when unique_violation then null;
  end $$`

// Invariant: the role may use the rows of all of this user's tables, those of later versions among them, but not say which
// version there is. Identities need no right to their sequences. Nothing is written where nothing is missing.
const grantRows = `
  do $$
  declare
    place name := current_schema();
    missing text;
  begin
    select string_agg(c.oid::regclass::text, ', ') into missing from pg_class c
    where c.relnamespace = (select oid from pg_namespace where nspname = place)
      and c.relkind in ('r', 'p') and c.relname <> 'migrations' and pg_has_role(c.relowner, 'usage')
      and not (has_table_privilege('${tenantRole}', c.oid, 'select') and has_table_privilege('${tenantRole}', c.oid, 'insert')
        and has_table_privilege('${tenantRole}', c.oid, 'update') and has_table_privilege('${tenantRole}', c.oid, 'delete'));
    if missing is not null then
      execute format('grant select, insert, update, delete on %s to ${tenantRole}', missing);
    end if;
    if not has_schema_privilege('${tenantRole}', place, 'usage') then
      execute format('grant usage on schema %I to ${tenantRole}', place);
    end if;
    if not exists (
      select from pg_default_acl d, aclexplode(d.defaclacl) a
      where d.defaclnamespace = (select oid from pg_namespace where nspname = place) and d.defaclobjtype = 'r'
        and d.defaclrole = (select oid from pg_roles where rolname = current_user)
        and a.grantee = (select oid from pg_roles where rolname = '${tenantRole}') and a.privilege_type = 'DELETE'
    ) then
      execute format(
        'alter default privileges in schema %I grant select, insert, update, delete on tables to ${tenantRole}', place);
    end if;
  end $$`

const usableStatement = `select 1 from pg_roles where rolname = '${tenantRole}' and not rolsuper and not rolbypassrls`
