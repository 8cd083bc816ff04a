import { afterEach, describe, expect, test } from 'vitest'
import type { ChannelEvent, Intake, OpenPlatform } from '../../../src/core/ports.ts'
import type { Form, Reply } from '../../../src/core/reply.ts'
import { Secret } from '../../../src/core/secret.ts'
import { SlackServer } from '../../servers/slack.ts'
import { listen, signingSecret } from './http-stand.ts'
import { interactions } from './interactions.ts'
import { openPlatform } from './stand.ts'

const limit = { timeout: 10_000, interval: 5 }
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

function said(text: string, actions: Reply['actions'] = []): Reply {
  return { text, actions, audience: 'staff' }
}

const form: Form = {
  id: 'desk:note:7',
  title: 'A note for the team, and for nobody else',
  submit: 'Save',
  fields: [
    { name: 'note', label: 'Note', value: 'x'.repeat(50), isLong: true, most: 20 },
    { name: 'subject', label: 'Subject', isLong: false, most: 100 },
  ],
}

interface Stand {
  readonly server: SlackServer
  readonly events: ChannelEvent[]
  readonly failures: unknown[]
  readonly platform: OpenPlatform
}

/** The adapter, listening; what becomes of an event is told by the test. */
async function start(mode: Mode, becomes: (event: ChannelEvent) => Intake | Promise<Intake>): Promise<Stand> {
  const server = await new SlackServer().start()
  closing.push(() => server.close())
  const [events, failures]: [ChannelEvent[], unknown[]] = [[], []]
  const keys = mode === 'HTTP' ? { appToken: undefined, signingSecret: new Secret(signingSecret) } : {}
  const suggestions = ['Where is my order?', 'Refund', 'My plan', 'Hours', 'Fifth']
  const onFailure = (error: unknown): unknown => failures.push(error)
  const platform = await openPlatform(server, { ...keys, suggestions, onFailure })
  closing.push(() => platform.channel.stop())
  await platform.channel.start(async (event) => {
    events.push(event)
    return await becomes(event)
  })
  if (platform.receive !== undefined) {
    const { url, close } = await listen(platform.receive)
    closing.push(close)
    server.sendTo({ url, signingSecret })
  }
  return { server, events, failures, platform }
}

type Mode = 'HTTP' | 'Socket Mode'

/** Every word of blocks, however deep. */
function wordsOf(blocks: unknown): string {
  return JSON.stringify(blocks)
}

describe.each<Mode>(['Socket Mode', 'HTTP'])('over %s', (mode) => {
  test('a command is answered with its acknowledgement, to whoever typed it alone', async () => {
    const { server, events } = await start(mode, () => ({ kind: 'shown', reply: said('Today: **$0.12**') }))

    const handed = server.person('U0OWNER').runs('/spend', 'week', { channel: 'C0STAFF' })
    await handed.done

    expect(handed.answer).toMatchObject({ response_type: 'ephemeral', text: expect.stringContaining('$0.12') })
    expect(handed.answer).toMatchObject({ parse: 'none', link_names: false, unfurl_links: false, unfurl_media: false })
    expect(events).toMatchObject([{ kind: 'command', name: 'spend', text: 'week', address: { channel: 'C0STAFF' } }])
    expect(server.posts).toEqual([])
  })

  test('what does not fit into one message follows, still to whoever typed it', async () => {
    const text = Array.from({ length: 300 }, (_line, index) => `- line ${index} of a long report`).join('\n')
    const { server, failures } = await start(mode, () => ({ kind: 'shown', reply: said(text) }))

    const handed = server.person('U0OWNER').runs('/spend', 'week', { channel: 'C0STAFF' })
    await handed.done
    await expect.poll(() => server.world.ephemerals.length, limit).toBeGreaterThan(0)

    expect(wordsOf(handed.answer)).toContain('line 0 of')
    await expect.poll(() => wordsOf(server.world.ephemerals.at(-1)?.blocks), limit).toContain('line 299 of')
    expect([failures, server.posts]).toEqual([[], []])
  })

  test('what becomes of a press is shown to whoever pressed, in the thread of the message', async () => {
    const { server, events } = await start(mode, () => ({ kind: 'shown', reply: said('Only the team may do that.') }))

    await server.hand(interactions.feedback, 'interactive').done

    await expect
      .poll(() => server.world.ephemerals, limit)
      .toMatchObject([
        { user: 'U0CUSTOMER', channel: 'D0CUSTOMER', thread_ts: '1763700003.000100', text: /Only the team/ },
      ])
    expect(events).toMatchObject([{ kind: 'action', message: { pressed: 'act-helpful' } }])
  })

  test('or in place of the message, with its buttons gone', async () => {
    const { server, platform } = await start(mode, () => ({
      kind: 'shown',
      reply: said('The limit is $50.'),
      replaces: true,
    }))
    const action = { id: 'spend:limit:50', label: 'Yes', meaning: { kind: 'control' } } as const
    const reply = { ...said('Set the limit to $50?', [action]), id: 'r1', at: new Date() }
    const address = { team: 'T0EXAMPLE', channel: 'C0STAFF' }
    const ts = await platform.channel.send({ kind: 'post', key: 'r1', address, reply, mayExist: false })

    await server.person('U0OWNER').presses('spend:limit:50', { channel: 'C0STAFF', ts }).done

    await expect.poll(() => wordsOf(server.posts[0]?.blocks), limit).toContain('The limit is $50.')
    expect(wordsOf(server.posts[0]?.blocks)).not.toContain('spend:limit:50')
    expect([server.posts.length, server.world.ephemerals.length]).toEqual([1, 0])
  })

  test('a form opens before the press is acknowledged, and comes back with its place', async () => {
    const { server, events } = await start(mode, (event) =>
      event.kind === 'form' ? { kind: 'shown', reply: said('Noted.') } : { kind: 'form', form },
    )

    await server.hand(interactions.feedback, 'interactive').done
    const [modal] = server.world.views.modals
    if (modal === undefined) throw new Error('no modal was opened')
    const submitted = server.person('U0CUSTOMER').submits(modal, { note: 'broken cup' })
    await submitted.done

    expect(modal.view).toMatchObject({
      title: { text: 'A note for the team, an…' },
      blocks: [{ element: { multiline: true, max_length: 20, initial_value: 'x'.repeat(20) } }, {}],
    })
    expect(events[1]).toMatchObject({
      kind: 'form',
      form: 'desk:note:7',
      values: { note: 'broken cup', subject: '' },
      address: { team: 'T0EXAMPLE', channel: 'D0CUSTOMER', thread: '1763700003.000100' },
    })
    expect(submitted.answer).toMatchObject({ response_action: 'update', view: { type: 'modal' } })
    expect(wordsOf(submitted.answer)).toContain('Noted.')
  })

  test('a form submitted twice has one id', async () => {
    const { server, events } = await start(mode, () => ({ kind: 'new' }))

    const twice = [interactions.submission, interactions.submission].map((one) => server.hand(one, 'interactive'))
    await Promise.all(twice.map(({ done }) => done))

    expect(twice.map(({ isAcknowledged }) => isAcknowledged)).toEqual([true, true])
    expect(new Set(events.map((event) => event.kind === 'form' && event.id)).size).toBe(1)
  })

  test('a form that cannot be opened is said to be so', async () => {
    const { server, failures } = await start(mode, () => ({ kind: 'form', form }))
    server.failNext('views.open', { kind: 'refused', error: 'expired_trigger_id' })

    await server.hand(interactions.feedback, 'interactive').done

    await expect.poll(() => server.world.ephemerals[0]?.text, limit).toMatch(/could not be opened/)
    await expect.poll(() => failures.map(String), limit).toEqual([expect.stringContaining('expired_trigger_id')])
  })

  test('the home page is published for whoever opened it, and again for whoever pressed on it', async () => {
    const { server, events } = await start(mode, ({ kind }) => ({ kind: 'shown', reply: said(`page of ${kind}`) }))

    await server.person('U0OWNER').opens('home', 'D0OWNER').done
    await expect.poll(() => wordsOf(server.world.views.homes.get('U0OWNER')), limit).toContain('page of home')
    await server.hand(interactions.homeButton, 'interactive').done

    await expect.poll(() => wordsOf(server.world.views.homes.get('U0OWNER')), limit).toContain('page of action')
    expect(events).toMatchObject([
      { kind: 'home', address: { team: 'T0EXAMPLE' }, author: { id: 'T0EXAMPLE:U0OWNER' } },
      { kind: 'action', message: { pressed: 'spend:week', address: { team: 'T0EXAMPLE', home: '1' } } },
    ])
  })

  test('whoever opens the messages is offered what they may ask for, four at most and in no thread', async () => {
    const { server, events } = await start(mode, () => ({ kind: 'new' }))

    await server.person('U0CUSTOMER').opens('messages', 'D0CUSTOMER').done

    await expect.poll(() => server.world.prompts, limit).toHaveLength(1)
    expect(server.world.prompts[0]).toMatchObject({ channel_id: 'D0CUSTOMER', title: 'For example' })
    expect(server.world.prompts[0]).toHaveProperty('prompts.length', 4)
    expect(server.world.prompts[0]).not.toHaveProperty('thread_ts')
    expect(events).toEqual([])
  })

  test('a shortcut is answered where the message is', async () => {
    const { server, events } = await start(mode, () => ({ kind: 'shown', reply: said('Ticket T-7 is open.') }))
    const message = { type: 'message', user: 'U0CUSTOMER', ts: '1763700002.000100', text: 'still not here' }

    await server.person('U0HELPER').chooses('make-ticket', 'C0HELP', message).done

    await expect.poll(() => server.world.ephemerals, limit).toMatchObject([{ user: 'U0HELPER', text: /T-7/ }])
    expect(events).toMatchObject([
      { kind: 'shortcut', name: 'make-ticket', message: { author: { id: 'T0EXAMPLE:U0CUSTOMER' } } },
    ])
  })

  test('after Stop the session leaves processing', async () => {
    const { server, events } = await start(mode, () => ({ kind: 'new' }))
    const thread = '1763700003.000100'
    server.world.sessions.set(`D0CUSTOMER ${thread}`, 'processing')

    await server.person('U0CUSTOMER').stops({ channel: 'D0CUSTOMER', thread_ts: thread }).done

    await expect.poll(() => server.world.sessions.get(`D0CUSTOMER ${thread}`), limit).toBe('active')
    expect(events).toMatchObject([{ kind: 'stop', key: { conversation: `slack:T0EXAMPLE:D0CUSTOMER:${thread}` } }])
  })

  test('what a written message is told is shown to its author alone', async () => {
    const { server } = await start(mode, () => ({ kind: 'shown', reply: said('Nobody has this conversation.') }))

    const { handed, ts } = server.person('U0HELPER').says('<@U0BOT> hello', { channel: 'C0STAFF' })
    await Promise.all(handed.map(({ done }) => done))

    await expect.poll(() => server.world.ephemerals[0], limit).toMatchObject({ user: 'U0HELPER', channel: 'C0STAFF' })
    expect(ts).not.toBe('')
  })

  test('what could not be stored is not acknowledged, and an event comes again until it is', async () => {
    let tries = 0
    const { server, failures } = await start(mode, () => {
      tries += 1
      if (tries <= 2) throw new Error('the database is away')
      return { kind: 'new' }
    })
    server.patience = { answerMs: 300, retriesAfterMs: [0, 20, 20] }

    const { handed } = server.person('U0CUSTOMER').says('where is my order?', { channel: 'D0CUSTOMER' })
    await Promise.all(handed.map(({ done }) => done))

    const statuses = handed[0]?.attempts.slice(0, 2).map(({ status }) => status)
    expect([handed[0]?.isAcknowledged, statuses]).toEqual([true, mode === 'HTTP' ? [503, 503] : [0, 0]])
    expect(failures.map(String)).toEqual(['Error: the database is away', 'Error: the database is away'])
  })

  test('a payload Bolt stumbles over, in a field nobody reads, is a message all the same', async () => {
    const { server, events, failures } = await start(mode, () => ({ kind: 'new' }))

    const said = server.person('U0CUSTOMER').says('hello', { channel: 'D0CUSTOMER' }, { item: 'x', subteam: null })
    await Promise.all(said.handed.map(({ done }) => done))

    expect(events).toMatchObject([{ kind: 'message', message: { text: 'hello' } }])
    expect(failures).toEqual([])
  })
})

test('a press that brings no address for responses is answered beside its message', async () => {
  const { server, failures } = await start('Socket Mode', () => ({ kind: 'shown', reply: said('Thank you.') }))

  server.deliver({ ...interactions.feedback, response_url: undefined }, 'interactive')
  await expect.poll(() => server.world.ephemerals, limit).toMatchObject([{ thread_ts: '1763700003.000100' }])

  expect(failures).toEqual([])
})
