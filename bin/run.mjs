// node bin/run.mjs FILE.ts [arguments]: runs one TypeScript file of the checkout, for example a benchmark.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { runTypeScript, start } from './bootstrap.mjs'

const [file, ...args] = process.argv.slice(2)
if (file && existsSync(file)) await start(() => runTypeScript(resolve(file), args))
else {
  process.stderr.write(
    `${file ? `${file} does not exist.` : 'No file given.'} Usage: node bin/run.mjs bench/bench.ts\n`,
  )
  process.exitCode = 2
}
