#!/usr/bin/env node
// The command: brings Node and the packages when they are missing, then runs src/cli.ts.
import { join } from 'node:path'

import { root, runTypeScript, start } from './bootstrap.mjs'

await start(() => runTypeScript(join(root, 'src/cli.ts'), process.argv.slice(2)))
