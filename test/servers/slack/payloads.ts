import type { SlackPost } from './channels.ts'
import { field, type Fields, listOf, textOf } from './fields.ts'
import type { SlackWorkspace } from './workspaces.ts'

/** What every payload names: the app, and where and who. */
export interface Origin {
  readonly workspace: SlackWorkspace
  readonly user: string
  readonly channel: string
}

const app = { token: 'verification', api_app_id: 'A0EXAMPLE' }

/** An event of the Events API. */
export function toEventCallback(event: Fields, { workspace }: Pick<Origin, 'workspace'>, id: string): Fields {
  const { team, user } = workspace
  return {
    ...app,
    team_id: team,
    context_team_id: team,
    context_enterprise_id: null,
    event,
    type: 'event_callback',
    event_id: id,
    event_time: Math.floor(Date.now() / 1000),
    authorizations: [{ enterprise_id: null, team_id: team, user_id: user, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
  }
}

/** A message somebody wrote, as `message` and, where it names the bot in a channel, as `app_mention` too. */
export function toMessageEvents(
  said: { readonly text: string; readonly ts: string; readonly thread_ts?: string | undefined; readonly more?: Fields },
  { workspace, user, channel }: Origin,
): readonly Fields[] {
  const { text, ts, thread_ts: thread, more = {} } = said
  const kind = channel.startsWith('D') ? 'im' : channel.startsWith('G') ? 'group' : 'channel'
  const shared = { user, text, ts, channel, team: workspace.team, event_ts: ts, ...more }
  const place = thread === undefined ? {} : { thread_ts: thread }
  const message = { type: 'message', ...shared, ...place, channel_type: kind }
  const isMention = kind !== 'im' && text.includes(`<@${workspace.user}>`)
  return isMention ? [{ type: 'app_mention', ...shared, ...place }, message] : [message]
}

/** What interactions carry besides. */
export interface Handles {
  readonly trigger_id: string
  readonly response_url: string
}

/** Somebody pressed something in a message. Feedback buttons press one of their two. */
export function toBlockActions(
  pressed: { readonly post: SlackPost; readonly action_id: string; readonly value?: string; readonly at: string },
  { workspace, user, channel }: Origin,
  handles: Handles,
): Fields {
  const { post, action_id: actionId, at } = pressed
  const found = findElement(post.blocks, actionId)
  const value = pressed.value ?? field(found.element, 'value')
  const action = {
    type: textOf(found.element, 'type') || 'button',
    action_id: actionId,
    block_id: found.block,
    ...(field(found.element, 'text') === undefined ? {} : { text: field(found.element, 'text') }),
    ...(value === undefined ? {} : { value }),
    action_ts: at,
  }
  const thread = post.thread_ts === undefined ? {} : { thread_ts: post.thread_ts }
  return {
    ...app,
    type: 'block_actions',
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: workspace.team },
    team: { id: workspace.team, domain: 'example' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: channel, name: channel.startsWith('D') ? 'directmessage' : channel.toLowerCase() },
    container: { type: 'message', message_ts: post.ts, channel_id: channel, is_ephemeral: false, ...thread },
    message: toMessage(post),
    state: { values: {} },
    actions: [action],
    ...handles,
  }
}

/** Chosen from the menu of a message. */
export function toMessageAction(
  chosen: { readonly callback_id: string; readonly message: Fields; readonly at: string },
  { workspace, user, channel }: Origin,
  handles: Handles,
): Fields {
  return {
    ...app,
    type: 'message_action',
    callback_id: chosen.callback_id,
    message_ts: textOf(chosen.message, 'ts'),
    action_ts: chosen.at,
    team: { id: workspace.team, domain: 'example' },
    user: { id: user, name: user.toLowerCase(), username: user.toLowerCase(), team_id: workspace.team },
    channel: { id: channel, name: channel.toLowerCase() },
    message: chosen.message,
    enterprise: null,
    is_enterprise_install: false,
    ...handles,
  }
}

/** A form that was filled in: each input's value by its action id. */
export function toViewSubmission(
  filled: { readonly view: Fields; readonly values: Readonly<Record<string, string>> },
  { workspace, user }: Omit<Origin, 'channel'>,
  trigger: string,
): Fields {
  const values: Record<string, Record<string, unknown>> = {}
  for (const block of listOf(filled.view, 'blocks')) {
    const element = field(block, 'element')
    const id = textOf(element, 'action_id')
    if (element !== undefined)
      values[textOf(block, 'block_id') || id] = {
        [id]: { type: textOf(element, 'type'), value: filled.values[id] ?? null },
      }
  }
  return {
    ...app,
    type: 'view_submission',
    team: { id: workspace.team, domain: 'example' },
    user: { id: user, username: user.toLowerCase(), name: user.toLowerCase(), team_id: workspace.team },
    trigger_id: trigger,
    view: { ...filled.view, team_id: workspace.team, state: { values }, app_id: 'A0EXAMPLE', bot_id: workspace.bot },
    response_urls: [],
    is_enterprise_install: false,
    enterprise: null,
  }
}

/** A slash command. It has no thread: Slack refuses it there. */
export function toCommand(
  typed: { readonly command: string; readonly text: string },
  { workspace, user, channel }: Origin,
  handles: Handles,
): Fields {
  return {
    ...app,
    team_id: workspace.team,
    team_domain: 'example',
    channel_id: channel,
    channel_name: channel.startsWith('D') ? 'directmessage' : channel.toLowerCase(),
    user_id: user,
    user_name: user.toLowerCase(),
    ...typed,
    is_enterprise_install: 'false',
    ...handles,
  }
}

function toMessage({ channel: _channel, metadata: _metadata, ...post }: SlackPost): Fields {
  return { type: 'message', ...post }
}

/** The element with this action id, and its block's id. */
function findElement(blocks: readonly unknown[], actionId: string): { element: unknown; block: string } {
  for (const [index, block] of blocks.entries()) {
    const inside = [...listOf(block, 'elements'), field(block, 'accessory')]
    const inner =
      listOf(block, 'child_blocks').length > 0 ? findElement(listOf(block, 'child_blocks'), actionId) : undefined
    const element = inside.find((candidate) => textOf(candidate, 'action_id') === actionId) ?? inner?.element
    if (element !== undefined) return { element, block: textOf(block, 'block_id') || `b${index}` }
  }
  return { element: undefined, block: 'b0' }
}
