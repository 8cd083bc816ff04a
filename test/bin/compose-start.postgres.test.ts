import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { kinds } from '../../bin/servers.mjs'
import { post } from '../adapters/web/web-bot.ts'
import { freePort, startBotProcess, type BotProcess } from '../bot-process.ts'
import { type ComposeService, readComposeFile } from '../docs/compose-file.ts'
import { readImage } from '../image.ts'
import { until } from '../until.ts'

const root = resolve(import.meta.dirname, '../..')
const image = readImage()
const { services } = readComposeFile({ POSTGRES_PASSWORD: 'of-postgres', REDIS_PASSWORD: 'of-redis' })

/** Where a service of the file listens in this test, as `name:port` of its own network is there. */
type Places = Map<string, { readonly name: string; readonly port: number }>

/** The service and all that it waits for, each after what it waits for itself. */
function inOrder(name: string): readonly string[] {
  const awaited = services[name]?.depends_on ?? {}
  return [...new Set([...Object.keys(awaited).flatMap(inOrder), name])]
}

function programOf(kind: string): string {
  return kinds.find(({ name }) => name === kind)?.find() ?? ''
}

/** Runs the health check that the file states, on the port that the service has here. */
function isHealthy({ healthcheck, environment }: ComposeService, port: number): boolean {
  const [, program = '', ...args] = healthcheck?.test ?? []
  const isOfPostgres = program.startsWith('pg_')
  const { status } = spawnSync(
    isOfPostgres ? join(programOf('Postgres'), program) : program,
    ['-p', `${port}`, ...args],
    {
      env: { ...process.env, ...environment },
    },
  )
  return status === 0
}

/** Redis with the arguments of the file, on a port and in a folder of this test. */
async function startRedis({ command = [] }: ComposeService, folder: string): Promise<number> {
  mkdirSync(folder)
  const port = await freePort()
  const own = ['--port', `${port}`, '--bind', '127.0.0.1', '--dir', folder]
  const child: ChildProcess = spawn(programOf('Redis'), [...command.slice(1), ...own], { stdio: 'ignore' })
  onTestFinished(async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  })
  return port
}

/** The tests' own server, with a database as the image of Postgres makes one. */
async function makeDatabase(): Promise<{ readonly name: string; readonly port: number }> {
  const address = new URL(process.env['TEST_DATABASE_URL'] ?? '')
  const name = `tuppence_compose_${process.pid}`
  const admin = new pg.Client({ connectionString: address.href })
  await admin.connect()
  await admin.query(`create database ${name}`)
  onTestFinished(async () => {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })
  return { name, port: Number(address.port) }
}

/** The addresses of the file, with the places of this test in them. */
function environmentOf({ environment = {} }: ComposeService, places: Places): Record<string, string> {
  const entries = Object.entries(environment).map(([name, value]) => {
    const place = URL.canParse(value) ? places.get(new URL(value).hostname) : undefined
    if (place === undefined) return [name, value]
    const url = Object.assign(new URL(value), { host: `127.0.0.1:${place.port}` })
    if (url.pathname !== '') url.pathname = `/${place.name}`
    return [name, url.href]
  })
  return Object.fromEntries(entries)
}

async function startBot(service: ComposeService, places: Places, folder: string): Promise<BotProcess> {
  const own = { HOST: '127.0.0.1', PORT: `${await freePort()}`, TUPPENCE_CONFIG_DIR: join(folder, 'own-config') }
  mkdirSync(own.TUPPENCE_CONFIG_DIR)
  const [, script = '', ...args] = image.command
  const environment = { ...image.environment, ...environmentOf(service, places), ...own }
  return await startBotProcess(folder, { ...environment, TUPPENCE_DATA_DIR: folder }, [join(root, script), ...args])
}

/** The names of all keys in a Redis. */
function keysOf(service: ComposeService, port: number): string {
  return spawnSync('redis-cli', ['-p', `${port}`, '--scan'], {
    env: { ...process.env, ...service.environment },
    encoding: 'utf8',
  }).stdout
}

test('what docker-compose.yml starts, in its order and with its settings, answers, and stops in its time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-compose-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }))
  const places: Places = new Map()
  const bots: BotProcess[] = []

  for (const name of inOrder('bot')) {
    const service = services[name] ?? {}
    if (name === 'bot') {
      bots.push(await startBot(service, places, folder))
      continue
    }
    const isRedis = service.command?.[0] === 'redis-server'
    const place = isRedis ? { name: '0', port: await startRedis(service, join(folder, name)) } : await makeDatabase()
    places.set(name, place)
    await until(() => isHealthy(service, place.port), `${name} to be healthy`)
  }
  const [bot] = bots
  const answer = await post(`${bot?.url}/api/chat`, { text: 'what are your opening hours?' })
  const check = spawnSync(process.execPath, image.healthCheck.slice(1), { env: { PORT: new URL(bot?.url ?? '').port } })
  const keys = (name: string) => keysOf(services[name] ?? {}, places.get(name)?.port ?? 0)
  const [queued, cached] = [keys('queue'), keys('cache')]
  const code = await bot?.end('SIGTERM')

  expect([...places.keys()]).toEqual(['postgres', 'queue', 'cache'])
  expect(JSON.stringify(answer.body)).toContain('Monday to Friday')
  expect(check.status).toBe(0)
  expect(queued).toMatch(/^\{tuppence/m)
  expect(queued).not.toContain('limit')
  expect(cached).toContain('tuppence:limit:')
  expect(code).toBe(0)
  expect(bot?.errors()).toMatch(/SIGTERM: finishing what was begun\.\n$/) // not cut short after nine seconds
}, 120_000)
