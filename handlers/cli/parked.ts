import type { CliCommand } from '../../src/core/cli.ts'
import { UsageError } from '../../src/core/errors.ts'
import type { ParkedDecision } from '../../src/core/parked.ts'
import type { WireParked, WireParkedDetails, WireParkedList, WireTrace } from '../../src/safety/wire-parked.ts'
import { parseArguments } from './arguments.ts'
import { left, printCount, printTable, right } from './format.ts'

/** Where parked messages are read and decided about: the bot that runs, or the store itself. */
export interface ParkedSource {
  list(which: 'parked' | 'all'): Promise<WireParkedList>
  /** @throws UsageError when no such message was parked */
  show(message: string): Promise<WireParkedDetails>
  /** @throws UsageError when there is nothing to decide any more */
  decide(message: string, decision: ParkedDecision): Promise<WireParkedDetails>
  close(): Promise<void>
}

const help = `Usage: tuppence parked [--all] [--json]
       tuppence parked show ID [--json]
       tuppence parked replay ID [--json]
       tuppence parked discard ID [--json]

Messages that could not be answered: each was tried up to five times, its customer has one apology, and the team a ticket.

  show ID      the message without personal details, what was done for it already, and what a replay would do
  replay ID    the bot answers it anew, as often as a message that has just come in; what was done already is found
               and not done again, and the customer sees the answer below the apology
  discard ID   nothing more is done; the ticket stays with the team
  --all        those as well about which somebody has decided
  --json       {parked: [...]}, or with an ID one object with alreadyDone: [{what, state, id, onReplay}], willBeDone and
               later; each message is {message, conversation, channel, state, reason, fault, tries, replays, text, at,
               ticket, closed}

Who replayed or discarded is on the audit record. While a bot runs on the same data folder, the command asks that one;
otherwise it opens the store itself, and with Postgres a running bot begins a replay within seconds.

Example: tuppence parked
`

const verbs = ['show', 'replay', 'discard'] as const

/** `tuppence parked`. @param open reaches the bot that runs, or opens the store */
export function createParkedCommand(open: () => Promise<ParkedSource>): CliCommand {
  return {
    summary: 'messages that could not be answered; replay or discard them',
    help,
    async run(args, io) {
      const parsed = parseArguments(args, 'parked', { all: { type: 'boolean' } })
      const { verb, message } = wishOf(parsed.files)
      const source = await open()
      try {
        const found = await (verb === 'list'
          ? source.list(parsed.values['all'] === true ? 'all' : 'parked')
          : verb === 'show'
            ? source.show(message)
            : source.decide(message, verb))
        if (parsed.values['json'] === true) io.stdout.write(`${JSON.stringify(found)}\n`)
        else
          io.stdout.write(
            'parked' in found ? printList(found) : verb === 'show' ? printShown(found) : printDecided(found),
          )
      } finally {
        await source.close()
      }
      return 0
    },
  }
}

type Wish =
  | { readonly verb: 'list'; readonly message?: undefined }
  | { readonly verb: (typeof verbs)[number]; readonly message: string }

function wishOf([name, message, ...more]: readonly string[]): Wish {
  if (name === undefined) return { verb: 'list' }
  const verb = verbs.find((one) => one === name)
  if (verb === undefined)
    throw new UsageError(`parked knows no "${name}"; known: ${verbs.join(', ')}, or nothing for the list.`)
  if (message === undefined || more.length > 0)
    throw new UsageError(`parked ${verb} takes the id of one message, for example tuppence parked ${verb} 0193f2.`)
  return { verb, message }
}

function printList({ parked }: WireParkedList): string {
  if (parked.length === 0) return 'No message is parked.\n'
  const heading = [
    left('message'),
    left('channel'),
    left('parked'),
    left('reason'),
    right('tries'),
    left('ticket'),
    left(''),
  ]
  return printTable(
    heading,
    parked.map(({ message, channel, at, reason, tries, ticket, state }) => [
      message,
      channel,
      toMinute(at),
      reason,
      String(tries),
      ticket ?? '-',
      state === 'parked' ? '' : state,
    ]),
  )
}

function toMinute(at: string): string {
  return at.slice(0, 16).replace('T', ' ')
}

function printShown(shown: WireParkedDetails): string {
  const { alreadyDone, willBeDone, later } = shown
  const traces = printTable(
    [left('already done'), left('stands at'), left('a replay')],
    alreadyDone.map((trace) => [nameOf(trace), trace.state, whatReplayDoes[trace.onReplay]]),
  )
  const next = willBeDone.map((will) => `Will be done by a replay: ${whatIsNext[will]}\n`).join('')
  const after = later.answered + later.owed
  const since = after === 0 ? '' : `${printCount(after, 'message')} of the conversation came after it.\n`
  return `${printHeading(shown)}\n${traces}\n${next}${since}`
}

function printHeading({ message, channel, at, reason, fault, tries, replays, text, closed }: WireParked): string {
  const rows = [
    ['message', `${message} (${channel})`],
    [
      'parked',
      `${toMinute(at)}, after ${printCount(tries, 'try', 'tries')}${replays === 0 ? '' : ` and ${printCount(replays, 'replay')}`}`,
    ],
    ['because', `${reason}: ${fault}`],
    ['text', text.replace(/\s+/g, ' ')],
    ...(closed === null ? [] : [['decided', `${closed.by}, ${toMinute(closed.at)}`]]),
  ]
  return printTable([left(''), left('')], rows).replace(/^\n/, '')
}

function nameOf({ what, id }: WireTrace): string {
  return { reply: 'a reply to the customer', ticket: `ticket ${id ?? ''}`, card: "the team's card" }[what]
}

const whatReplayDoes = {
  kept: 'leaves it as it is',
  found: 'finds it, and opens no other',
  told: 'notes there that the customer has an answer',
} as const

const whatIsNext = {
  answer: 'the bot answers the message, below what it has said already.',
  'note-for-person': 'a person has the conversation, so it is noted for them; the bot does not answer.',
} as const

function printDecided({ message, state }: WireParkedDetails): string {
  return state === 'discarded'
    ? `Discarded: nothing more is done for ${message}; its ticket stays with the team.\n`
    : `Replayed: ${message} is answered anew.\n`
}
