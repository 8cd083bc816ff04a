// node bin/run.mjs FILE.ts [arguments]: runs one file of the checkout, for example a benchmark. If it has a default
// export, that is called with the arguments, and the number it resolves to is the exit code.
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

import { runTypeScript, start } from './bootstrap.mjs'

const [file, ...args] = process.argv.slice(2)
if (file && existsSync(file)) {
  await start(async () => {
    const module = await runTypeScript(resolve(file), args)
    if (typeof module?.default === 'function') process.exitCode = await module.default(args)
  })
} else {
  process.stderr.write(
    `${file ? `${file} does not exist.` : 'No file given.'} Usage: node bin/run.mjs bench/intents.ts\n`,
  )
  process.exitCode = 2
}
