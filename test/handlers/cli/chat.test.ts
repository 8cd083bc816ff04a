import { expect, test } from 'vitest'
import { createChatCommand, printAnswer } from '../../../handlers/cli/chat.ts'
import type { ChatAction, ChatAnswer, ChatClient } from '../../../src/core/chat-client.ts'
import { createMemoryIo } from './io.ts'

const escape = String.fromCharCode(27)
const buttons: readonly ChatAction[] = [
  { id: 'yes', label: 'Yes' },
  { id: 'no', label: 'No' },
  { id: 'up', label: '👍', kind: 'feedback' },
  { id: 'down', label: '👎', kind: 'feedback' },
  { id: 'more', label: 'Try advanced AI', kind: 'advanced' },
]
const answer = (text: string, actions: readonly ChatAction[] = buttons): ChatAnswer => ({
  conversation: 'c',
  message: 'm',
  replies: [{ text, actions }],
  receipt: undefined,
})
const silence: ChatAnswer = { ...answer(''), replies: [] }

/** A bot that writes down what it hears; a thumb is answered with nothing. */
function createBot(): ChatClient & { readonly heard: string[] } {
  const heard: string[] = []
  return {
    heard,
    say: async (text) => {
      heard.push(`say ${text}`)
      return answer('Shall I?')
    },
    press: async (action) => {
      heard.push(`press ${action}`)
      return action === 'up' ? silence : answer('Done.', [])
    },
    close: async () => {},
  }
}

async function chat(lines: string, args: string[], isTerminal: boolean) {
  const bot = createBot()
  const io = createMemoryIo({ stdin: lines })
  if (isTerminal) for (const stream of [io.stdin, io.stdout]) Object.assign(stream, { isTTY: true })
  await createChatCommand(async () => bot).run(args, io)
  return { heard: bot.heard, output: io.output() }
}

test('the buttons that rate an answer share one line after its own, which steps back where the terminal can show it', () => {
  const shown = { showsReceipt: false, showsRating: true }

  expect(printAnswer(answer('Shall I?'), { ...shown, isColoured: false })).toBe(
    'Shall I?\n  [1] Yes\n  [2] No\n  [3] 👍  [4] 👎  [5] Try advanced AI\n',
  )
  expect(printAnswer(answer('Shall I?'), { ...shown, isColoured: true })).toContain(
    `\n  ${escape}[2m[3] 👍  [4] 👎  [5] Try advanced AI${escape}[22m\n`,
  )
})

test('a rating is thanked for, and the buttons above stay the ones that numbers press', async () => {
  const { heard, output } = await chat('hello\n3\n1\n', [], true)

  expect(heard).toEqual(['say hello', 'press up', 'press yes'])
  expect(output).toContain('(noted, thank you)')
})

test('where nobody sits, ratings are not shown, and their numbers are words like any other', async () => {
  const { heard, output } = await chat('hello\n3\n', [], false)

  expect(heard).toEqual(['say hello', 'say 3'])
  expect(output).toBe('Shall I?\n  [1] Yes\n  [2] No\n\nShall I?\n  [1] Yes\n  [2] No\n\n')
})

test('as JSON every button is told with its kind, and its number presses it', async () => {
  const { heard, output } = await chat('hello\n3\n', ['--json'], false)

  const [first, second] = output
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line))
  expect(heard).toEqual(['say hello', 'press up'])
  expect(first).toMatchObject({ replies: [{ text: 'Shall I?', actions: buttons }] })
  expect(second).toMatchObject({ replies: [] })
})
