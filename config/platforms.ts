import type { z } from 'zod'
import { Secret } from '../src/core/secret.ts'
import type { Config } from './config.ts'
import type { Environment } from './environment.ts'
import type { Faults } from './faults.ts'
import type { botSchema } from './schema.ts'

type Bot = z.output<typeof botSchema>

/** The chat platforms whose tokens are set; half of what one needs is a fault. */
export function readPlatforms(
  bot: Bot | undefined,
  variables: Environment,
  faults: Faults,
): Pick<Config, 'slack' | 'discord'> {
  checkTeam(bot, variables, faults)
  return { slack: readSlack(bot, variables, faults), discord: readDiscord(bot, variables, faults) }
}

const tokenNames = { slack: 'SLACK_BOT_TOKEN', discord: 'DISCORD_TOKEN' } as const

/** Cards for a channel on a platform that never runs would wait for ever, and customers with them. */
function checkTeam(bot: Bot | undefined, variables: Environment, faults: Faults): void {
  for (const platform of ['slack', 'discord'] as const) {
    const channel = bot?.team.channels[platform]
    const token = tokenNames[platform]
    if (channel === undefined || variables[token] !== undefined) continue
    faults.add(
      'bot.yaml',
      `team.channels.${platform}`,
      `needs ${token} in the environment; set it, or remove ${channel}`,
    )
  }
}

function readSlack(bot: Bot | undefined, variables: Environment, faults: Faults): Config['slack'] {
  const { SLACK_BOT_TOKEN: tokens, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = variables
  if (tokens !== undefined && (appToken !== undefined || signingSecret !== undefined)) {
    const botTokens = tokens
      .reveal()
      .split(',')
      .map((token) => new Secret(token))
    return {
      botTokens,
      appToken,
      signingSecret,
      apiUrl: variables.SLACK_API_URL,
      agentView: bot?.slack.agentView ?? true,
    }
  }
  if (tokens !== undefined)
    faults.add(
      'environment',
      'SLACK_APP_TOKEN',
      'missing; beside SLACK_BOT_TOKEN Slack needs it, it begins with xapp-, or SLACK_SIGNING_SECRET where Slack calls the bot over HTTP',
    )
  else if (appToken !== undefined || signingSecret !== undefined) {
    const other = appToken === undefined ? 'SLACK_SIGNING_SECRET' : 'SLACK_APP_TOKEN'
    faults.add('environment', 'SLACK_BOT_TOKEN', `missing; Slack needs it beside ${other}, it begins with xoxb-`)
  }
  return undefined
}

function readDiscord(bot: Bot | undefined, variables: Environment, faults: Faults): Config['discord'] {
  const { DISCORD_TOKEN: token, DISCORD_PUBLIC_KEY: publicKey, DISCORD_API_URL: apiUrl } = variables
  if (token !== undefined) {
    const { messageContent, servers } = bot?.discord ?? { messageContent: false, servers: [] }
    return { token, publicKey, apiUrl, messageContent, servers }
  }
  if (publicKey !== undefined)
    faults.add('environment', 'DISCORD_TOKEN', 'missing; Discord needs it beside DISCORD_PUBLIC_KEY')
  return undefined
}
