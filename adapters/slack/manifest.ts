import { shorten } from '../../src/core/cut.ts'

/** A permission of the app, and what the bot could not do without it. */
export interface Scope {
  readonly name: string
  readonly why: string
  /** Only apps with the agent view have it. */
  readonly isAgents?: true
}

/** The least the bot needs, each for one thing (https://docs.slack.dev/reference/scopes, read 2026-11-27). */
export const slackScopes: readonly Scope[] = [
  { name: 'app_mentions:read', why: 'to hear a message that names it' },
  { name: 'assistant:write', why: 'to say what it can do and what it is doing, and to be stopped', isAgents: true },
  {
    name: 'channels:history',
    why: 'to follow a thread it takes part in without being named again, and to look for an answer before sending it a second time',
  },
  { name: 'chat:write', why: 'to answer' },
  { name: 'commands', why: 'to offer /spend and the entries in the menu of a message' },
  { name: 'groups:history', why: 'to do in private channels what channels:history is for in public ones' },
  { name: 'im:history', why: 'to read what is written to it directly' },
  {
    name: 'users:read',
    why: 'to call people by their names, and to ask whether an admin of the bot is one of the workspace at this moment',
  },
]

/** What the app hears of. `message.*` brings its edits and deletions too. */
const slackEvents = [
  'agent_session_stopped',
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
] as const

/** What an installation puts into its app. */
export interface ManifestOptions {
  /** At most 35 characters. */
  readonly name: string
  /** What the app says of itself, at most 140 characters. */
  readonly description: string
  /** Offered to customers; four at most are shown. */
  readonly suggestions: readonly string[]
  /** Where Slack calls the bot, for example `https://bot.example/slack/events`. Without it the bot connects to Slack. */
  readonly url?: string | undefined
  readonly agentView: boolean
}

/** The app as Slack makes it from a manifest (https://docs.slack.dev/reference/app-manifest, read 2026-11-27). */
export function toManifest({ name, description, suggestions, url, agentView }: ManifestOptions): object {
  const address = url === undefined ? {} : { url }
  const request = url === undefined ? {} : { request_url: url }
  return {
    _metadata: { major_version: 2, minor_version: 1 },
    display_information: {
      name: shorten(name, 35),
      description: shorten(description, 140),
      background_color: '#1f2933',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: toBotName(name), always_online: true },
      ...(agentView ? { agent_view: toAgentView(description, suggestions) } : {}),
      shortcuts: [
        shortcut('make-ticket', 'Make a ticket', 'Opens a ticket for the team from this message'),
        shortcut('try-advanced', 'Try advanced AI', 'Answers this message again with a larger model; for the team'),
      ],
      slash_commands: [
        {
          command: '/spend',
          description: 'What answers cost today; for admins',
          usage_hint: 'today, week, models, intents, mode on|off, limit 50, help',
          should_escape: false,
          ...address,
        },
      ],
    },
    oauth_config: { scopes: { bot: neededScopes(agentView).map((scope) => scope.name) } },
    settings: {
      event_subscriptions: {
        ...request,
        bot_events: slackEvents.filter((event) => agentView || event !== 'agent_session_stopped'),
      },
      interactivity: { is_enabled: true, ...request },
      org_deploy_enabled: true,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  }
}

/** Slack's page that makes the app with one click. */
export function manifestLink(options: ManifestOptions): string {
  return `https://api.slack.com/apps?new_app=1&manifest_json=${encodeURIComponent(JSON.stringify(toManifest(options)))}`
}

/** The scopes that an installation lacks. @param granted as Slack says with its answers, in `x-oauth-scopes` */
export function missingScopes(granted: readonly string[], agentView: boolean): readonly Scope[] {
  return neededScopes(agentView).filter(({ name }) => !granted.includes(name))
}

function neededScopes(agentView: boolean): readonly Scope[] {
  return slackScopes.filter(({ isAgents }) => agentView || isAgents !== true)
}

function toAgentView(description: string, suggestions: readonly string[]): object {
  return {
    agent_description: shorten(description, 300),
    suggested_prompts: suggestions.slice(0, 4).map((message) => ({ title: shorten(message, 75), message })),
  }
}

function shortcut(id: string, name: string, description: string): object {
  return { type: 'message', name, callback_id: id, description }
}

/** Slack allows small letters, digits, `-`, `_` and `.` there. */
function toBotName(name: string): string {
  const plain = name.toLowerCase().replace(/[^a-z0-9._-]+/g, '-')
  return shorten(plain.replace(/^-+|-+$/g, ''), 80) || 'tuppence'
}
