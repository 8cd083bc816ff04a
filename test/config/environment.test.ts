import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Config } from '../../config/config.ts'
import { secretNames, variableNames } from '../../config/environment.ts'
import { loadConfig } from '../../config/load.ts'
import { ConfigError, type ConfigFault } from '../../src/core/errors.ts'
import type { Secret } from '../../src/core/secret.ts'
import { faultsOf } from './faults-of.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tuppence-environment-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** Every secret: a value that is accepted, where it is found, and what else has to be given; and a value that is refused. */
const secrets: Readonly<
  Record<
    string,
    { good: string; bad: string; at: (config: Config) => Secret | undefined; besides?: Record<string, string> }
  >
> = {
  TUPPENCE_ADMIN_TOKEN: { good: 'sesame-sesame-sesame', bad: 'sesame', at: (config) => config.adminToken },
  TUPPENCE_ALERT_WEBHOOK: {
    good: 'https://hooks.example.com/sesame',
    bad: 'ftp://hooks.example.com/sesame',
    at: (config) => config.alerts.webhook,
  },
  OTEL_EXPORTER_OTLP_HEADERS: {
    good: 'api-key=sesame,other=a%20b',
    bad: 'open sesame',
    at: (config) => config.tracing?.headers,
    besides: { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:4318' },
  },
  ...Object.fromEntries(
    ['OPENAI_API_KEY', 'ANTHROPIC_API_KEY', 'GEMINI_API_KEY', 'TOGETHER_API_KEY'].map((name) => [
      name,
      { good: 'sk-sesame', bad: 'open sesame', at: (config: Config) => config.apiKeys.get(name) },
    ]),
  ),
  DATABASE_URL: {
    good: 'postgres://bot:sesame@db.example.com/tuppence',
    bad: 'mysql://bot:sesame@db',
    at: (config) => config.databaseUrl,
  },
  REDIS_URL: {
    good: 'redis://:sesame@cache.example.com:6379',
    bad: 'http://:sesame@cache',
    at: (config) => config.redisUrl,
  },
  REDIS_CACHE_URL: {
    good: 'rediss://:sesame@cache.example.com:6380',
    bad: 'http://:sesame@cache',
    at: (config) => config.redisCacheUrl,
  },
  SLACK_BOT_TOKEN: {
    good: 'xoxb-sesame',
    bad: 'xoxp-sesame',
    at: (config) => config.slack?.botTokens[0],
    besides: { SLACK_APP_TOKEN: 'xapp-other' },
  },
  SLACK_APP_TOKEN: {
    good: 'xapp-sesame',
    bad: 'sesame',
    at: (config) => config.slack?.appToken,
    besides: { SLACK_BOT_TOKEN: 'xoxb-other' },
  },
  SLACK_SIGNING_SECRET: {
    good: 'sesame-sesame',
    bad: 'open sesame',
    at: (config) => config.slack?.signingSecret,
    besides: { SLACK_BOT_TOKEN: 'xoxb-other' },
  },
  DISCORD_TOKEN: { good: 'sesame.sesame.sesame.sesame', bad: 'sesame', at: (config) => config.discord?.token },
}

/** All the ways in which a value may end up in a log. */
function printed(value: unknown): string {
  const views = [
    inspect(value, { depth: 12, showHidden: true, maxStringLength: null }),
    JSON.stringify(value),
    String(value),
  ]
  return value instanceof Error
    ? [...views, value.message, value.stack, inspect(value.cause)].join('\n')
    : views.join('\n')
}

test('without any variable the bot answers on this machine, in its own folder', () => {
  const config = loadConfig({}, '1.2.3')

  expect(config).toMatchObject({
    version: '1.2.3',
    tenant: 'default',
    server: { host: '127.0.0.1', port: 3000 },
    logLevel: 'info',
    freeThreshold: 0.8,
  })
  expect(config.dataDir).toBe(join(process.cwd(), '.tuppence'))
  expect([config.adminToken, config.databaseUrl, config.redisUrl, config.slack, config.discord]).toEqual(
    Array(5).fill(undefined),
  )
})

test('what is set is used, and an empty variable is as good as none', () => {
  const config = loadConfig({
    PORT: '0',
    HOST: '::1',
    TUPPENCE_DATA_DIR: '/var/lib/bot',
    LOG_LEVEL: 'silent',
    DATABASE_URL: '',
    SLACK_BOT_TOKEN: 'xoxb-1',
    SLACK_APP_TOKEN: 'xapp-1',
    SLACK_API_URL: 'http://127.0.0.1:1/api/',
    UNRELATED: 'x',
  })

  expect(config).toMatchObject({
    server: { host: '::1', port: 0 },
    dataDir: '/var/lib/bot',
    logLevel: 'silent',
    databaseUrl: undefined,
  })
  expect(config.slack?.apiUrl).toBe('http://127.0.0.1:1/api/')
})

describe('what is wrong', () => {
  test.each([
    ['PORT', '65536', '"65536" is not a whole number from 0 to 65535'],
    ['PORT', '80.5', '"80.5"'],
    ['PORT', ' 3000', '" 3000"'],
    ['PORT', '3000x', '"3000x"'],
    ['PORT', '-1', '"-1"'],
    ['HOST', 'two words', '"two words" is not an address of this machine, for example 127.0.0.1'],
    ['LOG_LEVEL', 'loud', '"loud" is not one of debug, info, warn, error, silent'],
    ['SLACK_API_URL', 'slack.com', '"slack.com" is not an address like https://slack.com/api/'],
    ['DISCORD_API_URL', 'file:///etc', '"file:///etc" is not an address like https://discord.com/api'],
    ['TUPPENCE_CONFIG_DIR', '/no/such/folder', 'the folder /no/such/folder does not exist'],
  ])('%s=%s is a fault that tells the value and what to write', (path, value, problem) => {
    expect(faultsOf({ [path]: value })).toEqual([
      { file: 'environment', path, problem: expect.stringContaining(problem) },
    ])
  })

  test('a misspelt variable of ours is a fault that lists the known ones', () => {
    const [fault] = faultsOf({ TUPPENCE_DATADIR: '/x' })

    expect(fault).toMatchObject({ file: 'environment', path: 'TUPPENCE_DATADIR' })
    expect(fault?.problem).toContain('unknown variable')
    for (const name of variableNames) expect(fault?.problem).toContain(name)
  })

  test('a file is accepted for a secret only', () => {
    expect(faultsOf({ TUPPENCE_DATA_DIR_FILE: '/x' })).toMatchObject([{ path: 'TUPPENCE_DATA_DIR_FILE' }])
    expect(faultsOf({ TUPPENCE_FILE: '/x' })).toMatchObject([{ path: 'TUPPENCE_FILE' }])
  })

  test.each([
    [{ SLACK_BOT_TOKEN: 'xoxb-1' }, 'SLACK_APP_TOKEN', 'xapp-'],
    [{ SLACK_APP_TOKEN: 'xapp-1' }, 'SLACK_BOT_TOKEN', 'xoxb-'],
  ])('half of what Slack needs is a fault: %o', (environment, path, beginning) => {
    expect(faultsOf(environment)).toEqual([{ file: 'environment', path, problem: expect.stringContaining(beginning) }])
  })

  test('a config folder that is a file is a fault', () => {
    writeFileSync(join(folder, 'file'), '')

    expect(faultsOf({ TUPPENCE_CONFIG_DIR: join(folder, 'file') })).toMatchObject([{ path: 'TUPPENCE_CONFIG_DIR' }])
  })

  test('all faults of all variables and files are told in one error', () => {
    mkdirSync(join(folder, 'intents', 'payments'), { recursive: true })
    mkdirSync(join(folder, 'sample'))
    writeFileSync(
      join(folder, 'bot.yaml'),
      'tenant: Big Company\nclassification:\n  freeThreshold: 1.5\n  freeTreshold: 0.7\n',
    )
    writeFileSync(join(folder, 'models.yaml'), 'reference:\n  model: ""\n  model: twice\n')
    writeFileSync(join(folder, 'wording.yaml'), 'shared.left-as-is: "Fine, {nobody}"\nshared.typo: Hello\n')
    writeFileSync(join(folder, 'intents', 'payments', 'refund.yaml'), `label: ${'x'.repeat(41)}\nutterances: []\n`)
    writeFileSync(join(folder, 'sample', 'company.yaml'), 'company: none\n')

    const faults = faultsOf({
      TUPPENCE_CONFIG_DIR: folder,
      PORT: 'http',
      LOG_LEVEL: 'loud',
      TUPPENCE_X: '1',
      SLACK_BOT_TOKEN: 'sesame',
    })

    const places = faults.map(({ file, path }) => `${file} ${path}`)
    expect(places).toEqual(
      expect.arrayContaining([
        'environment PORT',
        'environment LOG_LEVEL',
        'environment TUPPENCE_X',
        'environment SLACK_BOT_TOKEN',
        'bot.yaml tenant',
        'bot.yaml classification.freeThreshold',
        'bot.yaml classification.freeTreshold',
        'models.yaml line 3',
        'wording.yaml shared.left-as-is',
        'wording.yaml shared.typo',
        'intents/payments/refund.yaml label',
        'intents/payments/refund.yaml utterances',
        'sample/company.yaml company',
      ]),
    )
    const problemAt = (path: string): string => faults.find((fault) => fault.path === path)?.problem ?? ''
    expect(problemAt('tenant')).toContain('"Big Company"')
    expect(problemAt('tenant')).toContain('write lower-case letters')
    expect(problemAt('classification.freeThreshold')).toContain('1.5')
    expect(problemAt('shared.left-as-is')).toContain('unknown placeholder {nobody}; known: none')
    expect(new Set(places).size).toBe(places.length)
  })

  test('the error tells each fault on a line of its own, with its file and path', () => {
    const error = new ConfigError([fault('bot.yaml', 'a.b'), fault('environment', 'PORT')])

    expect(error.message).toBe('The configuration has 2 faults:\n  bot.yaml: a.b: wrong\n  environment: PORT: wrong')
    expect(new ConfigError([fault('x', 'y')]).message).toContain('has 1 fault:')
  })
})

function fault(file: string, path: string): ConfigFault {
  return { file, path, problem: 'wrong' }
}

describe('secrets', () => {
  test('every variable that holds a secret is tested below', () => {
    expect(Object.keys(secrets).toSorted()).toEqual([...secretNames].toSorted())
  })

  test.each(Object.entries(secrets))('%s is used and never printed', (name, { good, at, besides }) => {
    const config = loadConfig({ [name]: good, ...besides })

    expect(at(config)?.reveal()).toBe(good)
    expect(printed(config)).not.toContain('sesame')
    expect(String(at(config))).toBe('[secret]')
  })

  test.each(Object.entries(secrets))(
    '%s with a wrong value is a fault that says what to write, not what stands there',
    (name, { bad, besides }) => {
      const error = errorOf({ [name]: bad, ...besides })

      expect(error.faults).toContainEqual({
        file: 'environment',
        path: name,
        problem: expect.stringMatching(/^\[secret\] is not \S/),
      })
      expect(printed(error)).not.toContain('sesame')
    },
  )

  test.each(Object.entries(secrets))(
    '%s is read from the file that its _FILE names, without the line end',
    (name, { good, at, besides }) => {
      writeFileSync(join(folder, 'secret'), `${good}\n`)

      const config = loadConfig({ [name]: '', [`${name}_FILE`]: join(folder, 'secret'), ...besides })

      expect(at(config)?.reveal()).toBe(good)
      expect(printed(config)).not.toContain('sesame')
    },
  )

  test('a wrong value in a file is not printed either', () => {
    writeFileSync(join(folder, 'secret'), 'open sesame')

    const error = errorOf({ SLACK_BOT_TOKEN_FILE: join(folder, 'secret') })

    expect(printed(error)).toContain('SLACK_BOT_TOKEN')
    expect(printed(error)).not.toContain('sesame')
  })

  test('a file that is missing, a folder or empty is a fault that names it', () => {
    writeFileSync(join(folder, 'empty'), '\n')
    for (const path of [join(folder, 'missing'), folder, join(folder, 'empty')]) {
      const faults = faultsOf({ DATABASE_URL_FILE: path })

      expect(faults).toEqual([
        { file: 'environment', path: 'DATABASE_URL_FILE', problem: expect.stringContaining(path) },
      ])
    }
  })
})

function errorOf(environment: NodeJS.ProcessEnv): ConfigError {
  try {
    loadConfig(environment)
  } catch (error) {
    if (error instanceof ConfigError) return error
    throw error
  }
  throw new Error('the configuration has no fault')
}
