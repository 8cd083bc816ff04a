import { rm } from 'node:fs/promises'
import { loadConfig } from '../../config/load.ts'
import { printAnswer } from '../../handlers/cli/chat.ts'
import { startBot } from '../../src/assemble.ts'
import type { ChatAnswer } from '../../src/core/chat-client.ts'
import { newDataFolder } from '../data-folder.ts'

/** The day on which the transcripts of the documents take place. */
const day = new Date('2026-11-21T10:00:00Z')

/** What a customer says in a transcript: the lines that begin with `> `. */
export function saidIn(transcript: string): string[] {
  return transcript.split('\n').flatMap((line) => (line.startsWith('> ') ? [line.slice(2)] : []))
}

/** The transcripts in a Markdown document: its blocks marked `transcript`. */
export function transcriptsOf(document: string): string[] {
  return [...document.matchAll(/^```transcript\n([^]*?)^```$/gm)].map((found) => found[1] ?? '')
}

/**
 * Says each line to a fresh bot, as `tuppence chat --receipt` would, and prints the whole conversation.
 * @param showsRating whether 👍 and 👎 are shown, as they are to a person at a terminal
 */
export async function converse(lines: readonly string[], showsRating: boolean): Promise<string> {
  const folder = newDataFolder()
  const bot = await startBot(loadConfig({ TUPPENCE_DATA_DIR: folder }), 'terminal', () => day)
  const client = bot.terminal?.client
  if (client === undefined) throw new Error('a bot started for the terminal has one')
  try {
    const parts: string[] = []
    let buttons: ChatAnswer['replies'][number]['actions'] = []
    for (const line of lines) {
      const pressed = buttons[Number(/^\d{1,2}$/.exec(line)?.[0] ?? 0) - 1]
      const answer = await (pressed === undefined ? client.say(line) : client.press(pressed.id))
      const offered = answer.replies.flatMap((reply) => reply.actions)
      if (answer.replies.length > 0) buttons = showsRating ? offered : offered.filter(({ kind }) => kind === undefined)
      parts.push(`> ${line}\n${printAnswer(answer, { isColoured: false, showsReceipt: true, showsRating })}`)
    }
    return parts.join('\n')
  } finally {
    await bot.stop()
    await rm(folder, { recursive: true, force: true })
  }
}
