import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { newDataFolder } from '../data-folder.ts'
import { jsonLines, shell, tuppence } from './cli-process.ts'

/** One folder for all commands of this file that talk to a bot: they take turns. */
const folder = newDataFolder()
const environment = { TUPPENCE_DATA_DIR: folder }
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('help', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the commands', async (args) => {
    const { code, stdout, stderr } = await tuppence(args)

    expect([code, stderr]).toEqual([0, ''])
    for (const name of ['start', 'chat', 'classify', 'train', 'evaluate', 'doctor'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'))
  })

  test('of every command in the list names the command and shows how to use it', async () => {
    const names = [...(await tuppence([])).stdout.matchAll(/^ {2}(\S+) /gm)].map((found) => found[1] ?? '')

    const helps = await Promise.all(names.map(async (name) => [name, await tuppence([name, '--help'])] as const))

    expect(helps.length).toBeGreaterThanOrEqual(6)
    for (const [name, { code, stdout, stderr }] of helps) {
      expect([name, code, stderr]).toEqual([name, 0, ''])
      expect(stdout).toMatch(new RegExp(`tuppence ${name}\\b`))
      expect(stdout.length).toBeGreaterThan(100)
    }
  })

  test('--version is one line', async () => {
    expect(await tuppence(['--version'])).toEqual({
      code: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      stderr: '',
    })
  })
})

describe('wrong usage', () => {
  test.each([
    ['an unknown command', ['strat'], 'known: start, chat'],
    ['a flag for a command', ['--once', 'hello'], '--once'],
    ['an unknown flag of chat', ['chat', '--onse', 'hello'], '--onse'],
    ['a text where none belongs', ['chat', 'hello'], 'tuppence chat --once'],
    ['nothing after --once', ['chat', '--once'], '--once'],
    ['an empty --once', ['chat', '--once', '  '], '--once is empty'],
    ['an argument for start', ['start', 'now'], 'start takes no argument "now"'],
    ['a role for start that is none', ['start', '--roles', 'work,sned'], '"sned" is no role'],
    ['an argument for doctor', ['doctor', 'me'], '"me"'],
    ['a model that is not there', ['classify', '--model', '/nowhere/x.tpnc'], '/nowhere/x.tpnc'],
    ['a file that is not there', ['classify', '/nowhere/messages.txt'], '/nowhere/messages.txt'],
    ['train without data', ['train'], '--data'],
    ['evaluate without a model', ['evaluate', '--data', '/nowhere/x.jsonl'], '--model'],
  ])('%s is one line that names it, and exit code 2', async (_, args, named) => {
    const { code, stdout, stderr } = await tuppence(args, { environment })

    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(/^tuppence: [^\n]+\n$/)
    expect(stderr).toContain(named)
  })

  test('a wrong configuration is told in full, before anything is opened, without its secrets', async () => {
    const wrong = {
      PORT: 'eighty',
      LOG_LEVEL: 'loud',
      TUPPENCE_DATADIR: 'x',
      TUPPENCE_ADMIN_TOKEN: 'sesame',
      SLACK_BOT_TOKEN: 'my-slack-secret',
    }

    const { code, stdout, stderr } = await tuppence(['start'], { environment: { ...environment, ...wrong } })

    expect([code, stdout]).toEqual([2, ''])
    for (const name of Object.keys(wrong)) expect(stderr).toContain(name)
    expect(stderr).not.toMatch(/sesame|my-slack-secret/)
  })
})

describe('chat', () => {
  test('--once prints the answer, its buttons with their numbers, and ends', async () => {
    const { code, stdout, stderr } = await tuppence(['chat', '--once', 'I was charged twice for order 1042'], {
      environment,
    })

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain('order 1042')
    expect(stdout).toContain('[1] Talk to a person')
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\*\*/u)
  })

  test('--receipt adds why and what it cost; a kept file that is refused is told on standard error', async () => {
    await writeFile(join(folder, 'recalibration.json'), 'damaged')
    const { stdout, stderr } = await tuppence(['chat', '--once', 'What does Plus cost?', '--receipt'], { environment })
    await rm(join(folder, 'recalibration.json'))

    expect(stdout).toMatch(/\(general\.prices \d+ % by \w+; .*cost \$0/)
    expect(stderr).toMatch(/^tuppence: recalibration\.json was refused \(it is not JSON\..* of bot\.yaml applies\.\n$/)
  })

  test('a pipe is answered line by line, in order, as JSON Lines and nothing else', async () => {
    const input = 'What does Plus cost?\n\n   \r\nHow long is the warranty?\nWhen are you open?'

    const { code, stdout, stderr } = await tuppence(['chat', '--json'], { environment, input })
    const answers = jsonLines(stdout)

    expect([code, stderr]).toEqual([0, ''])
    expect(answers.map(({ receipt }) => (receipt as { intent: string }).intent)).toEqual([
      'general.prices',
      'general.warranty',
      'general.opening-hours',
    ])
    expect(new Set(answers.map(({ conversation }) => conversation)).size).toBe(1)
    for (const answer of answers)
      expect(Object.keys(answer).toSorted()).toEqual(['conversation', 'message', 'receipt', 'replies'])
  })

  test('a number presses the button with that number, and one without a button is a message', async () => {
    const { stdout } = await tuppence(['chat', '--json'], { environment, input: "I can't log in\n2\n99\n" })
    const [asked, pressed, written] = jsonLines(stdout)

    expect(asked?.['replies']).toMatchObject([
      { actions: expect.arrayContaining([{ id: expect.any(String), label: 'No code arrives' }]) },
    ])
    expect(pressed?.['receipt']).toMatchObject({ stage: 'button' })
    expect(written?.['receipt']).not.toMatchObject({ stage: 'button' })
  })

  test('an empty pipe is no message and no error', async () => {
    expect(await tuppence(['chat'], { environment })).toEqual({ code: 0, stdout: '', stderr: '' })
  })

  test('text that would steer a terminal does not come back as such', async () => {
    const input = 'My discount code does not work\n\u001B]0;owned\u0007\u001B[2J\u202Eevil\u0000\n'

    const { code, stdout } = await tuppence(['chat'], { environment, input })

    expect(code).toBe(0)
    expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}|\u202E/u)
  })
})

describe('classify', () => {
  test('reads lines from standard input and prints JSON Lines', async () => {
    const { code, stdout, stderr } = await tuppence(['classify'], {
      environment,
      input: 'What does Plus cost?\nHow long is the warranty?\n',
    })

    expect([code, stderr]).toEqual([0, ''])
    expect(jsonLines(stdout)).toMatchObject([
      {
        text: 'What does Plus cost?',
        intent: 'general.prices',
        agent: 'general',
        confidence: expect.any(Number),
        stage: expect.any(String),
        candidates: expect.any(Array),
        evidence: expect.any(Array),
      },
      { intent: 'general.warranty' },
    ])
  })

  test('reads JSON Lines too, and names the line that is none', async () => {
    const good = await tuppence(['classify'], { environment, input: '{"text":"What does Plus cost?"}\n' })
    const bad = await tuppence(['classify'], { environment, input: '{"text":"hello"}\nnot json\n' })

    expect(jsonLines(good.stdout)).toMatchObject([{ intent: 'general.prices' }])
    expect(bad).toMatchObject({ code: 2, stderr: expect.stringMatching(/^tuppence: [^\n]*2[^\n]*\n$/) })
  })
})

describe('a reader who has seen enough', () => {
  test.each([
    ['of the help', '$TUPPENCE --help | head -c 1'],
    ['of classify', 'yes "where is my order?" | head -20000 | $TUPPENCE classify | head -1'],
    ['of chat', 'yes "where is my order?" | head -200 | $TUPPENCE chat --json | head -1'],
  ])('%s ends it quietly', async (_, line) => {
    const { code, stdout, stderr } = await shell(line, { environment })

    expect([code, stderr]).toEqual([0, ''])
    expect(stdout.length).toBeGreaterThan(0)
  })

  test('leaves a data folder that the next command can use', async () => {
    await shell('yes "where is my order?" | head -50 | $TUPPENCE chat | head -1', { environment })

    expect((await tuppence(['chat', '--once', 'hello'], { environment })).code).toBe(0)
  })
})

describe('doctor', () => {
  test('says what is there and what is missing', async () => {
    const { code, stdout, stderr } = await tuppence(['doctor', '--json'], { environment })

    expect([code, stderr]).toEqual([0, ''])
    expect(jsonLines(stdout)).toMatchObject([
      {
        findings: expect.arrayContaining([
          { part: 'store', state: 'ok', detail: expect.stringContaining(folder) },
          expect.objectContaining({ part: 'slack', state: 'missing' }),
        ]),
      },
    ])
  })

  test('prints no secret, not even of what does not work, and then exits with 1', async () => {
    const tokenFile = join(folder, 'discord-token')
    await writeFile(tokenFile, 'canary-discord-token-00000000')
    const secrets = {
      TUPPENCE_ADMIN_TOKEN: 'canary-admin-token-0000',
      SLACK_BOT_TOKEN: 'xoxb-canary-slack',
      SLACK_APP_TOKEN: 'xapp-canary-slack',
      SLACK_API_URL: 'http://127.0.0.1:1/api/',
      DISCORD_TOKEN_FILE: tokenFile,
      DISCORD_API_URL: 'http://127.0.0.1:1/api',
      DATABASE_URL: 'postgres://canary-user:canary-password@127.0.0.1:1/canary-base',
      REDIS_URL: 'redis://:canary-password@127.0.0.1:1',
    }

    const given = { environment: { ...environment, ...secrets } }
    const looks = await Promise.all([['doctor'], ['doctor', '--json']].map((args) => tuppence(args, given)))

    for (const { code, stdout, stderr } of looks) {
      expect(code).toBe(1)
      expect(stdout).toMatch(/failed/i)
      expect(stdout + stderr).not.toContain('canary')
    }
  })
})

test.each([
  ['thrown', "throw new TypeError('a surprise')"],
  ['left in a promise', "void Promise.reject(new TypeError('a surprise'))"],
])('a fault of ours that is %s is one line that asks for a report, and exit code 1', async (_, statement) => {
  const preload = join(folder, 'surprise.mjs')
  await writeFile(preload, `setTimeout(() => { ${statement} }, 50)\n`)

  const { code, stderr } = await tuppence(['chat', '--once', 'hello'], {
    environment: { ...environment, NODE_OPTIONS: `--import=${preload}` },
  })

  expect(code).toBe(1)
  expect(stderr).toMatch(
    /^tuppence: a fault of Tuppence itself: TypeError: a surprise.*Please report this line[^\n]*\n$/,
  )
})

test('a bare wish to cancel stands between order and plan, so that the bot asks which', async () => {
  const input = 'cancel\ncancel it\nplease cancel\ni want to cancel\n'
  const { stdout } = await tuppence(['classify'], { environment, input })

  const both = new Set(['account.cancel-order', 'account.cancel-plan'])
  for (const line of jsonLines(stdout)) {
    const [first, second] = line['candidates'] as { intent: string; confidence: number }[]
    expect(new Set([first?.intent, second?.intent])).toEqual(both)
    expect(first?.confidence).toBeLessThan(0.8)
    expect(second?.confidence).toBeGreaterThanOrEqual(0.15)
  }
  expect(jsonLines(stdout)).toHaveLength(4)
})
