/** One permission of a bot in a server, and why it is asked for. */
export interface Permission {
  /** Its bit (https://docs.discord.com/developers/topics/permissions, read 2026-11-27). */
  readonly bit: bigint
  /** As Discord shows it in a role. */
  readonly name: string
  readonly why: string
}

/** All the bot needs. Nothing that can be left out is among them. */
export const permissions: readonly Permission[] = [
  { bit: 1n << 10n, name: 'View Channels', why: 'to see the channels where it is asked' },
  { bit: 1n << 11n, name: 'Send Messages', why: 'to answer, and to show its cards to the team' },
  { bit: 1n << 38n, name: 'Send Messages in Threads', why: 'to answer in threads, and below its cards' },
  { bit: 1n << 35n, name: 'Create Public Threads', why: 'for the thread below each card, where the team writes' },
  { bit: 1n << 34n, name: 'Manage Threads', why: 'to open an archived thread again, and to tag posts of a forum' },
  { bit: 1n << 15n, name: 'Attach Files', why: 'for the picture of the day in /spend' },
  {
    bit: 1n << 16n,
    name: 'Read Message History',
    why: 'to reply to a message, to look before it sends a second time, and to read what it missed',
  },
]

/** The scopes of the invitation, and why each is asked for. */
export const scopes = [
  { name: 'bot', why: 'to be a member of the server' },
  { name: 'applications.commands', why: 'for /ask, /spend and the menu of messages' },
] as const

/** The page where a server's owner lets the bot in, with exactly these permissions ticked. */
export function inviteLink(application: string): string {
  const bits = permissions.reduce((sum, { bit }) => sum | bit, 0n)
  const query = new URLSearchParams({
    client_id: application,
    scope: scopes.map(({ name }) => name).join(' '),
    permissions: String(bits),
    integration_type: '0',
  })
  return `https://discord.com/oauth2/authorize?${query.toString()}`
}
