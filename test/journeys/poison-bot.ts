import { existsSync } from 'node:fs'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'

/*
 * The bot as it is, but for a fault that ends its process as soon as it tries to answer a message with the word "poison": until
 * the file named by the first argument is there, as after an update that mends the fault.
 */
const mended = process.argv[2] ?? ''
const mostTries = 5
await startBot(loadConfig(process.env), 'configured', {
  sweepEveryMs: 200,
  around: {
    store: (real) => ({
      ...real,
      inbox: {
        ...real.inbox,
        claim: async (...asked) => {
          const claim = await real.inbox.claim(...asked)
          const isPoison = claim?.message.text.includes('poison') === true && claim.tries <= mostTries
          if (isPoison && !existsSync(mended)) process.abort()
          return claim
        },
      },
    }),
  },
})
