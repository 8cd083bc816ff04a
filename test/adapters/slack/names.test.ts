import { expect, onTestFinished, test, vi } from 'vitest'
import type { ChannelEvent } from '../../../src/core/ports.ts'
import { replyOf } from '../../contracts/channel.ts'
import { SlackServer } from '../../servers/slack.ts'
import { openPlatform } from './stand.ts'

async function start(): Promise<{
  server: SlackServer
  names: () => readonly (string | undefined)[]
  pass: (ms: number) => void
  /** Shows a message with a button; gives where it stands. */
  post: () => Promise<{ readonly channel: string; readonly ts: string }>
}> {
  const server = await new SlackServer().start()
  onTestFinished(() => server.close())
  let time = Date.parse('2026-11-27T10:00:00Z')
  const { channel } = await openPlatform(server, { now: () => new Date(time) })
  onTestFinished(() => channel.stop())
  const events: ChannelEvent[] = []
  await channel.start(async (event) => {
    events.push(event)
    return { kind: 'new' }
  })
  const names = (): readonly (string | undefined)[] =>
    events.map((event) => {
      if (event.kind === 'message' || event.kind === 'action') return event.message.author.name
      return event.kind === 'form' || event.kind === 'shortcut' ? event.author.name : undefined
    })
  const post = async () => {
    const action = { id: 'desk:claim:1', label: 'Claim', meaning: { kind: 'control' } } as const
    const reply = { ...replyOf('card', 'T-1'), actions: [action] }
    const place = { channel: 'C0STAFF' }
    return { ...place, ts: await channel.send({ kind: 'post', key: 'card', address: place, reply, mayExist: false }) }
  }
  return { server, names, pass: (ms) => void (time += ms), post }
}

const dm = { channel: 'D0CUSTOMER' }

test('a message carries the name its author chose, and Slack is asked for it once', async () => {
  const { server, names } = await start()
  server.world.people.set('U0ADA', { id: 'U0ADA', real_name: 'Ada Byrne', profile: { display_name: 'ada' } })

  for (const text of ['hello', 'anybody there?']) server.person('U0ADA').says(text, dm)

  await vi.waitFor(() => expect(names()).toEqual(['ada', 'ada']))
  expect(server.called('users.info')).toHaveLength(1)
})

test('without a chosen name it is the real one', async () => {
  const { server, names } = await start()
  server.world.people.set('U0ADA', { id: 'U0ADA', real_name: 'Ada Byrne', profile: { display_name: '' } })

  server.person('U0ADA').says('hello', dm)

  await vi.waitFor(() => expect(names()).toEqual(['Ada Byrne']))
})

test('whoever presses has the same name, and the one they sign in with where Slack does not tell', async () => {
  const { server, names, post } = await start()
  server.world.people.set('U0SAM', { id: 'U0SAM', profile: { display_name: 'Sam' } })
  const card = await post()

  await server.person('U0SAM').presses('desk:claim:1', card).done
  await server.person('U0BEA').presses('desk:claim:1', card).done

  expect(names()).toEqual(['Sam', 'u0bea'])
})

test('where Slack does not tell, the message is handed in without a name, and asked again a minute later', async () => {
  const { server, names, pass } = await start()
  server.world.people.set('U0ADA', { id: 'U0ADA', real_name: 'Ada Byrne' })
  server.failNext('users.info', { kind: 'refused', error: 'missing_scope' })

  server.person('U0ADA').says('hello', dm)
  await vi.waitFor(() => expect(names()).toEqual([undefined]))
  server.person('U0ADA').says('and now?', dm)
  await vi.waitFor(() => expect(names()).toEqual([undefined, undefined]))
  pass(61_000)
  server.person('U0ADA').says('and now?', dm)

  await vi.waitFor(() => expect(names()).toEqual([undefined, undefined, 'Ada Byrne']))
  expect(server.called('users.info')).toHaveLength(2)
})

test('a message does not wait long for a name', async () => {
  const { server, names } = await start()
  server.failNext('users.info', { kind: 'late-accept', afterMs: 60_000 })

  const said = server.person('U0ADA').says('hello', dm)
  await said.handed[0]?.done

  expect(names()).toEqual([undefined])
})
