import { loadConfig } from '../../config/load.ts'
import { printAnswer } from '../../handlers/cli/chat.ts'
import { startBot } from '../../src/assemble.ts'
import type { ChatAnswer, ChatClient } from '../../src/core/chat-client.ts'
import { newBotFolder } from '../store.ts'
import { startScriptedProvider } from './scripted-provider.ts'

/** The day on which the transcripts of the documents take place. */
const day = new Date('2026-11-21T10:00:00Z')

/**
 * A conversation in a document: a block marked `transcript`. `transcript NAME=VALUE …` sets variables of the bot's
 * environment; with a key of Anthropic's it asks a stand-in for Anthropic, see scripted-provider.ts.
 */
export interface Transcript {
  readonly text: string
  readonly environment: Readonly<Record<string, string>>
}

/** What a customer says in a transcript: the lines that begin with `> `. */
export function saidIn({ text }: Transcript): string[] {
  return text.split('\n').flatMap((line) => (line.startsWith('> ') ? [line.slice(2)] : []))
}

/** The transcripts in a Markdown document. */
export function transcriptsOf(document: string): Transcript[] {
  return [...document.matchAll(/^```transcript((?: \w+=\S+)*)\n([^]*?)^```$/gm)].map(
    ([, settings = '', text = '']) => ({
      text,
      environment: Object.fromEntries([...settings.matchAll(/(\w+)=(\S+)/g)].map(([, name, value]) => [name, value])),
    }),
  )
}

/**
 * Says what the customer of a transcript says to a fresh bot, as `tuppence chat --receipt` would, and prints the whole
 * conversation. 👍 and 👎 are shown, as they are to a person at a terminal, where the transcript has them.
 */
export async function converse(transcript: Transcript): Promise<string> {
  const folder = newBotFolder()
  const provider = await startScriptedProvider()
  const bot = await startBot(
    loadConfig({ ...transcript.environment, TUPPENCE_DATA_DIR: folder.path, ANTHROPIC_BASE_URL: provider.url }),
    'terminal',
    { now: () => day, openStore: folder.openStore },
  )
  try {
    if (bot.terminal === undefined) throw new Error('a bot started for the terminal has one')
    return await sayAll(transcript, bot.terminal.client)
  } finally {
    await bot.stop()
    await provider.close()
    await folder.remove()
  }
}

async function sayAll(transcript: Transcript, client: ChatClient): Promise<string> {
  const showsRating = transcript.text.includes('👍')
  const parts: string[] = []
  let buttons: ChatAnswer['replies'][number]['actions'] = []
  for (const line of saidIn(transcript)) {
    const pressed = buttons[Number(/^\d{1,2}$/.exec(line)?.[0] ?? 0) - 1]
    const answer = await (pressed === undefined ? client.say(line) : client.press(pressed.id))
    const offered = answer.replies.flatMap((reply) => reply.actions)
    if (answer.replies.length > 0) buttons = showsRating ? offered : offered.filter(({ kind }) => kind === undefined)
    parts.push(`> ${line}\n${printAnswer(answer, { isColoured: false, showsReceipt: true, showsRating })}`)
  }
  return parts.join('\n')
}
