import { describe, expect, test } from 'vitest'
import { ConfigError, UsageError } from '../../src/core/errors.ts'
import { Secret } from '../../src/core/secret.ts'
import { allRoles, readRoles, requireShared } from '../../src/roles.ts'

describe('roles', () => {
  test('are read with commas between, in any order, once each', () => {
    expect([...readRoles('send, work,send')]).toEqual(['work', 'send'])
    expect(readRoles('ingest,work,send')).toEqual(allRoles)
  })

  test.each(['', 'work,', 'worker', 'work send'])('%j is refused with what is known', (text) => {
    expect(() => readRoles(text)).toThrow(UsageError)
    expect(() => readRoles(text)).toThrow('known: ingest, work, send')
  })

  test('a part of them needs both addresses, and names each that is missing', () => {
    const databaseUrl = new Secret('postgres://one')
    const redisUrl = new Secret('redis://one')
    const part = readRoles('work')

    expect(() => requireShared(part, { databaseUrl: undefined, redisUrl: undefined })).toThrow(ConfigError)
    expect(() => requireShared(part, { databaseUrl: undefined, redisUrl: undefined })).toThrow(
      /DATABASE_URL: is not set, and --roles work needs it[^]*REDIS_URL: is not set/,
    )
    expect(() => requireShared(part, { databaseUrl, redisUrl: undefined })).toThrow(/has 1 fault:[^]*REDIS_URL/)
    expect(() => requireShared(part, { databaseUrl, redisUrl })).not.toThrow()
    expect(() => requireShared(allRoles, { databaseUrl: undefined, redisUrl: undefined })).not.toThrow()
  })
})
