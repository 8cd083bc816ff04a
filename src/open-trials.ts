import { uuidv7 } from 'uuidv7'
import { writingOf } from '../agents/reasoning/writing.ts'
import type { Config } from '../config/config.ts'
import type { AbSource } from '../handlers/cli/ab-test.ts'
import { createDescribe } from './classification/model-stage.ts'
import { unknownIntent, type IntentName } from './core/intent.ts'
import type { Message } from './core/message.ts'
import type { ModelSpec } from './core/model.ts'
import { zeroDollars, type MicroDollars } from './core/money.ts'
import type { ModelCall } from './core/receipt.ts'
import { parseArticles } from './knowledge/articles.ts'
import { createPassageSearch, type SearchPassages } from './knowledge/search.ts'
import { classificationPrompt, classificationTokens, noIntent, readClassification } from './models/prompt.ts'
import type { Allowance, Asked, Question } from './models/question.ts'
import { createObserver } from './observe.ts'
import { openControls } from './open-controls.ts'
import { openModels, type Models } from './open-models.ts'
import { openPolicy } from './open-policy.ts'
import { openConfiguredStore } from './open-store.ts'
import { redact } from './safety/redact.ts'
import type { Trial, TryModel } from './simulation/ab-test.ts'

/** As many passages as an answer to a customer is written from. */
const mostPassages = 3

/** What `ab-test` compares with. The store and the door to the models are opened when a model is first asked. */
export async function openTrials(config: Config): Promise<AbSource> {
  const opened = await openPolicy(config)
  let door: Promise<Door> | undefined
  const tryModel: TryModel = async (alias, { text }, { task, limit }) => {
    const { models, searchPassages } = await (door ??= openDoor(config))
    const model = models.catalogue.find(alias)
    if (model === undefined) return notAsked(`there is no model ${alias}`)
    const allowance = onlyFor(model, limit, { text, config, models })
    if (task === 'answer') {
      const passages = searchPassages(text, mostPassages).map(({ passage }) => passage)
      const said = { question: redact(text).text, passages, history: [], facts: [], mayLookUp: false }
      const ground = { ...said, company: config.company }
      const asked = await models.ask(writingOf(ground, { purpose: 'answer', tier: model.tier, allowance }), allowance)
      return toTrial(asked, allowance, undefined)
    }
    const { candidates } = opened.parts.classify(text)
    const names = candidates.map(({ intent }) => intent).filter((intent) => intent !== unknownIntent)
    // Nothing to choose among: live, no model is asked either.
    if (names.length === 0) return { ...nothing, outcome: 'answered', intent: unknownIntent }
    const asked = await models.ask(classifying(text, names, { config, model }), allowance)
    return toTrial(asked, allowance, asked.kind === 'answered' ? asked.value : unknownIntent)
  }
  // A door that did not open has closed itself, and whoever asked for it has been told why.
  return { ...opened, tryModel, close: async () => await (await door?.catch(() => undefined))?.close() }
}

interface Door {
  readonly models: Models
  readonly searchPassages: SearchPassages
  close(): Promise<void>
}

async function openDoor(config: Config): Promise<Door> {
  const store = await openConfiguredStore(config)
  try {
    const { observer } = createObserver({ logLevel: 'silent', version: config.version, tracing: undefined })
    const controls = await openControls(config, { records: store.controls, observer })
    const ledger = store.ledger({ zone: config.budget.timeZone, limit: () => controls.dailyLimit() })
    const models = openModels(config, { ledger, observer, controls })
    return {
      models,
      searchPassages: createPassageSearch(parseArticles(config.articles)),
      close: async () => {
        await models.close()
        await controls.close()
        await store.close()
      },
    }
  } catch (error) {
    await store.close()
    throw error
  }
}

/** What one trial may use: this model alone, and no more than is left. */
function onlyFor(
  model: ModelSpec,
  limit: MicroDollars,
  { text, config, models }: { readonly text: string; readonly config: Config; readonly models: Models },
): Allowance {
  const message: Message = {
    tenant: config.tenant,
    id: `ab-test/${uuidv7()}`,
    channel: 'terminal',
    conversation: 'ab-test',
    address: {},
    author: { id: 'ab-test' },
    text,
    isPrivate: true,
    receivedAt: new Date(),
  }
  const allowance = models.allowanceFor(message, () => {})
  const others = models.catalogue.models().filter(({ alias }) => alias !== model.alias)
  return {
    ...allowance,
    limitFor: (tier, purpose) => Math.min(limit, allowance.limitFor(tier, purpose)) as MicroDollars,
    asked: new Set(others.map(({ alias }) => alias)),
    attemptsLeft: 1,
  }
}

function classifying(
  text: string,
  names: readonly IntentName[],
  { config, model }: { readonly config: Config; readonly model: ModelSpec },
): Question<IntentName> {
  const describe = createDescribe(config.intents)
  const candidates = names.map((name) => ({ name, description: describe(name) }))
  return {
    purpose: 'classification',
    needs: ['classify'],
    tier: model.tier,
    usual: { promptTokens: 450, outputTokens: 30 },
    maxOutputTokens: classificationTokens,
    prompt: (room) =>
      classificationPrompt({ company: config.company.name, candidates, message: redact(text).text }, room),
    read: (completion) => {
      const read = readClassification(completion.text, names)
      if (read === undefined) return { kind: 'bad', because: 'not a choice' }
      return { kind: 'good', value: read.intent === noIntent ? unknownIntent : read.intent }
    },
  }
}

const nothing = { cost: zeroDollars, latencyMs: 0 }

function notAsked(because: string): Trial {
  return { ...nothing, outcome: 'not-asked', because }
}

function toTrial(
  asked: Asked<unknown>,
  { calls, notAsked: passedOver }: Allowance,
  intent: IntentName | undefined,
): Trial {
  const last: ModelCall | undefined = calls.at(-1)
  if (last === undefined) {
    const detail = asked.kind === 'unanswered' ? asked.detail : 'nothing was sent'
    return notAsked(passedOver.at(-1) ?? detail)
  }
  return {
    outcome: last.outcome,
    cost: calls.reduce((sum, { cost }) => sum + cost, 0) as MicroDollars,
    latencyMs: calls.reduce((sum, { durationMs }) => sum + durationMs, 0),
    score: last.score,
    intent,
    because: last.because,
  }
}
