import { buttonOf, openSlackWorkspace, staffChannel, type Workspace } from '../journeys/slack-workspace.ts'
import type { SlackPost } from '../servers/slack.ts'
import { until } from '../until.ts'
import { listOf, toHtml } from './escape.ts'
import type { DrawnMessage, Scene } from './page.ts'
import { drawSlackBlocks } from './slack-blocks.ts'

const dm = { channel: 'D0CUSTOMER' }

/** What Slack is sent in a conversation, a hand-over, `/spend` and on the Home page, drawn. */
export async function drawSlackScenes(): Promise<readonly Scene[]> {
  const workspace = await openSlackWorkspace('Socket Mode')
  try {
    const customer = { name: 'Ada', real_name: 'Ada Byrne', profile: { display_name: 'Ada' } }
    workspace.slack.world.people.set('U0CUSTOMER', { id: 'U0CUSTOMER', ...customer })
    workspace.slack.world.people.set('U0SUPPORT', {
      id: 'U0SUPPORT',
      real_name: 'Sam',
      profile: { display_name: 'Sam' },
    })
    return [
      await drawConversation(workspace),
      ...(await drawHandOver(workspace)),
      await drawSpend(workspace),
      await drawHome(workspace),
    ]
  } finally {
    await workspace.close()
  }
}

async function drawConversation({ slack, shown, untilShown }: Workspace): Promise<Scene> {
  const customer = slack.person('U0CUSTOMER')
  const texts = ['I was charged twice for order 1042', 'ada@example.com', 'BS6 5QA']
  const messages: DrawnMessage[] = []
  let thread: string | undefined
  for (const [index, text] of texts.entries()) {
    const said = customer.says(text, thread === undefined ? dm : { ...dm, thread_ts: thread })
    thread ??= said.thread_ts
    await untilShown(index + 1, dm.channel, thread)
    messages.push(byCustomer(text), byBot(shown(dm.channel, thread).at(-1)))
  }
  return { name: 'slack-conversation', look: 'slack', title: 'Direct message with tuppence', messages }
}

async function drawHandOver({ slack, shown, untilShown }: Workspace): Promise<readonly Scene[]> {
  const [customer, support] = [slack.person('U0CUSTOMER'), slack.person('U0SUPPORT')]
  const asked = customer.says('What is your return policy?', dm)
  await untilShown(1, dm.channel, asked.thread_ts)
  const cardOf = (words: string): SlackPost | undefined => shown(staffChannel).find(({ text }) => text.includes(words))
  await until(() => cardOf('return policy') !== undefined, 'a card')
  const answer = byBot(cardOf('return policy'))
  customer.says('I want to talk to a person about my broken kettle', { ...dm, thread_ts: asked.thread_ts })
  await until(() => cardOf('T-1') !== undefined, 'a card of a hand-over')
  const card = cardOf('T-1')
  const place = { channel: staffChannel, thread_ts: card?.ts ?? '' }
  support.presses(buttonOf(card, /claim/i), { channel: staffChannel, ts: card?.ts ?? '' })
  await untilShown(3, dm.channel, asked.thread_ts)
  support.says('Hello Ada, Sam here. Which kettle is it?', place)
  await untilShown(4, dm.channel, asked.thread_ts)
  customer.says('The small enamel one, it leaks.', { ...dm, thread_ts: asked.thread_ts })
  await until(() => JSON.stringify(shown(staffChannel, card?.ts)).includes('it leaks'), 'the message in the thread')
  const inThread = shown(staffChannel, card?.ts).filter(({ ts }) => ts !== card?.ts)
  const thread = [bySupport('Hello Ada, Sam here. Which kettle is it?'), ...inThread.map(byBot)]
  return [
    { name: 'slack-card', look: 'slack', title: '#support-desk', messages: [answer] },
    {
      name: 'slack-hand-over',
      look: 'slack',
      title: 'Thread in #support-desk',
      messages: [byBot(cardOf('T-1')), ...thread],
    },
  ]
}

async function drawSpend({ slack }: Workspace): Promise<Scene> {
  const handed = slack.person('U0ADMIN').runs('/spend', 'today', { channel: 'C0HELP' })
  await handed.done
  const message = drawn('bot', drawSlackBlocks(listOf(handed.answer, 'blocks')), 'Only visible to you')
  return { name: 'slack-spend', look: 'slack', title: '#help', messages: [message] }
}

async function drawHome({ slack }: Workspace): Promise<Scene> {
  slack.person('U0ADMIN').opens('home', 'D0ADMIN')
  await until(() => slack.called('views.publish').length > 0, 'the Home page')
  const view = slack.called('views.publish').at(-1)?.body['view']
  const html = drawSlackBlocks(listOf(view, 'blocks'))
  return { name: 'slack-home', look: 'slack', title: 'tuppence › Home', messages: [drawn('bot', html)] }
}

function byCustomer(text: string): DrawnMessage {
  return { by: 'customer', name: 'Ada', html: `<p>${toHtml(text)}</p>` }
}

function bySupport(text: string): DrawnMessage {
  return { by: 'support', name: 'Sam', html: `<p>${toHtml(text)}</p>` }
}

function byBot(post: SlackPost | undefined): DrawnMessage {
  return drawn('bot', drawSlackBlocks(listOf(post, 'blocks')))
}

function drawn(by: 'bot', html: string, note?: string): DrawnMessage {
  return { by, name: 'tuppence', html, ...(note === undefined ? {} : { note }) }
}
