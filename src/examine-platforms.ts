import { inviteLink } from '../adapters/discord/invite.ts'
import { manifestLink } from '../adapters/slack/manifest.ts'
import type { Config } from '../config/config.ts'
import type { Finding } from '../handlers/cli/doctor.ts'

/** Looks at Slack, Discord and who is of the team: what is missing, and the click or the line that mends it. */
export async function examinePlatforms(config: Config): Promise<readonly Finding[]> {
  const [slack, discord] = await Promise.all([lookAtSlack(config), lookAtDiscord(config)])
  return [...slack, ...discord, ...lookAtTeam(config)]
}

async function lookAtSlack(config: Config): Promise<readonly Finding[]> {
  const { slack, team } = config
  const link = slackAppLink(config)
  // An app that Slack calls is made for an address; its owner puts their own host into it.
  const linkOverHttp = slackAppLink(config, 'https://YOUR-HOST/slack/events')
  const click = 'one click makes the app, with every scope it needs'
  if (slack === undefined) {
    const detail = `set SLACK_BOT_TOKEN and SLACK_APP_TOKEN; ${click}: ${link} Or, where Slack is to call the bot over HTTP, set SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET, and write your own host for YOUR-HOST: ${linkOverHttp}`
    return [{ part: 'slack', state: 'missing', detail }]
  }
  const { examineSlack } = await import('../adapters/slack/examine.ts')
  const seen = await examineSlack({ ...slack, teamChannel: team.channels.slack })
  const detail = `${click}: ${slack.appToken === undefined ? linkOverHttp : link}`
  return [...seen, { part: 'slack app', state: 'ok', detail }]
}

/** @param url where Slack calls the bot; without it the bot connects to Slack */
function slackAppLink({ slack, company, sample }: Config, url?: string): string {
  return manifestLink({
    name: 'Tuppence',
    description: `Answers questions for ${company.name}: orders, payments, accounts and tickets.`,
    suggestions: sample.suggestions,
    agentView: slack?.agentView ?? true,
    url,
  })
}

async function lookAtDiscord({ discord, team }: Config): Promise<readonly Finding[]> {
  if (discord === undefined) {
    const detail = `set DISCORD_TOKEN; with your application's id this page lets the bot in: ${inviteLink('APPLICATION-ID')}`
    return [{ part: 'discord', state: 'missing', detail }]
  }
  const { examineDiscord } = await import('../adapters/discord/examine.ts')
  return await examineDiscord({ ...discord, teamChannel: team.channels.discord })
}

/** Only where a platform is connected: nobody of a team is missed in a browser. */
function lookAtTeam({ slack, discord, team }: Config): readonly Finding[] {
  if (slack === undefined && discord === undefined) return []
  const names = [...team.admins]
  const remedy = 'name those who may use /spend under team.admins in bot.yaml, as slack:TEAM:USER or discord:USER'
  if (names.length === 0) return [{ part: 'admins', state: 'missing', detail: remedy }]
  return [{ part: 'admins', state: 'ok', detail: names.join(', ') }]
}
