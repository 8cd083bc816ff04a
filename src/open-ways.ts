import { randomBytes } from 'node:crypto'
import type { Config } from '../config/config.ts'
import { openTerminal, openWeb, platformsOf, type Foundation } from './channels.ts'
import type { Opened } from './closing.ts'
import type { ChannelName } from './core/message.ts'
import type { BudgetLedger, Channel, IsPlatformAdmin, Queue, Receive } from './core/ports.ts'
import { Secret } from './core/secret.ts'
import { keepStarting, listenerOf, type StartParts } from './keep-starting.ts'
import type { Models } from './open-models.ts'
import type { Trial } from './trial.ts'

interface WayParts {
  readonly foundation: Foundation
  readonly ledger: BudgetLedger
  readonly queue: Queue
  readonly models: Models
  readonly trial: Trial
}

/** The ways in and out of a bot. */
export type Ways = Awaited<ReturnType<typeof openWays>>

/** The ways in and out that there will be: none of them has begun to listen. */
export async function openWays(
  config: Config,
  which: 'configured' | 'terminal',
  { foundation, ledger, queue, models, trial }: WayParts,
) {
  const channels = new Map<ChannelName, Channel>()
  const admins = new Map<ChannelName, IsPlatformAdmin>()
  const receivers = new Map<string, Receive>()
  const real = which === 'terminal' ? [] : platformsOf(config, foundation)
  const platforms = real.map(trial.around?.platform ?? ((platform) => platform))
  const localToken = new Secret(randomBytes(32).toString('base64url'))
  const terminal = which === 'terminal' ? openTerminal(config, foundation) : undefined
  const platformPaths = platforms.flatMap(({ path }) => path ?? [])
  const needs = { localToken, ledger, queue, models, receivers, platformPaths }
  const web = terminal === undefined ? await openWeb(config, foundation, needs) : undefined
  return { channels, admins, receivers, platforms, terminal, web, localToken }
}

/**
 * Joins the platforms, and starts the web or the terminal. What is left when nothing runs any more is noted in `joined`.
 *
 * @param intake undefined where nothing is taken in
 */
export async function listen(
  { intake, observer }: Pick<StartParts, 'intake' | 'observer'>,
  { channels, admins, receivers, platforms, terminal, web }: Ways,
  joined: Opened,
): Promise<void> {
  for (const platform of platforms)
    joined.others.push(await keepStarting(platform, { intake, channels, admins, receivers, observer }))
  const local: Channel | undefined = terminal ?? web
  if (local === undefined) return
  joined.others.push(() => local.stop())
  await local.start(listenerOf(local.name, { intake, observer }))
  channels.set(local.name, local)
  observer.event({ name: 'channel.started', level: 'info', fields: { channel: local.name } })
}
