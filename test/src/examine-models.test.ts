import { once } from 'node:events'
import { rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { loadConfig } from '../../config/load.ts'
import type { Finding } from '../../handlers/cli/doctor.ts'
import { examineModels } from '../../src/examine-models.ts'
import { loadOwn, modelsYaml } from '../config/own-models.ts'
import { newDataFolder } from '../data-folder.ts'
import { jsonLines, tuppence, type Ended } from './cli-process.ts'

const now = new Date('2026-11-21T12:00:00Z')
const rightKey = 'sk-right-canary-51c7'
const wrongKey = 'sk-wrong-canary-93ab'

/** Lists of models as OpenAI gives them to whoever has the key, and Ollama to everybody. Gives its address. */
async function startLists({ pulled = [] }: { readonly pulled?: readonly string[] } = {}): Promise<string> {
  const server = createServer((request, response) => {
    const send = (status: number, body: object): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    }
    const { url, headers } = request
    if (url === '/api/tags') return send(200, { models: pulled.map((name) => ({ name, model: name })) })
    if (url !== '/v1/models') return send(404, { error: { message: 'no such path' } })
    if (headers.authorization === `Bearer ${rightKey}`) return send(200, { object: 'list', data: [] })
    send(401, { error: { message: `Incorrect API key provided: ${headers.authorization}.`, code: 'invalid_api_key' } })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  const address = server.address()
  return `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`
}

/** The command itself, on a data folder of its own. */
async function run(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<Ended> {
  const folder = newDataFolder()
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return await tuppence(['doctor', ...args], { environment: { TUPPENCE_DATA_DIR: folder, ...environment } })
}

/** What it says as JSON, with its exit code. */
async function doctor(environment: Readonly<Record<string, string>>) {
  const { code, stdout, stderr } = await run(['--json'], environment)
  const [told] = jsonLines(stdout)
  return { code, findings: told?.['findings'], said: stdout + stderr }
}

function detailsOf(findings: readonly Finding[], part: string): readonly string[] {
  return findings.filter((finding) => finding.part === part).map(({ state, detail }) => `${state}: ${detail}`)
}

test('without a key and without Ollama the command names every variable and the models it would light up', async () => {
  const { code, findings } = await doctor({})

  expect(code).toBe(0)
  expect(findings).toContainEqual({
    part: 'models',
    state: 'missing',
    detail:
      'none (profile hybrid): every answer is free; would light up: OLLAMA_HOST for local; OPENAI_API_KEY for mini, sol; GEMINI_API_KEY for flash-lite, flash; ANTHROPIC_API_KEY for haiku, medium, large',
  })
  expect(findings).toContainEqual({
    part: 'budget',
    state: 'missing',
    detail: expect.stringMatching(/^\$100\.00 a day .*nothing to spend it on$/),
  })
})

test('with a key the command lists the models it lit up, and that their server answers', async () => {
  const url = await startLists()

  const { code, findings } = await doctor({ OPENAI_API_KEY: rightKey, OPENAI_BASE_URL: `${url}/v1` })

  expect(code).toBe(0)
  expect(findings).toContainEqual({ part: 'openai', state: 'ok', detail: `${new URL(url).host} answers` })
  expect(findings).toContainEqual({
    part: 'models',
    state: 'ok',
    detail: expect.stringMatching(/^profile hybrid: mini \(tier 2\), sol \(tier 3\); would light up: OLLAMA_HOST/),
  })
})

test('a wrong key fails by the name of its variable, and is never printed', async () => {
  const url = await startLists()

  const { code, findings, said } = await doctor({ OPENAI_API_KEY: wrongKey, OPENAI_BASE_URL: `${url}/v1` })

  expect(code).toBe(1)
  expect(findings).toContainEqual({
    part: 'openai',
    state: 'failed',
    detail: `${new URL(url).host}: it refuses the key (401); check OPENAI_API_KEY`,
  })
  expect(said).not.toContain(wrongKey)
})

test('to a reader a wrong key is FAILED, without the key', async () => {
  const url = await startLists()

  const { code, stdout, stderr } = await run([], { OPENAI_API_KEY: wrongKey, OPENAI_BASE_URL: `${url}/v1` })

  expect([code, stderr]).toEqual([1, ''])
  expect(stdout).toMatch(/^FAILED +openai +127\.0\.0\.1:\d+: it refuses the key \(401\); check OPENAI_API_KEY$/m)
  expect(stdout).not.toContain(wrongKey)
})

test('a wrong key of an entry with its own address is told by its own variable', async () => {
  const url = await startLists()
  const tools = {
    alias: 'tools',
    provider: 'openai',
    model: 'x',
    tier: 1,
    baseUrl: `${url}/v1`,
    apiKeyEnv: 'TOOLS_KEY',
  }
  const config = loadOwn({ 'models.yaml': modelsYaml(tools) }, { TOOLS_KEY: wrongKey })

  const findings = await examineModels(config, now)

  expect(detailsOf(findings, 'openai')).toEqual([
    `failed: ${new URL(url).host}: it refuses the key (401); check TOOLS_KEY`,
  ])
})

test('a server without a key that wants one is told so', async () => {
  const url = await startLists()
  const bare = { alias: 'bare', provider: 'openai', model: 'x', tier: 1, baseUrl: `${url}/v1` }

  const findings = await examineModels(loadOwn({ 'models.yaml': modelsYaml(bare) }), now)

  expect(detailsOf(findings, 'openai')).toEqual([
    `failed: ${new URL(url).host}: it wants a key (401); name its variable in apiKeyEnv of the entry`,
  ])
})

test('an Ollama without the model says how to get it', async () => {
  const url = await startLists({ pulled: ['qwen3:8b'] })

  const findings = await examineModels(loadConfig({ OLLAMA_HOST: url }), now)

  const { host } = new URL(url)
  expect(detailsOf(findings, 'ollama')).toEqual([
    `ok: ${host} answers`,
    `failed: ${host} has no llama3.2:3b; get it with: ollama pull llama3.2:3b`,
  ])
})

test('an Ollama with the model has nothing to say', async () => {
  const url = await startLists({ pulled: ['llama3.2:3b'] })

  expect(detailsOf(await examineModels(loadConfig({ OLLAMA_HOST: url }), now), 'ollama')).toEqual([
    `ok: ${new URL(url).host} answers`,
  ])
})

test('a limit of one message that is too small for a model names the model and the limit', async () => {
  const url = await startLists()
  const environment = { OPENAI_API_KEY: rightKey, OPENAI_BASE_URL: `${url}/v1`, REQUEST_BUDGET_USD: '0.004' }

  const findings = await examineModels(loadConfig(environment), now)

  // sol: 400 tokens of answer at $10 a million are $0.004, and leave nothing for a prompt.
  const [, ...leftOut] = detailsOf(findings, 'budget')
  expect(leftOut).toEqual([
    'missing: $0.004 a message leaves sol 0 bytes of prompt, too few to answer from an article; raise REQUEST_BUDGET_USD to use it',
  ])
})

test.each([
  ['2026-12-10', 'ok: old ends on 2026-12-10; enter its successor in models.yaml'],
  ['2026-11-01', 'failed: old ended on 2026-11-01; enter its successor in models.yaml'],
])('a model that ends on %s is told before and after', async (retiresOn, told) => {
  const url = await startLists()
  const old = {
    alias: 'old',
    provider: 'openai',
    model: 'x',
    tier: 1,
    baseUrl: `${url}/v1`,
    retiresOn,
    apiKeyEnv: 'KEY',
  }

  const findings = await examineModels(loadOwn({ 'models.yaml': modelsYaml(old) }, { KEY: rightKey }), now)

  expect(detailsOf(findings, 'models')).toContain(told)
})

test('a local model whose Ollama is in a cloud is not asked, and no variable would light it up', async () => {
  const local = { alias: 'local', provider: 'ollama', model: 'llama3.2:3b', tier: 1 }
  const config = loadOwn({ 'models.yaml': modelsYaml(local) }, { OLLAMA_HOST: 'https://ollama.com' })

  const findings = await examineModels(config, now)

  expect(detailsOf(findings, 'models')).toEqual([
    'missing: none (profile hybrid): every answer is free',
    'failed: local: ollama.com is no machine of your own; write tier 2 or above, and its price',
  ])
  expect(detailsOf(findings, 'ollama')).toEqual([])
})

test('a machine without a time zone is told which variable sets one', async () => {
  const { code, findings } = await doctor({ TZ: ':/etc/localtime' })

  expect(code).toBe(0)
  expect(findings).toContainEqual({
    part: 'budget',
    state: 'missing',
    detail: expect.stringMatching(/^environment: TZ_BUDGET: is not set, .*UTC; set it to one like Europe\/Berlin$/),
  })
  expect(findings).toContainEqual({
    part: 'budget',
    state: 'missing',
    detail: expect.stringContaining('a day (UTC)'),
  })
})
