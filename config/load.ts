import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { ConfigError } from '../src/core/errors.ts'
import { Secret } from '../src/core/secret.ts'
import { dearestOf } from '../src/models/catalogue.ts'
import { checkAliases } from './aliases.ts'
import type { Config } from './config.ts'
import { describeVariable, environmentSchema, secretNames, variableNames, type Environment } from './environment.ts'
import { Faults } from './faults.ts'
import { readFiles } from './files.ts'
import { readPlatforms } from './platforms.ts'
import { keyNames } from './providers.ts'
import { toSettings } from './settings.ts'

/** Variables with our prefix that the programs around the bot read. */
const outsideNames = new Set(['TUPPENCE_TEST_DATA'])

/**
 * Reads the environment and the files of config/, with the operator's own folder laid over them.
 * @throws ConfigError with every fault that was found, before anything is opened.
 */
export function loadConfig(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  version = '0.0.0',
): Config {
  const faults = new Faults()
  const variables = readEnvironment(environment, faults)
  const files = readFiles(variables.TUPPENCE_CONFIG_DIR, faults)
  const settings = files === undefined ? undefined : toSettings(files.bot, variables)
  const platforms = readPlatforms(files?.bot, variables, faults)
  const apiKeys = readKeys(namedKeys(files), { environment, variables, faults })
  if (files !== undefined && settings !== undefined) checkAliases(settings, files.modelList.models, faults)
  if (faults.found.length > 0 || files === undefined || settings === undefined) throw new ConfigError(faults.found)
  const { bot: _, ...content } = files
  return {
    ...content,
    ...settings,
    apiKeys,
    reference: dearestOf(content.modelList.models, new Date().toISOString().slice(0, 10)),
    version,
    configDir: variables.TUPPENCE_CONFIG_DIR,
    server: { host: variables.HOST ?? '127.0.0.1', port: variables.PORT ?? 3000 },
    dataDir: resolve(variables.TUPPENCE_DATA_DIR ?? '.tuppence'),
    adminToken: variables.TUPPENCE_ADMIN_TOKEN,
    logLevel: variables.LOG_LEVEL ?? 'info',
    tracing: toTracing(variables),
    databaseUrl: variables.DATABASE_URL,
    redisUrl: variables.REDIS_URL,
    redisCacheUrl: variables.REDIS_CACHE_URL ?? variables.REDIS_URL,
    ...platforms,
  }
}

function toTracing(variables: Environment): Config['tracing'] {
  const endpoint = variables.OTEL_EXPORTER_OTLP_ENDPOINT
  return endpoint === undefined ? undefined : { endpoint, headers: variables.OTEL_EXPORTER_OTLP_HEADERS }
}

function readEnvironment(environment: Readonly<Record<string, string | undefined>>, faults: Faults): Environment {
  const given: Record<string, string> = {}
  for (const name of variableNames) {
    const isGiven = environment[name] !== undefined && environment[name] !== ''
    const value = isGiven || !secretNames.has(name) ? environment[name] : fromFile(name, environment, faults)
    if (value !== undefined && value !== '') given[name] = value
  }
  for (const name of Object.keys(environment)) {
    const isOurs = name.startsWith('TUPPENCE_') && !outsideNames.has(name)
    const isFile = name.endsWith('_FILE') && secretNames.has(name.slice(0, -'_FILE'.length))
    if (isOurs && !isFile && !variableNames.includes(name)) {
      faults.add('environment', name, `unknown variable; known: ${variableNames.join(', ')}`)
    }
  }
  const result = environmentSchema.safeParse(given)
  if (result.success) return result.data
  for (const name of new Set(result.error.issues.map((issue) => String(issue.path[0])))) {
    const value = secretNames.has(name) ? '[secret]' : withoutSecrets(JSON.stringify(given[name]))
    faults.add('environment', name, `${value} is not ${describeVariable(name)}`)
  }
  // The faulty ones are left out, so that the faults of the files can be reported with them.
  const faulty = new Set(result.error.issues.map((issue) => String(issue.path[0])))
  return environmentSchema.parse(Object.fromEntries(Object.entries(given).filter(([name]) => !faulty.has(name))))
}

/** An address may carry a password or a key although it should not. */
function withoutSecrets(text: string): string {
  return text.replace(/\/\/[^/\s@]*@/, '//[secret]@').replace(/\?[^"]+/, '?[secret]')
}

interface Given {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly variables: Environment
  readonly faults: Faults
}

/** The variables that the entries of models.yaml and the encoder name. */
function namedKeys(files: ReturnType<typeof readFiles>): readonly string[] {
  if (files === undefined) return []
  const { encoder, modelList } = files
  const own = typeof encoder === 'string' ? [] : [encoder]
  return [...modelList.models, ...own].flatMap(({ apiKeyEnv }) => (apiKeyEnv === undefined ? [] : [apiKeyEnv]))
}

/** The keys of the providers, and those of the named variables. */
function readKeys(named: readonly string[], { environment, variables, faults }: Given): Config['apiKeys'] {
  const keys = new Map<string, Secret>()
  const ofProviders = Object.values(keyNames)
  for (const name of ofProviders) {
    const key = variables[name]
    if (key !== undefined) keys.set(name, key)
  }
  for (const name of new Set(named)) {
    if (ofProviders.some((known) => known === name)) continue
    const isGiven = environment[name] !== undefined && environment[name] !== ''
    const value = isGiven ? environment[name] : fromFile(name, environment, faults)
    if (value === undefined || value === '') continue
    if (/^\S{1,512}$/.test(value)) keys.set(name, new Secret(value))
    else faults.add('environment', name, '[secret] is not a key without spaces')
  }
  return keys
}

function fromFile(
  name: string,
  environment: Readonly<Record<string, string | undefined>>,
  faults: Faults,
): string | undefined {
  const path = environment[`${name}_FILE`]
  if (path === undefined || path === '') return undefined
  try {
    const value = readFileSync(path, 'utf8').trim()
    if (value === '') faults.add('environment', `${name}_FILE`, `the file ${path} is empty; write the secret into it`)
    return value
  } catch (error) {
    faults.add(
      'environment',
      `${name}_FILE`,
      `the file ${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
    return undefined
  }
}
