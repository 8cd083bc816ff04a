import { rm } from 'node:fs/promises'
import { uuidv7 } from 'uuidv7'
import type { Store } from '../../../adapters/store/store.ts'
import { loadConfig } from '../../../config/load.ts'
import { handleMessage } from '../../../handlers/message.ts'
import { createRunningTurns } from '../../../handlers/running-turns.ts'
import type { TurnParts } from '../../../handlers/turn.ts'
import type { Conversation } from '../../../src/core/conversation.ts'
import type { Message } from '../../../src/core/message.ts'
import type { ModelSpec } from '../../../src/core/model.ts'
import type { Outcome } from '../../../src/core/outcome.ts'
import type { ReplyAction } from '../../../src/core/reply.ts'
import type { Ask } from '../../../src/models/question.ts'
import { openModels } from '../../../src/open-models.ts'
import { createTurnParts } from '../../../src/turn-parts.ts'
import { createInProcessCache } from '../../../adapters/cache/in-process.ts'
import { createInProcessLimits } from '../../../adapters/cache/limits-in-process.ts'
import { createInProcessLocks } from '../../../adapters/cache/locks-in-process.ts'
import { createInProcessQueue } from '../../../adapters/queue/in-process.ts'
import { newDataFolder } from '../../data-folder.ts'
import { writeCatalogue } from '../../catalogue.ts'
import { openEmptyStore } from '../../store.ts'
import type { Adversary } from './outputs.ts'

const now = new Date('2026-11-21T10:00:00Z')
const tenant = 'default'
const price = { input: 2, output: 10 }
/** No provider is spoken to here: what one would have sent comes from the adversary. */
const nowhere = { url: 'http://127.0.0.1:9/v1' }

/** One message that is about to be answered, in the conversation as it stands. */
export interface Scene {
  readonly name: string
  readonly message: Message
  readonly conversation: Conversation
}

/** The bot behind the door to models: the real store, dialogue, agents, prompts and checks, and models that write as told. */
export interface Stage {
  readonly store: Store
  readonly parts: TurnParts
  /** Every prompt so far, and how many outputs were read. */
  readonly prompts: string[]
  outputs(): number
  /** Says these texts one after the other; the last one is left unanswered. */
  scene(name: string, texts: readonly Line[], isPrivate?: boolean): Promise<Scene>
  /** What would be stored if models wrote this; undefined for models that never answer. */
  outcome(scene: Scene, adversary: Adversary | undefined): Promise<Outcome>
  close(): Promise<void>
}

/** A text, of another author perhaps; or a press of the newest button of this kind. */
export type Line =
  | string
  | { readonly text: string; readonly author: string }
  | { readonly presses: ReplyAction['meaning']['kind'] }

/** A word that stands only in the records of this customer. */
export function canaryOf(customer: string): string {
  return `Quill${customer.replace(/\W/g, '')}`
}

export async function openStage(): Promise<Stage> {
  const configFolder = writeCatalogue([
    { alias: 'cheap', provider: 'openai', server: nowhere, tier: 2, price },
    { alias: 'large', provider: 'anthropic', server: nowhere, tier: 4, price },
  ])
  const dataFolder = newDataFolder()
  const config = loadConfig({ TUPPENCE_CONFIG_DIR: configFolder, TUPPENCE_DATA_DIR: dataFolder })
  const store = await openEmptyStore(() => now)
  await store.plantSample(tenant, {
    ...config.sample,
    customers: config.sample.customers.map((customer) => ({
      ...customer,
      orders: customer.orders.map((order) => ({ ...order, items: `${order.items} ${canaryOf(customer.id)}` })),
    })),
  })
  const observer = { receipt: () => {}, event: () => {} }
  const ledger = store.ledger({ zone: config.budget.timeZone, limit: () => config.budget.dailyLimit })
  const models = openModels(config, { ledger, observer })
  const prompts: string[] = []
  const told = { adversary: undefined as Adversary | undefined, outputs: 0 }
  const parts = await createTurnParts(
    config,
    { store, observer, metrics: { text: async () => '', watch: () => {} }, now: () => now },
    {
      models: { ...models, ask: toAsk(models.catalogue.models(), told, prompts) },
      // Without room: every adversary is asked, also about what another one said something of.
      shared: {
        cache: createInProcessCache({ maximumBytes: 0 }),
        limits: createInProcessLimits(),
        locks: createInProcessLocks(),
        stop: async () => {},
      },
      isOfTeam: () => false,
      queue: createInProcessQueue({ onError: () => {} }),
      channels: new Map(),
      onStatus: () => {},
      onAnswered: () => {},
      running: createRunningTurns(),
    },
  )
  return {
    store,
    parts,
    prompts,
    outputs: () => told.outputs,
    scene: (name, lines, isPrivate = true) => playUpTo({ name, lines, isPrivate }, store, parts),
    outcome: async ({ message, conversation }, adversary) => {
      told.adversary = adversary
      return await handleMessage(message, conversation, parts)
    },
    close: async () => {
      await models.close()
      await store.close()
      await Promise.all([configFolder, dataFolder].map((folder) => rm(folder, { recursive: true, force: true })))
    },
  }
}

/** The door as it is when every provider answers at once: nothing between the question and what is read of its answer. */
function toAsk(
  models: readonly ModelSpec[],
  told: { readonly adversary: Adversary | undefined; outputs: number },
  prompts: string[],
): Ask {
  const turns = new WeakMap<object, number>()
  return async (question, allowance) => {
    allowance.budgetLevel = 'balanced'
    const model = models.findLast(({ tier }) => tier <= question.tier)
    const prompt = question.prompt({ promptBytes: 20_000 })
    if (told.adversary === undefined || model === undefined || prompt === undefined)
      return { kind: 'unanswered', because: 'failed', detail: 'server' }
    const shown = { instructions: prompt.instructions, question: prompt.messages.at(-1)?.text ?? '' }
    prompts.push(`${shown.instructions}\n${shown.question}`)
    const isAnswer = question.purpose !== 'classification'
    const turn = turns.get(allowance) ?? 0
    if (isAnswer) turns.set(allowance, turn + 1)
    told.outputs += 1
    const text = told.adversary({ ...shown, isAnswer, turn })
    const reading = question.read({ text, finish: 'stop', model: model.wireName, usage: undefined }, model)
    if (reading.kind === 'good') return { kind: 'answered', value: reading.value, model }
    return { kind: 'unanswered', because: 'rejected', detail: `${model.alias}: ${reading.because}` }
  }
}

interface Play {
  readonly name: string
  readonly lines: readonly Line[]
  readonly isPrivate: boolean
}

async function playUpTo({ name, lines, isPrivate }: Play, store: Store, parts: TurnParts): Promise<Scene> {
  const key = { tenant, conversation: uuidv7() }
  let buttons: readonly ReplyAction[] = []
  for (const [index, line] of lines.entries()) {
    const message: Message = {
      ...key,
      ...read(line, buttons),
      id: uuidv7(),
      channel: 'slack',
      address: {},
      isPrivate,
      receivedAt: now,
    }
    // Somebody of the team may press what a customer may not.
    await store.inbox.accept(message, { isAddressed: true, mayPressForOthers: true })
    const claim = await store.inbox.claim(key)
    const conversation = await store.conversations.load(key)
    if (claim === undefined || conversation === undefined) throw new Error('the message was not taken')
    if (index === lines.length - 1) return { name, message: claim.message, conversation }
    await store.inbox.complete(claim, await handleMessage(claim.message, conversation, parts))
    const turn = await store.conversations.turn(key, message.id)
    buttons = [...buttons, ...(turn?.replies.flatMap(({ actions }) => actions) ?? [])]
  }
  throw new Error('a scene has a last message')
}

function read(line: Line, buttons: readonly ReplyAction[]): Pick<Message, 'text' | 'author' | 'pressed'> {
  if (typeof line === 'string') return { text: line, author: { id: 'U1' } }
  if ('text' in line) return { text: line.text, author: { id: line.author } }
  const button = buttons.findLast(({ meaning }) => meaning.kind === line.presses)
  if (button === undefined) throw new Error(`no button ${line.presses}`)
  return { text: button.label, author: { id: 'U1' }, pressed: button.id }
}
