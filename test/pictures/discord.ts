import {
  admin,
  buttonOf,
  type DiscordWorkspace,
  help,
  bot,
  openDiscordWorkspace,
  present,
  staffChannel,
  support,
} from '../journeys/discord-workspace.ts'
import type { DiscordPost } from '../servers/discord.ts'
import { drawDiscordMessage } from './discord-message.ts'
import { toHtml } from './escape.ts'
import type { DrawnMessage, Scene } from './page.ts'

const [ada, ben] = ['700000000000000001', '700000000000000002']
const names = new Map([
  [ada, 'Ada Byrne'],
  [ben, 'Ben'],
  [support, 'Sam'],
  [admin, 'Priya'],
])

/** What Discord is sent in a conversation, on a card, in a hand-over and by `/spend`, drawn. */
export async function drawDiscordScenes(): Promise<readonly Scene[]> {
  const workspace = await openDiscordWorkspace({ mode: 'gateway', names })
  try {
    return [
      await drawConversation(workspace),
      await drawCard(workspace),
      await drawHandOver(workspace),
      await drawSpend(workspace),
    ]
  } finally {
    await workspace.close()
  }
}

async function drawConversation({ discord, shown, untilShown, privately }: DiscordWorkspace): Promise<Scene> {
  const channel = privately(ada)
  const messages: DrawnMessage[] = []
  for (const [index, text] of ['I was charged twice for order 1042', 'ada@example.com', 'BS6 5QA'].entries()) {
    discord.people.say(text, { user: ada, channel })
    await untilShown(index + 1, channel)
    messages.push(by('customer', 'Ada Byrne', text), byBot(shown(channel).at(-1), `@Ada Byrne  ${text}`))
  }
  return { name: 'discord-conversation', look: 'discord', title: '@ tuppence', messages }
}

/** A question asked where everybody reads it, and its card once a larger model was asked. */
async function drawCard({ discord, untilSaid, answered, large }: DiscordWorkspace): Promise<Scene> {
  discord.people.say(`${bot} What is your return policy?`, { user: ben, channel: help })
  const card = byBot(await untilSaid('return policy', staffChannel))
  const post = await untilSaid('return policy', staffChannel)
  await answered(discord.people.press(buttonOf(post, /Try advanced AI/), post.id, { user: support }))
  await untilSaid('asked a larger model', staffChannel)
  await untilSaid('30 days of getting it', help)
  present(large.requests[0], 'question to the large model')
  return { name: 'discord-card', look: 'discord', title: '# support-desk', messages: [card] }
}

async function drawHandOver(workspace: DiscordWorkspace): Promise<Scene> {
  const { discord, shown, untilShown, untilSaid, privately, answered } = workspace
  const channel = privately(ben)
  discord.people.say('I want to talk to a person about my broken kettle', { user: ben, channel })
  const { id } = await untilSaid('broken kettle', staffChannel)
  const card = (): DiscordPost =>
    present(
      shown(staffChannel).find((post) => post.id === id),
      'card',
    )
  const press = (label: RegExp) => answered(discord.people.press(buttonOf(card(), label), id, { user: support }))
  await press(/claim/i)
  await untilShown(2, channel)
  await answered(discord.people.submit(await press(/note/i), { text: 'Second kettle this month, be kind.' }))
  await untilSaid('be kind', id)
  const [note] = shown(id)
  discord.people.say('Hello Ben, Sam here. Which kettle is it?', { user: support, channel: id })
  await untilShown(3, channel)
  discord.people.say('The small enamel one, it leaks.', { user: ben, channel })
  const told = await untilSaid('it leaks', id)
  return {
    name: 'discord-hand-over',
    look: 'discord',
    title: `# support-desk › ${discord.world.channels.get(id)?.name ?? ''}`,
    messages: [
      byBot(card()),
      byBot(note),
      by('support', 'Sam', 'Hello Ben, Sam here. Which kettle is it?'),
      byBot(told),
    ],
  }
}

async function drawSpend({ discord, answered }: DiscordWorkspace): Promise<Scene> {
  const { original } = await answered(discord.people.type('spend', {}, { user: admin }))
  const note = '👁 Only you can see this · Dismiss message'
  const message = { ...byBot(original, '@Priya used /spend'), note }
  return { name: 'discord-spend', look: 'discord', title: '# help', messages: [message] }
}

function by(who: 'customer' | 'support', name: string, text: string): DrawnMessage {
  return { by: who, name, html: `<p>${toHtml(text)}</p>` }
}

function byBot(post: DiscordPost | undefined, answers?: string): DrawnMessage {
  const { body, files } = present(post, 'message')
  const pictures = files.map(
    ({ bytes }) => `<img class="picture" src="data:image/png;base64,${Buffer.from(bytes).toString('base64')}">`,
  )
  const html = drawDiscordMessage(body) + pictures.join('')
  return { by: 'bot', name: 'tuppence', html, ...(answers === undefined ? {} : { answers }) }
}
