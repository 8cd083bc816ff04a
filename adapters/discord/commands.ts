import type { REST } from 'discord.js'
import { pause } from '../../src/core/pause.ts'
import { toChannelError } from './failure.ts'
import { listed, property } from './shape.ts'

/** Whoever may manage messages is taken for the team's; who they are is asked again when they choose. */
const manageMessages = String(1 << 13)
/** Only administrators, until a server's owner gives it to others. */
const administratorsOnly = '0'
const inServers = [0]
const inServersAndDirectMessages = [0, 1]

interface Command {
  readonly name: string
  readonly type: 1 | 3
  readonly description: string
  readonly options: readonly object[]
  readonly default_member_permissions: string | null
  readonly contexts: readonly number[]
  readonly integration_types: readonly number[]
}

/** What can be typed, and chosen from the menu of a message. */
export const commands: readonly Command[] = [
  {
    ...shared('ask', 1, inServersAndDirectMessages),
    description: 'Ask the support bot a question',
    options: [
      { type: 3, name: 'question', description: 'What you would like to know', required: true, max_length: 4000 },
    ],
  },
  {
    ...shared('spend', 1, inServers),
    description: 'What the bot spends, and its switches; for admins',
    options: [
      { type: 3, name: 'what', description: 'today, week, models, intents, mode, limit or help', max_length: 200 },
    ],
    default_member_permissions: administratorsOnly,
  },
  { ...shared('Make a ticket', 3, inServers), default_member_permissions: manageMessages },
  { ...shared('Try advanced AI', 3, inServers), default_member_permissions: manageMessages },
]

function shared(name: string, type: Command['type'], contexts: readonly number[]): Command {
  return {
    name,
    type,
    description: '',
    options: [],
    default_member_permissions: null,
    contexts,
    integration_types: [0],
  }
}

const firstPauseMs = 5000
const longestPauseMs = 10 * 60_000

/** How long registering goes on, and who is told of each failure. */
export interface Registering {
  readonly signal: AbortSignal
  readonly onFailure: (error: unknown) => void
}

/** Registers the commands, and after a failure again, at longer and longer intervals, until it has succeeded. */
export async function keepRegistering(
  rest: REST,
  application: string,
  { signal, onFailure }: Registering,
): Promise<void> {
  for (let waitMs = firstPauseMs; !signal.aborted; waitMs = Math.min(waitMs * 2, longestPauseMs)) {
    try {
      return await registerCommands(rest, application)
    } catch (error) {
      onFailure(error)
    }
    await pause(waitMs, signal)
  }
}

/**
 * Registers the commands, if Discord has others. Discord allows 200 of them a day, and clients forget what they know of
 * commands whenever they change.
 * @throws ChannelError
 */
async function registerCommands(rest: REST, application: string): Promise<void> {
  const path = `/applications/${application}/commands` as const
  try {
    const present = await rest.get(path)
    const all: readonly unknown[] = Array.isArray(present) ? present : []
    // The entry of an app's activity is made by Discord, and has to be among those that are put.
    const [entries, ours] = [all.filter(isEntry), all.filter((command) => !isEntry(command))]
    if (normalised(ours) !== normalised(commands)) await rest.put(path, { body: [...commands, ...entries] })
  } catch (error) {
    throw toChannelError('The commands could not be registered with Discord', error)
  }
}

function isEntry(command: unknown): boolean {
  return property(command, 'type') === 4
}

/** What counts of commands, in one order, with what Discord fills in left out. */
function normalised(all: readonly unknown[]): string {
  const lines = all.map((command) =>
    JSON.stringify([
      property(command, 'name'),
      property(command, 'type') ?? 1,
      property(command, 'description') ?? '',
      listed(command, 'options').map((option) => [
        property(option, 'type'),
        property(option, 'name'),
        property(option, 'description'),
        property(option, 'required') === true,
        property(option, 'max_length') ?? null,
      ]),
      property(command, 'default_member_permissions') ?? null,
      sorted(listed(command, 'contexts')),
      sorted(listed(command, 'integration_types')),
    ]),
  )
  return lines.toSorted().join('\n')
}

function sorted(numbers: readonly unknown[]): readonly number[] {
  return numbers.map(Number).toSorted((one, other) => one - other)
}
