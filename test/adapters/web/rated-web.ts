import { uuidv7 } from 'uuidv7'
import { createWeb, type Web, type WebParts } from '../../../adapters/web/server.ts'
import { loadConfig } from '../../../config/load.ts'
import { createSay } from '../../../config/wording.ts'
import { createIntake } from '../../../handlers/intake.ts'
import { takeTurns, type TurnParts } from '../../../handlers/turn.ts'
import type { Reason } from '../../../src/models/reason.ts'
import { webParked } from '../../../src/open-parked.ts'
import { openRig, tenant, type Rig } from '../../handlers/rig.ts'
import { adminToken } from './web-bot.ts'
import { Secret } from '../../../src/core/secret.ts'

/** The real web before the real handlers; the agent and the large model are the test's to say. */
export interface RatedWeb {
  readonly url: string
  readonly web: Web
  readonly rig: Rig
  stop(): Promise<void>
}

/** @param large what the large model does; it may tell the steps it takes */
export async function startRatedWeb(
  large: (...given: [...Parameters<Reason>, TurnParts['onStatus']]) => ReturnType<Reason>,
  more: Partial<Pick<TurnParts, 'advancedVisibleTo'>> & Parameters<typeof openRig>[0] = {},
): Promise<RatedWeb> {
  const config = loadConfig({})
  const rig = await openRig({
    ...more,
    isIdle: true,
    reason: (question, effort) => large(question, effort, (message, step) => web.onStatus(message.id, step)),
  })
  const web = await createWeb(webParts(rig, createSay(config.wording), config.sample.suggestions))
  const { queue, observer } = rig.parts
  const parts: TurnParts = {
    ...rig.parts,
    channels: new Map([['web', web]]),
    onStatus: (message, step) => web.onStatus(message.id, step),
    onAnswered: (message) => web.onAnswered(message),
  }
  await queue.work((key) => takeTurns(key, parts))
  await web.start(createIntake({ inbox: rig.store.inbox, revisions: rig.store.revisions, queue, observer }))
  return {
    url: web.url(),
    web,
    rig,
    stop: async () => {
      await web.stop()
      await rig.close()
    },
  }
}

function webParts(rig: Rig, say: ReturnType<typeof createSay>, suggestions: readonly string[]): WebParts {
  const company = { name: 'Kettle & Crate', tagline: 'Kitchen things that last.', hours: 'Monday to Friday' }
  return {
    host: '127.0.0.1',
    port: 0,
    tenant,
    adminTokens: [new Secret(adminToken)],
    cookieKey: 'a key',
    conversations: rig.store.conversations,
    agentOf: () => 'general',
    linkHosts: new Set(),
    playground: { company, suggestions, people: [], version: '0.0.0' },
    observer: rig.parts.observer,
    platformPaths: [],
    receivers: new Map(),
    ready: () => rig.store.ping(),
    metrics: async () => '',
    spend: async () => ({}),
    labels: () => Promise.resolve({}),
    models: async () => ({}),
    decideTier: async () => ({}),
    parked: webParked({ tenant }, { ...rig.parts, store: rig.store }),
    statusText: (step) => say(`status.${step}`),
    newId: uuidv7,
    now: rig.parts.now,
  }
}
