import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { linesOf, parseMarkup, type Span } from '../../../src/core/markup.ts'
import { createVisitor, get, startWebBot, type Visitor, type WebBot } from './web-bot.ts'

let bot: WebBot
beforeAll(async () => {
  bot = await startWebBot()
})
afterAll(() => bot.stop())

/** Everything in a reply that a reader could click or would see as bold or as code. */
function markupOf(text: string): readonly Exclude<Span, { kind: 'text' }>[] {
  const spans = parseMarkup(text).flatMap((block) => linesOf(block).flat())
  return spans.flatMap((span) => (span.kind === 'text' ? [] : [span]))
}

const traps = [
  '[your bank](https://evil.example)',
  '![x](https://evil.example/pixel.png)',
  '**bold** `code` https://evil.example',
  '\\[your bank\\](https://evil.example)',
  '\\\\[your bank](https://evil.example)',
  ']( https://evil.example)[x](https://evil.example)',
  '[a](mailto:evil@evil.example)',
  '| a | b |\n| --- | --- |\n| [x](https://evil.example) | **b** |',
  '<https://evil.example|your bank> <!channel> @everyone',
  '- [x](https://evil.example)\n- **b**',
]

/** Ways in which a customer's own words come back to them: as an address, as the name of a ticket, as a code, as an e-mail. */
const echoes: [string, (visitor: Visitor, trap: string) => Promise<string[]>][] = [
  [
    'a first message',
    async (visitor, trap) => [(await visitor.say(trap)).body.replies.map((reply) => reply.text).join('\n')],
  ],
  ['a discount code', async (visitor, trap) => await talk(visitor, ['My discount code does not work', trap])],
  [
    'the subject and the text of a ticket',
    async (visitor, trap) =>
      await talk(visitor, [
        'I want to open a ticket',
        trap,
        trap,
        'yes',
        'Show me my tickets',
        'What is the state of my ticket?',
      ]),
  ],
  [
    'an e-mail address',
    async (visitor, trap) => await talk(visitor, ['I was charged twice for order 1042', `${trap}a@b.example`, trap]),
  ],
  [
    'an order number',
    async (visitor, trap) => await talk(visitor, [`Where is order ${trap}?`, 'ada@example.com', 'BS6 5QA', trap]),
  ],
  [
    'a new delivery address',
    async (visitor, trap) =>
      await talk(visitor, [
        'Change the delivery address of order 1047',
        'dev@example.com',
        'LE1 6TP',
        `${trap} 12 Long Street, LE1 6TP Leicester`,
        'no',
      ]),
  ],
]

async function talk(visitor: Visitor, lines: readonly string[]): Promise<string[]> {
  const texts: string[] = []
  let conversation: string | undefined
  for (const line of lines) {
    const { body } = await visitor.say(line, conversation === undefined ? {} : { conversation })
    conversation = body.conversation
    texts.push(...body.replies.flatMap((reply) => [reply.text, ...reply.actions.map((action) => action.label)]))
  }
  return texts
}

test.each(echoes)("a customer's markup never becomes a link, bold or code of ours: as %s", async (_, say) => {
  for (const trap of traps) {
    const texts = await say(createVisitor(bot.url), trap)

    const foreign = texts
      .flatMap(markupOf)
      .filter((span) => span.kind === 'link' || /^(?:b|bold|code)$/.test(span.text))
    expect({ trap, foreign }).toEqual({ trap, foreign: [] })
    expect(texts.length).toBeGreaterThan(0)
  }
})

const given = process.env['TUPPENCE_TEST_DATA']
const roots =
  given === undefined || given === ''
    ? [fileURLToPath(new URL('../../../../shared/data/hostile', import.meta.url))]
    : [given, join(given, 'hostile')]
const folders = roots
  .flatMap((root) => ['blns', 'injection', 'unicode'].map((name) => join(root, name)))
  .filter((folder) => existsSync(folder))

function textsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name)
    if (statSync(path).isDirectory()) return textsIn(path)
    if (name.endsWith('.json')) return stringsOf(JSON.parse(readFileSync(path, 'utf8')))
    return name.endsWith('.txt') ? readFileSync(path, 'utf8').split('\n') : []
  })
}

function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(stringsOf) : []
}

describe.each(folders)('every text in %s', (folder) => {
  test('is answered, or refused by name, and the bot lives', async () => {
    const texts = [...new Set(textsIn(folder))]
    const visitor = createVisitor(bot.url, { 'x-forwarded-for': '203.0.113.9' })
    await visitor.say('hello')
    const surprises: unknown[] = []

    const lanes = Array.from({ length: 8 }, async () => {
      for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
        const { status, body } = await visitor.say(text)
        const isAnswered =
          status === 200 &&
          body.replies.length > 0 &&
          body.replies.every(
            (reply) => reply.text.trim() !== '' && markupOf(reply.text).every((span) => span.kind !== 'link'),
          )
        const isNamed =
          (status === 400 || status === 413) && body.error.message !== '' && body.error.field !== undefined
        if (!isAnswered && !isNamed) surprises.push({ text, status, body })
      }
    })
    await Promise.all(lanes)

    expect(surprises).toEqual([])
    expect((await get(`${bot.url}/readyz`)).status).toBe(200)
  }, 60_000)
})
