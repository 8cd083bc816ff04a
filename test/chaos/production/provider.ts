import { rm } from 'node:fs/promises'
import { costOf, type MicroDollars } from '../../../src/core/money.ts'
import { writeCatalogue } from '../../catalogue.ts'
import { seeded } from '../../random.ts'
import { type ModelServer, startModelServer } from '../../servers/models.ts'
import type { ModelServerFault } from '../../servers/models-faults.ts'

/** A provider of the run's own, whose meter tells what all bots together have spent. */
export interface PaidModel {
  /** What makes a bot ask it, under the day's limit. */
  readonly environment: Readonly<Record<string, string>>
  readonly dailyLimit: MicroDollars
  /** By the provider's own record: what it took is billed, whether or not somebody was there for the answer. */
  billed(): MicroDollars
  requests(): number
  close(): Promise<void>
}

/** Dollars per million tokens. */
const price = { input: 0.2, output: 0.8 }
const rates = { input: 200_000, cached: 200_000, cacheWrite: 200_000, output: 800_000 }

/** Of a hundred requests so many go wrong in each way. */
const faults: readonly (readonly [number, ModelServerFault])[] = [
  [3, { kind: 'hang' }],
  [4, { kind: 'drop' }],
  [3, { kind: 'cut' }],
  [4, { kind: 'rate-limited', retryAfter: '1' }],
  [3, { kind: 'status', status: 503 }],
  [2, { kind: 'wrong-shape' }],
]

/** Says of each message that it means no intent, and of each question that no article answers it. */
function answerTo({ instructions }: { readonly instructions: string }): string {
  return instructions.startsWith('You sort messages')
    ? JSON.stringify({ intent: 'none', confidence: 0.9 })
    : JSON.stringify({ answer: '', sources: [], lookUp: 'none', canAnswer: false })
}

/** @param dailyLimit of the installation; less than all questions would cost shows whether it is kept */
export async function openPaidModel(seed: number, dailyLimit: MicroDollars): Promise<PaidModel> {
  const random = seeded(seed + 2)
  const server: ModelServer = await startModelServer({
    protocol: 'openai',
    answer: answerTo,
    fault: () => {
      let left = random() * 100
      return faults.find(([share]) => (left -= share) < 0)?.[1]
    },
  })
  const model = { alias: 'paid', provider: 'openai', server, tier: 2, price, timeoutSeconds: 3 } as const
  const folder = writeCatalogue([model], { budget: { dailyUsd: dailyLimit / 1_000_000 } })
  return {
    environment: { TUPPENCE_CONFIG_DIR: folder, OPENAI_API_KEY: 'sk-example', TZ_BUDGET: 'UTC' },
    dailyLimit,
    billed: () => costOf(server.meter, rates),
    requests: () => server.requests.length,
    close: async () => {
      await server.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}
