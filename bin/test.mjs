// npm test [-- filter]: Node, packages, the servers that the chosen tests need, then vitest; stops what it started.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { ensureNode, ensurePackages, environmentFor, root, run, start } from './bootstrap.mjs'
import { installFromDistribution, kinds } from './servers.mjs'

await start(async () => {
  const args = process.argv.slice(2)
  const node = await ensureNode()
  await ensurePackages(node, { tools: 'required' })
  process.exitCode = await test(node, args)
})

async function test(node, args) {
  rmSync(join(root, 'test-results'), { recursive: true, force: true })
  const wanted = wantedKinds(args).filter((kind) => !process.env[kind.variable])
  installFromDistribution(wanted.filter((kind) => !kind.find()))
  const missing = wanted.filter((kind) => !kind.find())
  announce(missing)

  const environment = environmentFor(node)
  const servers = []
  let endedBy
  const remember = (signal) => {
    endedBy = signal
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, remember)
  try {
    for (const kind of wanted.filter((one) => !missing.includes(one))) {
      const server = await kind.start(kind.find())
      servers.push(server)
      environment[kind.variable] = server.address
    }
    if (endedBy) return 1
    const status = await run(
      node,
      [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--root', root, ...args],
      environment,
    )
    announce(missing)
    return status === 0 && (endedBy || (missing.length > 0 && process.env.CI === 'true')) ? 1 : status
  } finally {
    for (const server of servers) await server.stop()
  }
}

/** The kinds of which at least one test file would run under these arguments. */
function wantedKinds(args) {
  const filters = args.filter((argument) => !argument.startsWith('-')).map((filter) => filter.toLowerCase())
  const files = testFiles('test').filter(
    (file) => filters.length === 0 || filters.some((filter) => file.toLowerCase().includes(filter)),
  )
  return kinds.filter((kind) => files.some((file) => file.endsWith(kind.ending)))
}

function testFiles(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? testFiles(`${folder}/${entry.name}`) : [`${folder}/${entry.name}`],
  )
}

function announce(missing) {
  for (const { name, needs, packages } of missing) {
    process.stderr.write(
      `Not run: the ${name} tests (${needs} not found; install it, for example: apt-get install ${packages.join(' ')})\n`,
    )
  }
}
