import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { ChannelEvent, OpenPlatform, Receive } from '../../../src/core/ports.ts'
import { Secret } from '../../../src/core/secret.ts'
import { refuseBlocks, refuseView } from '../../servers/slack/check-blocks.ts'
import { field, fields, listOf, textOf } from '../../servers/slack/fields.ts'
import type { SlackKind } from '../../servers/slack/handing.ts'
import { SlackServer } from '../../servers/slack.ts'
import { listen, signingSecret } from './http-stand.ts'
import { openPlatform } from './stand.ts'

const data = process.env['TUPPENCE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const folder = `${data}/recorded/slack`

interface Recorded {
  readonly name: string
  readonly payload: Readonly<Record<string, unknown>>
  readonly bot: string
  readonly team: string
  readonly kind: SlackKind
}

/** Payloads that Slack really sent to a bot. Without the data the fixtures, which we wrote, have to do. */
const recorded: readonly Recorded[] = existsSync(folder) ? readdirSync(folder).flatMap(readRecorded) : []

function readRecorded(file: string): readonly Recorded[] {
  const content: unknown = JSON.parse(readFileSync(`${folder}/${file}`, 'utf8'))
  return Object.entries(fields(content)).flatMap(([name, value]) => {
    const payload = fields(value)
    const team = textOf(payload, 'team_id') || textOf(payload['team'], 'id')
    const kind = kindOf(payload)
    if (kind === undefined || team === '') return []
    // The text a recording was made of may name another bot than its envelope.
    const [installed] = listOf(payload, 'authorizations')
    const bot = textOf(installed, 'user_id') || textOf(content, 'botUserId')
    return [{ name: `${file}: ${name}`, payload, bot, team, kind }]
  })
}

function kindOf(payload: Readonly<Record<string, unknown>>): SlackKind | undefined {
  if (payload['type'] === 'event_callback') return 'events_api'
  if (typeof payload['command'] === 'string') return 'slash_commands'
  return ['block_actions', 'view_submission'].includes(textOf(payload, 'type')) ? 'interactive' : undefined
}

/** The bot in the recording's workspace, over signed requests or Socket Mode. */
async function open(
  { team, bot }: Recorded,
  isHttp: boolean,
): Promise<{ server: SlackServer; events: ChannelEvent[] }> {
  const server = await new SlackServer().start()
  server.workspaces.splice(0, 1, { team, token: 'xoxb-recorded', user: bot, bot: 'B0RECORDED', name: 'Recorded' })
  const platform = await openPlatform(server, {
    botTokens: [new Secret('xoxb-recorded')],
    ...(isHttp ? { appToken: undefined, signingSecret: new Secret(signingSecret) } : {}),
  })
  const events: ChannelEvent[] = []
  await platform.channel.start(async (event) => {
    events.push(event)
    return { kind: 'new' }
  })
  const web = isHttp ? await listen(receiverOf(platform)) : undefined
  if (web !== undefined) server.sendTo({ url: web.url, signingSecret })
  onTestFinished(async () => {
    await platform.channel.stop()
    await web?.close()
    await server.close()
  })
  return { server, events }
}

function receiverOf({ receive }: OpenPlatform): Receive {
  if (receive === undefined) throw new TypeError('with a signing secret the platform receives')
  return receive
}

const emptyModal = { type: 'modal', title: { type: 'plain_text', text: 'Empty' }, blocks: [] }

/** The kinds of event that the recording is for the bot, told from the payload alone. */
function expectedOf({ payload, bot, kind }: Recorded): readonly string[] {
  if (kind === 'slash_commands') return ['command']
  if (payload['type'] === 'block_actions') return ['action']
  if (payload['type'] === 'view_submission') return ['form']
  const event = payload['event']
  const isWritten = ['message', 'app_mention'].includes(textOf(event, 'type'))
  if (!isWritten || field(event, 'bot_id') !== undefined) return []
  const isAddressed = textOf(event, 'channel_type') === 'im' || textOf(event, 'text').includes(`<@${bot}>`)
  return isAddressed || textOf(event, 'thread_ts') !== '' ? ['message'] : []
}

test('the recordings are there, or their folder is not', () => {
  expect(recorded.length > 0).toBe(existsSync(folder))
})

describe.each(recorded)('$name', (one) => {
  test.each([['signed requests', true] as const, ['Socket Mode', false] as const])(
    'is taken once over %s, and means what it says',
    async (_how, isHttp) => {
      const { server, events } = await open(one, isHttp)

      const handed = server.hand(one.payload, one.kind)
      await handed.done

      expect(handed).toMatchObject({ isAcknowledged: true, attempts: [{ status: 200, retry: 0 }] })
      expect(events.map(({ kind }) => kind)).toEqual(expectedOf(one))
    },
  )

  test('has blocks and views that our Slack takes as well', () => {
    const message = fields(one.payload['message'] ?? one.payload['event'])

    expect(refuseBlocks(message['blocks'], 'message')).toBeUndefined()
    expect(refuseView(one.payload['view'] ?? emptyModal, 'modal')).toBeUndefined()
  })
})
