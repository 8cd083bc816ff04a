import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../../adapters/store/database.ts'
import { openDatabase } from '../../../adapters/store/open.ts'
import { StoreOpenError } from '../../../src/core/errors.ts'
import { tenantWallContract } from '../../contracts/tenant-wall.ts'

const url = process.env['TEST_DATABASE_URL'] ?? ''
const schemas: string[] = []
const roles: string[] = []
const admin = new pg.Client({ connectionString: url })

beforeAll(() => admin.connect())
afterAll(async () => {
  for (const schema of schemas) await admin.query(`drop schema if exists ${schema} cascade`)
  for (const role of roles) await admin.query(`drop owned by ${role} cascade; drop role ${role}`)
  await admin.end()
})

function newSchema(): string {
  const schema = `test_${randomBytes(8).toString('hex')}`
  schemas.push(schema)
  return schema
}

/** A database user with these rights, who owns a schema of that name. */
async function newUser(rights = ''): Promise<{ readonly url: string; readonly schema: string }> {
  const name = newSchema()
  await admin.query(`create role ${name} login password 'sesame' ${rights}`)
  roles.push(name)
  await admin.query(`create schema ${name} authorization ${name}`)
  const address = new URL(url)
  address.username = name
  address.password = 'sesame'
  return { url: address.href, schema: name }
}

function opening(place: { readonly url: string; readonly schema: string }): (tenant?: string) => Promise<Database> {
  return (tenant) => openDatabase({ kind: 'postgres', ...place, ...(tenant === undefined ? {} : { tenant }) })
}

tenantWallContract('Postgres, a superuser', opening({ url, schema: newSchema() }))

let plain: { readonly url: string; readonly schema: string }
beforeAll(async () => {
  plain = await newUser()
})
tenantWallContract('Postgres, a user without rights', (tenant) => opening(plain)(tenant))

async function workingAs(database: Database): Promise<unknown> {
  const [row] = await database.query('select current_user::text as name')
  await database.close()
  return row?.['name']
}

test('a superuser works in the role of tenants, a user whom the tables bind as itself', async () => {
  const names = [await workingAs(await opening({ url, schema: newSchema() })('ours'))]
  const user = await newUser()
  names.push(await workingAs(await opening(user)('ours')))

  expect(names).toEqual(['tuppence_tenant', user.schema])
})

test('a user who passes the policies but is no superuser makes the role or joins it', async () => {
  const user = await newUser('bypassrls createrole')

  const name = await workingAs(await opening(user)('ours'))

  expect(name).toBe('tuppence_tenant')
})

test('a user who passes the policies and may not use the role is refused with what to do', async () => {
  await (await opening({ url, schema: newSchema() })('ours')).close() // the role exists
  const user = await newUser('bypassrls')

  const refusal: unknown = await opening(user)('ours').catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(StoreOpenError)
  expect(String(refusal)).toContain('BYPASSRLS')
  expect(String(refusal)).toContain('grant tuppence_tenant')
})

test('a user who may make no tables is refused with the right that is missing, without the password', async () => {
  const user = await newUser()
  const schema = newSchema()
  await admin.query(`create schema ${schema}`)
  await admin.query(`grant usage on schema ${schema} to ${user.schema}`)

  const refusal: unknown = await opening({ url: user.url, schema })('ours').catch((error: unknown) => error)

  expect(refusal).toBeInstanceOf(StoreOpenError)
  expect(String(refusal)).toContain('grant usage, create on schema')
  expect(String(refusal)).not.toContain('sesame')
})

test('eight processes of two tenants that start at once are each in their own', async () => {
  const schema = newSchema()
  const tenants = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? 'ours' : 'theirs'))

  const databases = await Promise.all(tenants.map((tenant) => opening({ url, schema })(tenant)))

  const settings = await Promise.all(
    databases.map((one) => one.query(`select current_setting('app.tenant') as tenant`)),
  )
  expect(settings.flat().map((row) => row['tenant'])).toEqual(tenants)
  for (const one of databases) await one.close()
})

test('a table that a later version makes is usable by processes that are open', async () => {
  const schema = newSchema()
  const database = await opening({ url, schema })('ours')
  await admin.query(`create table ${schema}.later (tenant text)`)

  await database.query(`insert into later values ('ours')`)

  expect(await database.query('select tenant from later')).toEqual([{ tenant: 'ours' }])
  await expect(database.query('delete from migrations')).rejects.toThrow('permission denied')
  await database.close()
})
