import type { Config } from '../config/config.ts'
import { ConfigError, UsageError } from './core/errors.ts'

const roleNames = ['ingest', 'work', 'send'] as const

/**
 * What a process does: `ingest` takes in what platforms and browsers say, `work` answers, `send` shows the answers. Whatever
 * its roles, it says over HTTP how it is.
 */
export type Role = (typeof roleNames)[number]

/** At least one. */
export type Roles = ReadonlySet<Role>

/** One process does everything. */
export const allRoles: Roles = new Set(roleNames)

/**
 * @param text names with commas between: `work,send`
 * @throws UsageError naming what is no role
 */
export function readRoles(text: string): Roles {
  const names = text.split(',').map((name) => name.trim())
  const roles = roleNames.filter((role) => names.includes(role))
  const unknown = names.find((name) => !roleNames.some((role) => role === name))
  if (unknown === undefined) return new Set(roles)
  throw new UsageError(
    `--roles: "${unknown}" is no role; known: ${roleNames.join(', ')}, with commas between. For example \`tuppence start --roles work,send\`.`,
  )
}

/**
 * Processes that do a part each meet in Postgres, and wake each other over Redis.
 *
 * @throws ConfigError naming each address that is missing
 */
export function requireShared(roles: Roles, { databaseUrl, redisUrl }: Pick<Config, 'databaseUrl' | 'redisUrl'>): void {
  if (roles.size === allRoles.size) return
  const named = [...roles].join(',')
  const missing = [
    {
      path: 'DATABASE_URL',
      isMissing: databaseUrl === undefined,
      why: 'processes that do a part each share one Postgres; for example postgres://user:password@host:5432/tuppence',
    },
    {
      path: 'REDIS_URL',
      isMissing: redisUrl === undefined,
      why: 'processes that do a part each wake each other over one Redis; for example redis://host:6379',
    },
  ]
  const faults = missing
    .filter(({ isMissing }) => isMissing)
    .map(({ path, why }) => ({
      file: 'environment',
      path,
      problem: `is not set, and --roles ${named} needs it: ${why}`,
    }))
  if (faults.length > 0) throw new ConfigError(faults)
}
