import { rm } from 'node:fs/promises'
import { loadConfig } from '../../config/load.ts'
import { startBot } from '../../src/assemble.ts'
import { freePort } from '../bot-process.ts'
import { writeCatalogue } from '../catalogue.ts'
import { startModelServer, type ModelServer } from '../servers/models.ts'
import { SlackServer, type SlackPost } from '../servers/slack.ts'
import { until } from '../until.ts'
import { newBotFolder } from '../store.ts'

export const slackModes = ['Socket Mode', 'signed HTTP'] as const
export type SlackMode = (typeof slackModes)[number]

const team = 'T0EXAMPLE'
export const staffChannel = 'C0STAFF'
const signingSecret = 'a-secret-of-this-test'
export const written = 'If it is unused, you can send it back within 30 days of getting it.'

/** A workspace with the bot in it, an admin, somebody who is one no more, and a large model. */
export interface Workspace {
  readonly slack: SlackServer
  readonly large: ModelServer
  /** What a thread shows, or a whole channel, oldest first. */
  readonly shown: (channel: string, thread?: string) => readonly SlackPost[]
  /** Waits until a place shows so many messages; gives their texts. */
  readonly untilShown: (count: number, channel: string, thread?: string) => Promise<readonly string[]>
  /** Stops the bot and starts it again on the same data. */
  readonly restart: () => Promise<void>
  readonly close: () => Promise<void>
}

export async function openSlackWorkspace(mode: SlackMode): Promise<Workspace> {
  const slack = await new SlackServer().start()
  for (const id of ['U0ADMIN', 'U0DEMOTED']) slack.world.people.set(id, { id, is_admin: id === 'U0ADMIN' })
  const answer = JSON.stringify({ answer: written, sources: [1], lookUp: 'none', canAnswer: true })
  const large = await startModelServer({ protocol: 'anthropic', answer: () => answer })
  const [config, data] = [writeFolder(large), newBotFolder()]
  const folders = [config, data.path] as const
  const port = String(await freePort())
  const start = () =>
    startBot(loadConfig(environmentFor(mode, { slack, folders, port })), 'configured', { openStore: data.openStore })
  if (mode === 'signed HTTP') slack.sendTo({ url: `http://127.0.0.1:${port}/slack/events`, signingSecret })
  let bot = await start()
  const shown = (channel: string, thread?: string): readonly SlackPost[] => slack.world.channels.shows(channel, thread)
  return {
    slack,
    large,
    shown,
    untilShown: async (count, channel, thread) => {
      await until(() => shown(channel, thread).length >= count, `${count} messages in ${channel}`)
      return shown(channel, thread).map(({ text }) => text)
    },
    restart: async () => {
      await bot.stop()
      bot = await start()
    },
    close: async () => {
      await bot.stop()
      await slack.close()
      await large.close()
      await rm(config, { recursive: true, force: true })
      await data.remove()
    },
  }
}

function writeFolder(large: ModelServer): string {
  return writeCatalogue(
    [{ alias: 'large', provider: 'anthropic', server: large, tier: 4, price: { input: 2, output: 10 } }],
    { team: { admins: [`slack:${team}:U0ADMIN`, `slack:${team}:U0DEMOTED`], channels: { slack: staffChannel } } },
  )
}

interface Place {
  readonly slack: SlackServer
  readonly folders: readonly [config: string, data: string]
  readonly port: string
}

function environmentFor(mode: SlackMode, { slack, folders: [config, data], port }: Place): Record<string, string> {
  return {
    TUPPENCE_CONFIG_DIR: config,
    TUPPENCE_DATA_DIR: data,
    PORT: port,
    LOG_LEVEL: 'silent',
    TZ_BUDGET: 'UTC',
    SLACK_BOT_TOKEN: 'xoxb-example',
    SLACK_API_URL: slack.apiUrl,
    ...(mode === 'Socket Mode' ? { SLACK_APP_TOKEN: 'xapp-example' } : { SLACK_SIGNING_SECRET: signingSecret }),
  }
}

/** The id of a button that a message shows, by its label. @throws Error when it shows none */
export function buttonOf(post: Pick<SlackPost, 'blocks'> | undefined, label: RegExp): string {
  for (const element of (post?.blocks ?? []).flatMap((block) => listed(block, 'elements'))) {
    const words = property(property(element, 'text'), 'text')
    const id = property(element, 'action_id')
    if (typeof words === 'string' && label.test(words) && typeof id === 'string') return id
  }
  throw new Error(`no button ${String(label)} in ${JSON.stringify(post?.blocks)}`)
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}

function listed(value: unknown, name: string): readonly unknown[] {
  const list = property(value, name)
  return Array.isArray(list) ? list : []
}
