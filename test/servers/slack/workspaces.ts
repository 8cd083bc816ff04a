/** A workspace that has installed the app. */
export interface SlackWorkspace {
  readonly team: string
  readonly token: string
  /** The bot's user there, and its bot. */
  readonly user: string
  readonly bot: string
  readonly name: string
  /** Of an installation on a whole organisation, whose token is for all its workspaces. */
  readonly organisation?: string
}

/** Somebody of a workspace, as `users.info` tells of them. */
export interface SlackPerson {
  readonly id: string
  readonly is_admin?: boolean
  readonly is_owner?: boolean
  readonly deleted?: boolean
  readonly is_bot?: boolean
  readonly tz?: string
  readonly real_name?: string
  readonly profile?: Readonly<Record<string, string>>
}

/** What the bot's token may do until a test takes something away. */
export const allScopes = [
  'app_mentions:read',
  'assistant:write',
  'channels:history',
  'channels:read',
  'chat:write',
  'commands',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:write',
  'users:read',
  'users:read.email',
] as const

/** The workspace of the fixtures. */
export const exampleWorkspace: SlackWorkspace = {
  team: 'T0EXAMPLE',
  token: 'xoxb-example',
  user: 'U0BOT',
  bot: 'B0BOT',
  name: 'Example',
}

/** The scope a method needs, of several any; undefined when it needs none. */
export function scopesFor(method: string, channel: string): readonly string[] | undefined {
  if (method.startsWith('chat.')) return ['chat:write']
  if (method.startsWith('assistant.') || method.startsWith('agents.')) return ['chat:write', 'assistant:write']
  if (method.startsWith('files.')) return ['files:write']
  const kind = channel.startsWith('D') ? 'im' : channel.startsWith('G') ? 'groups' : 'channels'
  switch (method) {
    case 'conversations.history':
    case 'conversations.replies':
      return [`${kind}:history`]
    case 'conversations.info':
      return [`${kind}:read`]
    case 'conversations.open':
      return ['im:write']
    case 'reactions.add':
    case 'reactions.remove':
      return ['reactions:write']
    case 'users.info':
      return ['users:read']
    default:
      return undefined
  }
}

/** The workspace of a token, or why it is none. Where there is one workspace, every bot token is taken for its. */
export function workspaceOf(
  token: string,
  workspaces: readonly SlackWorkspace[],
  revoked: ReadonlySet<string>,
): SlackWorkspace | string {
  if (token === '') return 'not_authed'
  if (revoked.has(token)) return 'token_revoked'
  if (!token.startsWith('xoxb-')) return token.startsWith('xapp-') ? 'not_allowed_token_type' : 'invalid_auth'
  const known = workspaces.find((workspace) => workspace.token === token)
  const [only] = workspaces
  return known ?? (workspaces.length === 1 && only !== undefined ? only : 'invalid_auth')
}
