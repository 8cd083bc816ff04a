import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv } from 'ajv'
import { expect, test } from 'vitest'
import { secretNames, variableNames } from '../../config/environment.ts'
import { composeText, fillIn, readComposeFile, readYaml, type ComposeService } from './compose-file.ts'

const root = new URL('../../', import.meta.url)
const { services, networks } = readComposeFile()
const bot = services['bot'] ?? {}
const each: readonly [string, ComposeService][] = Object.entries(services)

/** The schema, with the formats that it names and leaves to compose. */
function compileSchema() {
  const schema = JSON.parse(readFileSync(new URL('test/fixtures/compose/compose-spec.json', root), 'utf8'))
  delete schema.$schema // its address is not quite that of the draft it is written in
  const ajv = new Ajv({ strict: false, allErrors: true }).removeKeyword('id') // an older draft's word for `$id`
  ajv.addFormat('duration', /^(?:\d+(?:us|ms|s|m|h))+$/)
  ajv.addFormat('ports', /^(?:[\d.]+:)?(?:\d+|\$\{\w+:-\d+\}):\d+$/)
  ajv.addFormat('expose', /^\d+$/)
  ajv.addFormat('subnet_ip_address', /^[\d.]+\/\d+$/)
  return ajv.compile(schema)
}

const isComposeFile = compileSchema()

test('docker-compose.yml is a compose file, by the schema of the Compose Specification', () => {
  isComposeFile(readComposeFile())

  expect(isComposeFile.errors).toBeNull()
})

test.each([
  ['a key that compose does not know', 'stop_grace: 3s'],
  ['a list where a truth value belongs', 'read_only: [yes, no]'],
  ['a duration without a unit', "stop_grace_period: '15'"],
  ['a condition that does not exist', 'depends_on: { queue: { condition: service_ready } }'],
])('the schema refuses %s', (_, line) => {
  expect(isComposeFile({ services: { bot: { image: 'tuppence', ...readYaml(line) } } })).toBe(false)
})

test('without a profile the bot starts with Postgres and two Redis; profiles add local models and monitoring', () => {
  const inProfile = (profile?: string) =>
    each.filter(([, { profiles = [] }]) => profiles.join() === (profile ?? '')).map(([name]) => name)

  expect(inProfile()).toEqual(['bot', 'postgres', 'queue', 'cache'])
  expect(inProfile('local-models')).toEqual(['ollama'])
  expect(inProfile('monitoring')).toEqual(['prometheus', 'grafana'])
})

test('with docker compose the files of an own folder count, and the bot cannot change them', () => {
  expect(bot.volumes).toContain('./own-config:/config:ro')
  expect(bot.environment?.['TUPPENCE_CONFIG_DIR']).toBe('/config')
})

test('every variable that the bot reads is handed in, but those that the image sets and the addresses of other servers', () => {
  const given = new Set(Object.keys(bot.environment ?? {}))
  const missing = variableNames.filter((name) => !given.has(name))

  expect(missing).toEqual(['PORT', 'HOST', 'TUPPENCE_DATA_DIR', 'SLACK_API_URL', 'DISCORD_API_URL'])
})

test('the bot is given longer to stop than the ten seconds it takes at most', () => {
  expect(bot.stop_grace_period).toBe('15s')
})

test('every secret may come from a file, but the addresses that compose itself makes', () => {
  const given = new Set(Object.keys(bot.environment ?? {}))
  const missing = [...secretNames].filter((name) => !given.has(`${name}_FILE`))

  expect(missing).toEqual(['DATABASE_URL', 'REDIS_URL', 'REDIS_CACHE_URL'])
})

test('every variable that compose reads is explained in .env.example', () => {
  const explained = readFileSync(new URL('.env.example', root), 'utf8')
  const read = [...composeText.matchAll(/\$\{(\w+?)(?:_FILE)?:-/g)].map(([, name = '']) => name)

  expect(read.filter((name) => !new RegExp(`^#?${name}=`, 'm').test(explained))).toEqual([])
})

test.each(each)('%s has no more rights than it needs, a limit for memory and for its log', (_, service) => {
  expect(service).toMatchObject({ cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] })
  expect(service.mem_limit).toMatch(/^\d+[mg]$/)
  expect(service.logging?.options).toEqual({ 'max-size': '10m', 'max-file': '5' })
  expect(service.privileged).toBeUndefined()
})

test('what other machines reach is decided by the owner: ports are open to this one only', () => {
  const ports = each.flatMap(([, service]) => service.ports ?? [])

  expect(ports).toHaveLength(3)
  expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
})

test('the bot is built from this checkout, and every other image has an exact version', () => {
  const images = each.map(([, { image = 'none' }]) => image)

  expect(images.filter((image) => !/^[\w/]+:v?\d+\.\d+(?:\.\d+)?$/.test(image))).toEqual(['none'])
})

test('Postgres and both Redis are reached by the bot alone, and can write nothing but their own data', () => {
  const inside = each.filter(([, service]) => service.networks?.includes('inside')).map(([name]) => name)

  expect(networks['inside']).toEqual({ internal: true })
  expect(inside).toEqual(['bot', 'postgres', 'queue', 'cache'])
  for (const name of inside) expect(services[name]?.read_only).toBe(true)
  for (const name of ['postgres', 'queue', 'cache']) expect(services[name]?.networks).toEqual(['inside'])
})

test('the file names that services share with this folder exist, but the folders of your own', () => {
  const shared = each.flatMap(([, { volumes = [] }]) => volumes.map((volume) => volume.split(':')[0] ?? ''))
  const missing = shared.filter((path) => path.startsWith('./') && !existsSync(new URL(path, root)))

  expect(missing.toSorted()).toEqual(['./own-config', './own-secrets'])
})

test('Prometheus is started with the admin token in a file, and says what is missing without it', () => {
  const [program = '', option = ''] = services['prometheus']?.entrypoint ?? []
  const folder = mkdtempSync(join(tmpdir(), 'tuppence-compose-'))
  const script = fillIn(services['prometheus']?.command?.[0] ?? '', {})
    .replace('/bin/prometheus', 'echo')
    .replaceAll('/tmp/', `${folder}/`)
  const start = (token: string) =>
    spawnSync(program, [option, script], { env: { ...process.env, TUPPENCE_ADMIN_TOKEN: token }, encoding: 'utf8' })

  const without = start('')
  const started = start('a-token-of-16-characters')
  const written = readFileSync(join(folder, 'tuppence-admin-token'), 'utf8')

  rmSync(folder, { recursive: true })
  expect(without).toMatchObject({ status: 1, stderr: expect.stringContaining('TUPPENCE_ADMIN_TOKEN in .env') })
  expect(started).toMatchObject({ status: 0, stdout: expect.stringContaining('--config.file=/etc/prometheus') })
  expect(written).toBe('a-token-of-16-characters')
})

test('Grafana finds its Prometheus and its dashboard', () => {
  const read = (file: string) => readYaml(readFileSync(new URL(`config/monitoring/grafana/${file}`, root), 'utf8'))
  const { datasources } = read('datasources/prometheus.yml')
  const { providers } = read('dashboards/tuppence.yml')
  const mounted = services['grafana']?.volumes ?? []

  expect(new URL(datasources[0].url).hostname in services).toBe(true)
  expect(mounted).toContain('./config/monitoring/grafana:/etc/grafana/provisioning:ro')
  expect(mounted).toContain(`./config/monitoring/grafana-dashboard.json:${providers[0].options.path}/tuppence.json:ro`)
})
