import { rmSync } from 'node:fs'
import { onTestFinished } from 'vitest'
import type { Config } from '../config/config.ts'
import { loadConfig } from '../config/load.ts'
import type { Store } from '../adapters/store/store.ts'
import type { Message } from '../src/core/message.ts'
import type { BotEvent } from '../src/core/ports.ts'
import { openModels, type Models } from '../src/open-models.ts'
import type { Allowance, Question } from '../src/models/question.ts'
import { writeCatalogue, type TestModel } from './catalogue.ts'
import { openEmptyStore } from './store.ts'
import { startModelServer, type ModelServer, type ModelServerOptions } from './servers/models.ts'

/** A folder of configuration with these models alone, removed when the test ends. */
export function writeTestCatalogue(models: readonly TestModel[], bot: Readonly<Record<string, unknown>> = {}): string {
  const folder = writeCatalogue(models, bot)
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** The real door to models, over a real store and stand-ins for providers. */
export interface ModelRig {
  readonly models: Models
  readonly store: Store
  readonly config: Config
  readonly events: BotEvent[]
  /** What a new message may use. */
  allowance(message?: Partial<Message>): Allowance
}

/** Opens the models of a catalogue over a store of its own. */
export async function openRig(
  models: readonly TestModel[],
  bot: Readonly<Record<string, unknown>> = {},
): Promise<ModelRig & { readonly close: () => Promise<void> }> {
  const folder = writeCatalogue(models, bot)
  const config = loadConfig({ TUPPENCE_CONFIG_DIR: folder })
  const store = await openEmptyStore()
  const events: BotEvent[] = []
  const ledger = store.ledger({ zone: config.budget.timeZone, limit: () => config.budget.dailyLimit })
  const observer = { receipt: () => {}, event: (event: BotEvent) => void events.push(event) }
  const opened = openModels(config, { ledger, observer })
  return {
    models: opened,
    store,
    config,
    events,
    allowance: (message) => opened.allowanceFor({ ...anyMessage, ...message }, () => {}),
    close: async () => {
      await opened.close()
      await store.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** The same, closed when the test ends. */
export async function openModelRig(
  models: readonly TestModel[],
  bot: Readonly<Record<string, unknown>> = {},
): Promise<ModelRig> {
  const rig = await openRig(models, bot)
  onTestFinished(() => rig.close())
  return rig
}

/** A stand-in that is closed when the test ends. */
export async function startTestServer(options: ModelServerOptions): Promise<ModelServer> {
  const server = await startModelServer(options)
  onTestFinished(() => server.close())
  return server
}

export const anyMessage: Message = {
  tenant: 'default',
  id: 'anna/1',
  channel: 'web',
  conversation: 'c-1',
  address: {},
  author: { id: 'anna' },
  text: 'What is the meaning of this?',
  isPrivate: true,
  receivedAt: new Date('2026-11-21T10:00:00Z'),
}

/** A question of tier 3 that takes any answer with a word in it. */
export const anyQuestion: Question<string> = {
  purpose: 'answer',
  needs: ['answer'],
  tier: 3,
  usual: { promptTokens: 100, outputTokens: 50 },
  maxOutputTokens: 100,
  prompt: () => ({
    instructions: 'Answer.',
    messages: [{ role: 'user', text: 'What is the meaning of this?' }],
    maxOutputTokens: 100,
  }),
  read: ({ text }) => ({ kind: 'good', value: text }),
}
