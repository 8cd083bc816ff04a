import { createInterface } from 'node:readline'
import { WriteStream } from 'node:tty'
import { TuppenceError, UsageError } from '../../src/core/errors.ts'
import type { ChatAction, ChatAnswer, ChatClient } from '../../src/core/chat-client.ts'
import type { CliCommand, CliIo } from '../../src/core/cli.ts'
import { printDollars, type MicroDollars } from '../../src/core/money.ts'
import { dim, renderPlain, wrapLines } from '../../src/core/render.ts'
import { parseArguments, refuseFiles } from './arguments.ts'

const help = `Talks to the bot in the terminal.

  tuppence chat                    a conversation; a number presses a button, an empty line does nothing, Ctrl-D ends
  tuppence chat --once "text"      answers one message
  tuppence chat < messages.txt     answers each line of a file or a pipe, in order

  --json       each answer as one line of JSON: {conversation, message, replies, receipt}
  --receipt    shows why each answer was given, which models were asked, and what it cost

While a bot runs on the same data folder, the command talks to that one.

Example: tuppence chat --once "I was charged twice for order 1042"
`

/** `connect` opens the bot, or reaches the one that runs. */
export function createChatCommand(connect: () => Promise<ChatClient>): CliCommand {
  return {
    summary: 'the same bot in the terminal; --once "text" answers one message; a pipe works',
    help,
    run: async (args, io) => {
      const parsed = parseArguments(args, 'chat', { once: { type: 'string' }, receipt: { type: 'boolean' } })
      refuseFiles(parsed, 'tuppence chat --once "Where is my order?"')
      const { once, json, receipt } = parsed.values
      if (typeof once === 'string' && once.trim() === '')
        throw new UsageError('--once is empty; for example `tuppence chat --once "Where is my order?"`.')
      const client = await connect()
      const isPerson = isTerminal(io.stdin) && isTerminal(io.stdout) && typeof once !== 'string'
      const printing = { isJson: json === true, showsReceipt: receipt === true, showsRating: isPerson }
      const show = createPrinter(io, printing)
      try {
        if (typeof once === 'string') show(await client.say(once))
        else return await converse({ client, show, printing }, io)
      } finally {
        await client.close()
      }
      return 0
    },
  }
}

type Show = (answer: ChatAnswer) => void

/** How answers are printed. Where the buttons that rate them are not shown, their numbers mean nothing. */
interface Printing {
  readonly isJson: boolean
  readonly showsReceipt: boolean
  readonly showsRating: boolean
}

interface Talk {
  readonly client: ChatClient
  readonly show: Show
  readonly printing: Printing
}

/** Answers line after line; one that is refused is told and does not end the conversation, but counts in the exit code. */
async function converse({ client, show, printing }: Talk, io: CliIo): Promise<number> {
  const isPerson = isTerminal(io.stdin) && isTerminal(io.stdout)
  if (isPerson)
    io.stderr.write('Ask something, for example: Where is my order?   (a number presses a button, Ctrl-D ends)\n')
  const lines = createInterface({
    input: io.stdin,
    ...(isPerson ? { output: io.stdout, prompt: '> ', terminal: true } : { terminal: false }),
  })
  // After Ctrl-D the lines before it are still answered, but nobody is asked for another.
  let isOpen = true
  lines.once('close', () => {
    isOpen = false
  })
  if (isPerson) lines.prompt()
  let buttons: readonly ChatAction[] = []
  let refused = 0
  for await (const line of lines) {
    const text = line.trim()
    try {
      const answer = text === '' ? undefined : await answerLine(client, text, buttons)
      if (answer !== undefined) show(answer)
      // A press that shows nothing leaves the buttons on the screen as they are.
      if (answer !== undefined && answer.replies.length > 0) buttons = buttonsOf(answer, printing)
    } catch (error) {
      if (!(error instanceof TuppenceError)) throw error
      io.stderr.write(`tuppence: ${error.message}\n`)
      refused += 1
    }
    if (isPerson && isOpen) lines.prompt()
  }
  return refused === 0 ? 0 : 1
}

/** A number presses that button of the last answer; anything else is said. */
async function answerLine(client: ChatClient, text: string, buttons: readonly ChatAction[]): Promise<ChatAnswer> {
  const number = Number(/^\d{1,2}$/.exec(text)?.[0] ?? 0)
  const action = buttons[number - 1]
  return await (action === undefined ? client.say(text) : client.press(action.id))
}

/** The buttons whose numbers were printed. */
function buttonsOf(answer: ChatAnswer, { isJson, showsRating }: Printing): readonly ChatAction[] {
  const all = answer.replies.flatMap(({ actions }) => actions)
  return isJson || showsRating ? all : all.filter(({ kind }) => kind === undefined)
}

function createPrinter(io: CliIo, options: Printing): Show {
  const screen = io.stdout instanceof WriteStream && io.stdout.isTTY ? io.stdout : undefined
  const isColoured = screen?.hasColors() === true
  const showsReceipt = options.showsReceipt || isTerminal(io.stdout)
  return (answer) => {
    const printed = options.isJson ? toJson(answer) : printAnswer(answer, { ...options, isColoured, showsReceipt })
    io.stdout.write(`${screen === undefined || options.isJson ? printed : wrapLines(printed, screen.columns)}\n`)
  }
}

function toJson({ conversation, message, replies, receipt }: ChatAnswer): string {
  const shown = replies.map(({ text, actions }) => ({
    text,
    actions: actions.map(({ id, label, kind }) => ({ id, label, ...(kind === undefined ? {} : { kind }) })),
  }))
  return JSON.stringify({ conversation, message, replies: shown, receipt })
}

/** An answer as the terminal shows it: the text, its buttons with their numbers, how to rate it, the receipt in one line. */
export function printAnswer(
  answer: ChatAnswer,
  options: { readonly isColoured: boolean; readonly showsReceipt: boolean; readonly showsRating: boolean },
): string {
  if (answer.replies.length === 0) return '  (noted, thank you)\n'
  const lines: string[] = []
  let number = 0
  const numbered = ({ label }: ChatAction): string => `[${(number += 1)}] ${renderPlain(label, { isColoured: false })}`
  for (const { text, actions } of answer.replies) {
    lines.push(renderPlain(text, options))
    for (const action of actions) if (action.kind === undefined) lines.push(`  ${numbered(action)}`)
    const rating = options.showsRating ? actions.filter(({ kind }) => kind !== undefined) : []
    if (rating.length > 0) lines.push(`  ${dim(rating.map(numbered).join('  '), options)}`)
  }
  if (options.showsReceipt && answer.receipt !== undefined) lines.push(receiptLine(answer.receipt))
  return `${lines.join('\n')}\n`
}

function receiptLine(receipt: NonNullable<ChatAnswer['receipt']>): string {
  const cost = Number(receipt['costMicroDollars'] ?? 0) as MicroDollars
  const otherwise = Number(receipt['wouldHaveCostMicroDollars'] ?? 0) as MicroDollars
  const confidence = `${Math.floor(Number(receipt['confidence'] ?? 0) * 100)} %`
  const why = `${String(receipt['intent'])} ${confidence} by ${String(receipt['stage'])}; ${String(receipt['because'])}`
  const asked = askedOf(receipt['calls'])
  return `  (${why}${asked}; cost ${printDollars(cost)}, the dearest model about ${printDollars(otherwise)})`
}

/** The models that were asked, each with what it cost; `rejected` or `failed` where its answer was not used. */
function askedOf(calls: unknown): string {
  const list: readonly unknown[] = Array.isArray(calls) ? calls : []
  const asked = list.flatMap((call) => {
    if (typeof call !== 'object' || call === null || !('model' in call) || !('costMicroDollars' in call)) return []
    const outcome = 'outcome' in call && call.outcome !== 'answered' ? ` (${String(call.outcome)})` : ''
    return [`${String(call.model)} ${printDollars(Number(call.costMicroDollars) as MicroDollars)}${outcome}`]
  })
  return asked.length === 0 ? '' : `; asked ${asked.join(', ')}`
}

function isTerminal(stream: NodeJS.ReadableStream | NodeJS.WritableStream): boolean {
  return 'isTTY' in stream && stream.isTTY === true
}
