import { expect, onTestFinished, test, vi } from 'vitest'
import { startTestBot } from '../bot.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import { adminToken } from '../adapters/web/web-bot.ts'
import { SlackServer } from '../servers/slack.ts'

const wait = { timeout: 15_000, interval: 20 }
const price = { input: 2, output: 10 }
/** No intent is sure of it, and several articles have something to do with it. */
const hard =
  'If my first parcel was lost and replaced, and the second one is unused, can I still send it back and within how many days?'
const place = { channel: 'D0CUSTOMER' }

/** A bot in Slack whose models take every request and never answer. */
async function openHanging() {
  const hang = () => ({ kind: 'hang' }) as const
  const [cheap, large] = await Promise.all([
    startTestServer({ protocol: 'openai', fault: hang }),
    startTestServer({ protocol: 'anthropic', fault: hang }),
  ])
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  const bot = await startTestBot({
    SLACK_BOT_TOKEN: 'xoxb-example',
    SLACK_APP_TOKEN: 'xapp-example',
    SLACK_API_URL: slack.apiUrl,
    OPENAI_API_KEY: 'key',
    ANTHROPIC_API_KEY: 'key',
    TUPPENCE_ADMIN_TOKEN: adminToken,
    TUPPENCE_CONFIG_DIR: writeTestCatalogue([
      { alias: 'cheap', provider: 'openai', server: cheap, tier: 2, price, timeoutSeconds: 30 },
      { alias: 'large', provider: 'anthropic', server: large, tier: 3, price, timeoutSeconds: 30 },
    ]),
  })
  await vi.waitFor(() => expect(slack.connections).toBe(1), wait)
  const asked = () => [...cheap.requests, ...large.requests]
  const customer = slack.person('U0CUSTOMER')
  return { slack, bot, asked, customer }
}

test('Stop ends the call of a model at once, no other is begun, nothing is shown, and the next question is answered', async () => {
  const { slack, bot, asked, customer } = await openHanging()
  const said = customer.says(hard, place)
  await vi.waitFor(() => expect(asked()).toHaveLength(1), wait)

  const stopped = customer.stops({ ...place, thread_ts: said.thread_ts })
  await stopped.done
  await vi.waitFor(() => expect(asked().map(({ isOver }) => isOver)).toEqual([true]), { timeout: 2000, interval: 10 })
  customer.says('what are your opening hours?', { ...place, thread_ts: said.thread_ts })
  await vi.waitFor(() => expect(slack.posts).toHaveLength(1), wait)

  expect(stopped.isAcknowledged).toBe(true)
  expect(asked()).toHaveLength(1)
  expect(slack.posts[0]?.text).toContain('Monday to Friday')
  const spend = await fetch(`${bot.url}/api/spend`, { headers: { authorization: `Bearer ${adminToken}` } })
  // What was sent and has no bill stays charged at its bound: nobody knows whether the provider bills it.
  expect(await spend.json()).toMatchObject({ total: { calls: 1 } })
})

test('a question that is changed while a model works on it is answered in its new words only', async () => {
  const { slack, asked, customer } = await openHanging()
  const said = customer.says(hard, place)
  await vi.waitFor(() => expect(asked()).toHaveLength(1), wait)

  await customer.edits(said.ts, 'what are your opening hours?', place).done
  await vi.waitFor(() => expect(slack.posts).toHaveLength(1), wait)

  expect(slack.posts[0]?.text).toContain('Monday to Friday')
  await vi.waitFor(() => expect(asked().map(({ isOver }) => isOver)).toEqual([true]), wait)
})

test('a question that is deleted while a model works on it is not answered', async () => {
  const { slack, asked, customer } = await openHanging()
  const said = customer.says(hard, place)
  await vi.waitFor(() => expect(asked()).toHaveLength(1), wait)

  await customer.deletes(said.ts, place).done
  await vi.waitFor(() => expect(asked().map(({ isOver }) => isOver)).toEqual([true]), { timeout: 2000, interval: 10 })
  customer.says('what are your opening hours?', { channel: 'D0OTHER' })
  await vi.waitFor(() => expect(slack.posts).toHaveLength(1), wait)

  expect(slack.posts[0]?.channel).toBe('D0OTHER')
  const told = () => slack.world.statuses.filter(({ channel }) => channel === place.channel).map(({ status }) => status)
  await vi.waitFor(() => expect([told()[0], told().at(-1)]).toEqual([expect.stringMatching(/\w/), '']), wait)
  expect(asked()).toHaveLength(1)
})

test('a bot that is asked to stop is not ready, takes nothing more, and answers by its rules whoever still waits', async () => {
  const { bot, asked } = await openHanging()
  const ask = async (text: string) => {
    const headers = { 'content-type': 'application/json' }
    return await fetch(`${bot.url}/api/chat`, { method: 'POST', headers, body: JSON.stringify({ text }) })
  }
  const waiting = ask(hard)
  await vi.waitFor(() => expect(asked()).toHaveLength(1), wait)

  const stopping = bot.stop()
  const ready = await fetch(`${bot.url}/readyz`)
  const [alive, refused] = await Promise.all([fetch(`${bot.url}/healthz`), ask('hello')])
  const answer = await waiting
  await stopping

  expect([ready.status, alive.status, refused.status, answer.status]).toEqual([503, 200, 503, 200])
  expect(await refused.json()).toMatchObject({ error: { code: 'stopping' } })
  expect(await answer.json()).toMatchObject({
    replies: [{ text: expect.stringContaining("I'm not sure I understand") }],
  })
  await expect(fetch(`${bot.url}/healthz`)).rejects.toThrow('fetch failed')
})
