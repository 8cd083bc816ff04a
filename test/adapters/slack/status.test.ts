import { expect, test } from 'vitest'
import { postOf } from '../../contracts/channel.ts'
import { managed } from './stand.ts'

const { startServer, open } = managed()
const address = { team: 'T0EXAMPLE', channel: 'D0CUSTOMER', thread: '1763700001.000100' }
const session = 'D0CUSTOMER 1763700001.000100'

test('in a direct message the step is shown beside the bot, with a Stop button, until the answer is there', async () => {
  const server = await startServer()
  const channel = await open(server)

  await channel.send({ kind: 'status', key: 'm1', address, text: 'Looking up your order …' })
  const during = server.world.sessions.get(session)
  const reply = postOf({ address }, 'reply-1')
  await channel.send({ ...reply, reply: { ...reply.reply, message: 'm1' } })

  expect(server.world.statuses).toEqual([
    {
      channel: 'D0CUSTOMER',
      thread_ts: '1763700001.000100',
      status: 'is looking up your order …',
      loading_messages: ['Looking up your order …'],
    },
    { channel: 'D0CUSTOMER', thread_ts: '1763700001.000100', status: '', loading_messages: [] },
  ])
  expect([during, server.world.sessions.get(session)]).toEqual(['processing', 'active'])
})

test.each(['assistant.threads.setStatus', 'agents.sessions.setStatus'])(
  'a step whose %s is still on its way when the answer is there leaves nothing behind',
  async (method) => {
    const server = await startServer()
    const channel = await open(server)
    server.failNext(method, { kind: 'slow', afterMs: 50 })

    const step = channel.send({ kind: 'status', key: 'm1', address, text: 'Writing an answer' })
    const reply = postOf({ address }, 'reply-1')
    await channel.send({ ...reply, reply: { ...reply.reply, message: 'm1' } })
    await step

    expect(server.world.statuses.at(-1)?.status).toBe('')
    expect(server.world.sessions.get(session)).toBe('active')
  },
)

test.each([
  ['an answer before which nothing was shown', { mayExist: false, hadSteps: false }, 0],
  ['an answer for which a model was asked, perhaps by another process,', { mayExist: false, hadSteps: true }, 1],
  ['an answer that is tried again, perhaps after another process,', { mayExist: true, hadSteps: false }, 1],
])('%s takes no more calls for the session than it must', async (_name, { mayExist, hadSteps }, calls) => {
  const server = await startServer()
  const channel = await open(server)
  const reply = postOf({ address }, 'reply-1')

  await channel.send({
    ...reply,
    mayExist,
    reply: { ...reply.reply, message: 'm1', ...(hadSteps ? { hadSteps } : {}) },
  })

  expect(server.called('agents.sessions.setStatus')).toHaveLength(calls)
})

test('an answer is not held up by a step that hangs', async () => {
  const server = await startServer()
  const channel = await open(server)
  server.failNext('assistant.threads.setStatus', { kind: 'slow', afterMs: 60_000 })

  const step = channel.send({ kind: 'status', key: 'm1', address, text: 'Writing an answer' })
  const reply = postOf({ address }, 'reply-1')
  await channel.send({ ...reply, reply: { ...reply.reply, message: 'm1' } })
  const before = server.called('agents.sessions.setStatus').length
  server.actLate()
  await step

  expect([server.posts.length, before]).toEqual([1, 0])
})

test('an empty step takes the status and the Stop button away', async () => {
  const server = await startServer()
  const channel = await open(server)
  await channel.send({ kind: 'status', key: 'm1', address, text: 'Writing an answer' })

  await channel.send({ kind: 'status', key: 'm1', address, text: '' })

  expect(server.world.statuses.at(-1)?.status).toBe('')
  expect(server.world.sessions.get(session)).toBe('active')
})

test.each([
  ['a channel', { team: 'T0EXAMPLE', channel: 'C0HELP', thread: '1763700001.000100' }, true],
  ['a direct message without threads', { team: 'T0EXAMPLE', channel: 'D0CUSTOMER' }, true],
  ['an app without the agent view', address, false],
])('in %s no step is shown', async (_where, place, agentView) => {
  const server = await startServer()
  const channel = await open(server, { agentView })

  await channel.send({ kind: 'status', key: 'm1', address: place, text: 'Writing an answer' })

  expect(server.calls.map(({ method }) => method)).toEqual(['auth.test'])
})

test.each([['drop'], ['garbage']] as const)('a status that fails with %s fails no answer', async (kind) => {
  const server = await startServer()
  const channel = await open(server)
  for (const method of ['assistant.threads.setStatus', 'agents.sessions.setStatus']) server.failNext(method, { kind })

  await channel.send({ kind: 'status', key: 'm1', address, text: 'Writing an answer' })
  server.failNext('agents.sessions.setStatus', { kind })
  const reply = postOf({ address }, 'reply-1')
  await channel.send({ ...reply, reply: { ...reply.reply, message: 'm1' } })

  expect(server.posts).toHaveLength(1)
})

test('what Slack will not have from this app is not tried again', async () => {
  const server = await startServer()
  server.world.isAgent = false
  const channel = await open(server)

  for (let times = 0; times < 3; times += 1)
    await channel.send({ kind: 'status', key: 'm1', address, text: 'Writing an answer' })

  expect(server.called('agents.sessions.setStatus')).toHaveLength(1)
  expect(server.called('assistant.threads.setStatus')).toHaveLength(3)
})
