// npm run check [-- --fix] [format lint types unused tests]: every check, all of them even after a failure.
import { join } from 'node:path'

import { ensureNode, ensurePackages, root, run, start } from './bootstrap.mjs'

const tool = (file) => join(root, 'node_modules', file)
const steps = {
  format: (isFix) => [tool('oxfmt/bin/oxfmt'), isFix ? '--write' : '--check'],
  lint: (isFix) => [tool('oxlint/bin/oxlint'), ...(isFix ? ['--fix'] : [])],
  types: () => [tool('typescript/bin/tsc'), '--noEmit'],
  unused: () => [tool('knip/bin/knip.js'), '--no-config-hints'],
  tests: () => [join(root, 'bin/test.mjs')],
}

await start(async () => {
  const args = process.argv.slice(2)
  const isFix = args.includes('--fix')
  const chosen = args.filter((argument) => argument !== '--fix')
  const unknown = chosen.filter((name) => !Object.hasOwn(steps, name))
  if (unknown.length > 0) {
    process.stderr.write(`Unknown check: ${unknown.join(', ')}; known: ${Object.keys(steps).join(', ')}.\n`)
    process.exitCode = 2
    return
  }
  process.chdir(root)
  const node = await ensureNode()
  await ensurePackages(node, { tools: 'required' })

  const failed = []
  for (const name of chosen.length > 0 ? chosen : Object.keys(steps)) {
    process.stdout.write(`\n── ${name}\n`)
    if ((await run(node, steps[name](isFix))) !== 0) failed.push(name)
  }
  process.stdout.write(failed.length > 0 ? `\nFailed: ${failed.join(', ')}\n` : '\nAll checks passed.\n')
  process.exitCode = failed.length > 0 ? 1 : 0
})
