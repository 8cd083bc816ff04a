import { uuidv7 } from 'uuidv7'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { createAlertWebhook } from '../../adapters/webhook/alert-webhook.ts'
import { createAlertInChat } from '../../handlers/alert-in-chat.ts'
import { sendAlerts, startWatching, watchBudget } from '../../handlers/alerts.ts'
import { watchParked } from '../../handlers/parked-alert.ts'
import type { AlertTarget, SendAlert } from '../../src/core/alert.ts'
import type { Channel } from '../../src/core/ports.ts'
import { Secret } from '../../src/core/secret.ts'
import { openSlack } from '../adapters/slack/stand.ts'
import { SlackServer } from '../servers/slack.ts'
import { WebhookServer } from '../servers/webhook.ts'
import { Bench } from '../contracts/store/bench.ts'
import { openAlertRig, type AlertRig } from './alert-rig.ts'

let rig: AlertRig
beforeAll(async () => {
  rig = await openAlertRig()
})
afterAll(() => rig.close())
beforeEach(() => rig.empty())

async function startWebhook(): Promise<{ server: WebhookServer; send: SendAlert }> {
  const server = await new WebhookServer().start()
  onTestFinished(() => server.close())
  return { server, send: createAlertWebhook(new Secret(server.origin), 200) }
}

async function startSlack(): Promise<{ server: SlackServer; channel: Channel }> {
  const server = await new SlackServer().start()
  const channel = await openSlack(server)
  onTestFinished(async () => {
    await channel.stop()
    await server.close()
  })
  return { server, channel }
}

const inTeam = { platform: 'slack', address: 'C0TEAM' } as const

test('an alert reaches the channel of the team and the webhook, once each', async () => {
  const slack = await startSlack()
  const webhook = await startWebhook()
  const inChat = createAlertInChat(inTeam, new Map([['slack', slack.channel]]))
  const parts = rig.withTargets([
    ['chat', inChat],
    ['webhook', webhook.send],
  ])
  await rig.spend(800_000)

  for (let look = 0; look < 3; look += 1) {
    await watchBudget(parts)
    await sendAlerts(parts)
    rig.pass(60_000)
  }

  const text = 'The budget is nearly used: $0.80 of $1.00 for 2026-11-21.'
  expect(slack.server.posts.map((post) => [post.channel, post.text])).toEqual([['C0TEAM', text]])
  expect(webhook.server.received.map(({ body }) => body)).toEqual([
    { text, content: text, level: 'warning', day: '2026-11-21', scope: 'installation', tenant: 'default' },
  ])
})

test('a post whose answer was lost is found, and not posted again', async () => {
  const slack = await startSlack()
  const parts = rig.withTargets([['chat', createAlertInChat(inTeam, new Map([['slack', slack.channel]]))]])
  slack.server.failNext('chat.postMessage', { kind: 'act-then-drop' })
  await rig.spend(800_000)
  await watchBudget(parts)

  await sendAlerts(parts)
  expect(rig.failures()).toEqual(['chat 1'])
  rig.pass(15_000)
  await sendAlerts(parts)
  rig.pass(86_400_000)
  await sendAlerts(parts)

  expect(slack.server.posts).toHaveLength(1)
  expect(rig.failures()).toEqual(['chat 1'])
})

test('while the platform is not connected the alert waits, and the webhook has it at once', async () => {
  const slack = await startSlack()
  const webhook = await startWebhook()
  const channels = new Map<'slack', Channel>()
  const parts = rig.withTargets([
    ['chat', createAlertInChat(inTeam, channels)],
    ['webhook', webhook.send],
  ])
  await rig.spend(800_000)
  await watchBudget(parts)
  await sendAlerts(parts)
  expect(webhook.server.received).toHaveLength(1)

  channels.set('slack', slack.channel)
  rig.pass(15_000)
  await sendAlerts(parts)

  expect(slack.server.posts).toHaveLength(1)
  expect(webhook.server.received).toHaveLength(1)
})

test('a webhook that fails is tried again with growing waits until it takes the alert', async () => {
  const webhook = await startWebhook()
  webhook.server.answers.push(500, { redirect: 302, to: 'http://127.0.0.1:9/' }, 'hang')
  const parts = rig.withTargets([['webhook', webhook.send]])
  await rig.spend(800_000)
  await watchBudget(parts)

  const arrivals: number[] = []
  for (let second = 0; second <= 240; second += 5) {
    const before = webhook.server.received.length
    await sendAlerts(parts)
    if (webhook.server.received.length > before) arrivals.push(second)
    rig.pass(5000)
  }

  expect(arrivals).toEqual([0, 15, 45, 105]) // waits of 15, 30 and 60 seconds
  expect(rig.failures()).toEqual(['webhook 1', 'webhook 2', 'webhook 3'])
})

test('a receiver that hangs holds up neither the other one nor the watching', async () => {
  const webhook = await startWebhook()
  const { promise: released, resolve: release } = Promise.withResolvers<void>()
  const taken: string[] = []
  const parts = rig.withTargets([
    ['chat', () => released],
    [
      'webhook',
      async (alert) => {
        await webhook.send(alert)
        taken.push(alert.level)
      },
    ],
  ])
  await rig.spend(800_000)
  await watchBudget(parts)
  const stop = startWatching(parts, 20)
  await expect.poll(() => taken, { timeout: 5000 }).toEqual(['warning'])

  await rig.spend(200_000)
  await expect.poll(() => rig.raised(), { timeout: 5000 }).toEqual(['warning', 'prefer-local', 'budget-mode'])

  release()
  await stop()
  expect(rig.failures()).toEqual([])
})

/** Messages of a customer that could not be answered. */
async function park(texts: readonly string[]): Promise<readonly string[]> {
  const bench = new Bench(rig.store, rig)
  const parked = { reason: 'TypeError', fault: 'cannot read', tries: 1 }
  const ids: string[] = []
  for (const text of texts) {
    const { id } = await bench.accept({ tenant: 'default', id: uuidv7(), text })
    const claim = await rig.store.inbox.claim({ tenant: 'default', conversation: 'talk' })
    if (claim === undefined) throw new Error(`${id} is not owed`)
    await bench.complete(claim, { parked })
    ids.push(id)
  }
  return ids
}

test('messages that were parked are told to admins, one alert for all of a look, each once, and nothing of their texts', async () => {
  const webhook = await startWebhook()
  const parts = rig.withTargets([['webhook', webhook.send]])
  const look = async (): Promise<void> => {
    await watchParked(parts)
    await sendAlerts(parts)
  }

  await look()
  const [first] = await park(['secret-one'])
  await look()
  await park(['secret-two', 'secret-three'])
  await look()
  await look()

  expect(webhook.server.received.map(({ body }) => body)).toMatchObject([
    { level: 'parked', text: expect.stringContaining(`parked show ${first}`) },
    { level: 'parked', text: expect.stringContaining('2 messages could not be answered (TypeError)') },
  ])
  expect(JSON.stringify(webhook.server.received)).not.toContain('secret')
})

test('of two processes that look at once, one tells a parked message', async () => {
  const webhook = await startWebhook()
  const parts = rig.withTargets([['webhook', webhook.send]])
  await park(['secret-four'])
  // The other one looks and tells whenever this one pauses.
  const ledger = {
    on: async () => {
      await park(['secret-five'])
      await watchParked(parts)
      return await parts.ledger.on()
    },
  }

  await watchParked({ ...parts, ledger })
  await sendAlerts(parts)

  expect(webhook.server.received.map(({ body }) => body)).toMatchObject([
    { level: 'parked', text: expect.stringContaining('2 messages could not be answered (TypeError)') },
  ])
})

test('without a target nothing is owed, and the log has the alert', async () => {
  await rig.spend(800_000)

  await watchBudget(rig.parts)
  await sendAlerts(rig.parts)

  expect(rig.raised()).toEqual(['warning'])
  expect(await rig.parts.alerts.owed()).toEqual([])
})

test('a target that is no longer configured is not waited for', async () => {
  const webhook = await startWebhook()
  const targets: [AlertTarget, SendAlert] = ['webhook', webhook.send]
  const before = rig.withTargets([['chat', async () => {}], targets])
  await rig.spend(800_000)
  await watchBudget(before)

  await sendAlerts(rig.withTargets([targets]))
  rig.pass(3_600_000)

  expect(await rig.parts.alerts.owed()).toEqual([])
  expect(webhook.server.received).toHaveLength(1)
})
