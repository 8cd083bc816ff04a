import { createRequire, flushCompileCache } from 'node:module'
import { setTimeout as pause } from 'node:timers/promises'

/* One of the starts that are compared; tells its memory once everything is ready. */
switch (process.argv[2]) {
  case 'libraries':
    await Promise.all([import('@slack/bolt'), import('discord.js')])
    break
  case 'bot': {
    const [{ loadConfig }, { startBot }] = await Promise.all([
      import('../config/load.ts'),
      import('../src/assemble.ts'),
    ])
    await startBot(loadConfig(process.env), 'configured')
    break
  }
  case 'configuration':
  case 'classifier': {
    const { loadConfig } = await import('../config/load.ts')
    const config = loadConfig(process.env)
    if (process.argv[2] === 'configuration') break
    const { openClassifier } = await import('../src/classifier.ts')
    const classifier = await openClassifier(config)
    classifier.classify('where is my refund?')
    break
  }
  default:
}
const { user, system } = process.cpuUsage()
const files = Object.keys(createRequire(import.meta.url).cache).filter((file) =>
  /@slack|discord\.?js/.test(file),
).length
flushCompileCache() // a program that ends by itself does so at its end; this one is killed
process.send?.({ rss: process.memoryUsage.rss(), cpuMs: (user + system) / 1000, files })
await pause(60_000) // until it is ended
