import { existsSync } from 'node:fs'
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createVisitor, type Exchange } from '../adapters/web/web-bot.ts'
import { startBotProcess, type BotProcess } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { jsonLines, tuppence } from './cli-process.ts'

let folder: string
let bot: BotProcess
let environment: Record<string, string>
let kept: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tuppence-start-'))
  const prepared = await readdir(process.env['TEST_PREPARED_FOLDER'] ?? '')
  kept = prepared.find((name) => name.startsWith('classifier-')) ?? ''
  await writeFile(join(folder, kept), 'damaged')
  environment = { TUPPENCE_DATA_DIR: folder }
  bot = await startBotProcess(folder)
})
afterAll(async () => {
  await bot.end('SIGTERM')
  await rm(folder, { recursive: true, force: true })
})

test('a second start on the same folder ends with 2 and names the folder and the process that has it', async () => {
  const { code, stdout, stderr } = await tuppence(['start'], { environment: { ...environment, PORT: '0' } })

  expect([code, stdout]).toEqual([2, ''])
  expect(stderr).toMatch(/^tuppence: [^\n]+\n$/)
  expect(stderr).toContain(folder)
  expect(stderr).toContain(String(bot.pid))
})

test('a kept classifier that is damaged is trained again at the start, and the bot says so', async () => {
  const metrics = await (await fetch(`${bot.url}/metrics`)).text()
  const bytes = await readFile(join(folder, kept))

  expect(metrics).toMatch(/^tuppence_events_total\{event="classifier\.refused"\} 1$/m)
  expect(bytes.equals(await readFile(join(process.env['TEST_PREPARED_FOLDER'] ?? '', kept)))).toBe(true)
})

test('chat beside a running bot talks to that one, with its receipts and buttons', async () => {
  const { code, stdout, stderr } = await tuppence(['chat', '--json'], {
    environment,
    input: "I can't log in\n2\nWhat does Plus cost?\n",
  })
  const answers = jsonLines(stdout)
  const metrics = await (await fetch(`${bot.url}/metrics`)).text()

  expect([code, stderr]).toEqual([0, ''])
  expect(answers).toMatchObject([
    { receipt: { intent: 'account.login-problem' } },
    { receipt: { stage: 'button' } },
    { receipt: { intent: 'general.prices' } },
  ])
  expect(answers[0]?.['conversation']).toMatch(/^web-/)
  expect(metrics).toMatch(/^tuppence_messages_answered_total\{channel="web".*stage="button"/m)
})

test('doctor beside a running bot says where it listens', async () => {
  const { code, stdout } = await tuppence(['doctor'], { environment })

  expect(code).toBe(0)
  expect(stdout).toContain(`held by the bot running at ${bot.url}`)
  expect(stdout).not.toMatch(/[\w-]{43}/)
})

test('a port that is taken ends the start with 2, and the data folder is free again', async () => {
  const own = newDataFolder()
  const port = new URL(bot.url).port

  const { code, stderr } = await tuppence(['start'], {
    environment: { TUPPENCE_DATA_DIR: own, PORT: port, LOG_LEVEL: 'silent' },
  })
  const isFree = !existsSync(join(own, 'lock'))
  await rm(own, { recursive: true, force: true })

  expect(code).toBe(2)
  expect(stderr).toMatch(
    new RegExp(
      `^tuppence: The server cannot listen on 127\\.0\\.0\\.1:${port} \\(EADDRINUSE\\)\\. [^\\n]*PORT[^\\n]*\\n$`,
    ),
  )
  expect(isFree).toBe(true)
})

test('a bot that is told to stop with work under way ends with 0 within ten seconds, and nothing accepted is lost', async () => {
  const own = newDataFolder()
  const first = await startBotProcess(own)
  const visitors = Array.from({ length: 60 }, () => createVisitor(first.url))
  await Promise.all(visitors.slice(0, 10).map((visitor, n) => visitor.say('hello', { id: `hello-${n}` })))

  const saying = visitors.map(
    async (visitor, n) => await visitor.say('What does Plus cost?', { id: `m-${n}` }).catch(() => undefined),
  )
  await Promise.race(saying)
  const begun = performance.now()
  const code = await first.end('SIGTERM')
  const tookMs = performance.now() - begun
  const answers = await Promise.all(saying)

  expect([code, first.errors()]).toEqual([0, expect.stringContaining('SIGTERM: finishing what was begun.')])
  expect(tookMs).toBeLessThan(10_000)
  expect(existsSync(join(own, 'running.json')) || existsSync(join(own, 'lock'))).toBe(false)
  await expectKept(own, visitors, answers)
  await rm(own, { recursive: true, force: true })
})

/** After the next start, every message that was acknowledged has exactly the answer it got. */
async function expectKept(
  own: string,
  visitors: readonly { cookie: () => string }[],
  answers: readonly (Exchange | undefined)[],
): Promise<void> {
  const second = await startBotProcess(own)
  const acknowledged = answers.flatMap((answer, n) =>
    answer?.status === 200 ? [{ answer: answer.body, cookie: visitors[n]?.cookie() ?? '' }] : [],
  )
  for (const { answer, cookie } of acknowledged) {
    const response = await fetch(`${second.url}/api/chat/${answer.conversation}`, { headers: { cookie } })
    const kept = (await response.json()) as Exchange['body']
    expect(kept.turns).toContainEqual(
      expect.objectContaining({ message: answer.message, isAnswered: true, replies: answer.replies }),
    )
  }
  await second.end('SIGTERM')
  expect(acknowledged.length).toBeGreaterThan(0)
}

test('what a killed bot left behind about itself does not mislead the next chat', async () => {
  const own = newDataFolder()
  const server = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  await writeFile(join(own, 'running.json'), JSON.stringify({ url: `http://127.0.0.1:${port}`, token: 'old' }))
  await writeFile(join(own, 'lock'), JSON.stringify({ pid: 2 ** 22 + 1, startedAt: 'long ago' }))

  const { code, stdout } = await tuppence(['chat', '--once', 'What does Plus cost?'], {
    environment: { TUPPENCE_DATA_DIR: own },
  })
  const isForgotten = !existsSync(join(own, 'running.json'))
  server.close()
  await rm(own, { recursive: true, force: true })

  expect(code).toBe(0)
  expect(stdout).toContain('Plus')
  expect(isForgotten).toBe(true)
})
