import { expect, onTestFinished, vi } from 'vitest'
import { startTestBot } from '../bot.ts'
import { freePort } from '../bot-process.ts'
import { newDataFolder } from '../data-folder.ts'
import { startTestServer, writeTestCatalogue } from '../models.ts'
import type { ModelServer } from '../servers/models.ts'
import { SlackServer, type SlackPost } from '../servers/slack.ts'

export const slackModes = ['Socket Mode', 'signed HTTP'] as const
export type SlackMode = (typeof slackModes)[number]

const team = 'T0EXAMPLE'
export const staffChannel = 'C0STAFF'
const signingSecret = 'a-secret-of-this-test'
const wait = { timeout: 15_000, interval: 20 }
export const written = 'If it is unused, you can send it back within 30 days of getting it.'

/** A workspace with a bot, a customer, somebody of the team, an admin, and a large model. */
export interface Workspace {
  readonly slack: SlackServer
  readonly large: ModelServer
  /** What a thread shows, or a whole channel, oldest first. */
  shown(channel: string, thread?: string): readonly SlackPost[]
  /** Waits until a place shows so many messages; gives their texts. */
  untilShown(count: number, channel: string, thread?: string): Promise<readonly string[]>
  /** Stops the bot and starts it again on the same data. */
  restart(): Promise<void>
}

/** Opens it; everything is closed when the test ends. */
export async function openWorkspace(mode: SlackMode): Promise<Workspace> {
  const slack = await new SlackServer().start()
  onTestFinished(() => slack.close())
  for (const id of ['U0ADMIN', 'U0DEMOTED']) slack.world.people.set(id, { id, is_admin: id === 'U0ADMIN' })
  const large = await startTestServer({
    protocol: 'anthropic',
    answer: () => JSON.stringify({ answer: written, sources: [1], lookUp: 'none', canAnswer: true }),
  })
  const folder = writeTestCatalogue(
    [{ alias: 'large', provider: 'anthropic', server: large, tier: 4, price: { input: 2, output: 10 } }],
    {
      team: {
        admins: [`slack:${team}:U0ADMIN`, `slack:${team}:U0DEMOTED`],
        channels: { slack: staffChannel },
      },
    },
  )
  const port = String(await freePort())
  const environment = {
    TUPPENCE_CONFIG_DIR: folder,
    TUPPENCE_DATA_DIR: newDataFolder(),
    PORT: port,
    SLACK_BOT_TOKEN: 'xoxb-example',
    SLACK_API_URL: slack.apiUrl,
    ...(mode === 'Socket Mode' ? { SLACK_APP_TOKEN: 'xapp-example' } : { SLACK_SIGNING_SECRET: signingSecret }),
  }
  if (mode === 'signed HTTP') slack.sendTo({ url: `http://127.0.0.1:${port}/slack/events`, signingSecret })
  let bot = await startTestBot(environment)
  const shown = (channel: string, thread?: string): readonly SlackPost[] => slack.world.channels.shows(channel, thread)
  return {
    slack,
    large,
    shown,
    untilShown: async (count, channel, thread) => {
      await vi.waitFor(() => expect(shown(channel, thread).map(({ text }) => text)).toHaveLength(count), wait)
      return shown(channel, thread).map(({ text }) => text)
    },
    restart: async () => {
      await bot.stop()
      bot = await startTestBot(environment)
    },
  }
}

/** The id of a button that a message shows, by its label. @throws Error when it shows none */
export function buttonOf(post: SlackPost | undefined, label: RegExp): string {
  for (const block of post?.blocks ?? []) {
    for (const element of listed(block, 'elements')) {
      const words: unknown = Reflect.get(Object(Reflect.get(Object(element), 'text')), 'text')
      const id: unknown = Reflect.get(Object(element), 'action_id')
      if (typeof words === 'string' && label.test(words) && typeof id === 'string') return id
    }
  }
  throw new Error(`no button ${String(label)} in ${JSON.stringify(post?.blocks)}`)
}

function listed(value: unknown, name: string): readonly unknown[] {
  const list: unknown = Reflect.get(Object(value), name)
  return Array.isArray(list) ? list : []
}
