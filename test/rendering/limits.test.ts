import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toDiscord, type DiscordPart } from '../../adapters/discord/components.ts'
import { toBlocks, toHomeView, type SlackPart } from '../../adapters/slack/blocks.ts'
import type { Reply, ReplyAction } from '../../src/core/reply.ts'
import { wordsOf } from './discord-judge.ts'
import { discordLimits, markdownOf } from './discord-limits.ts'
import type { Finding } from './finding.ts'
import { slackLimits } from './slack-limits.ts'

const rules = { linkHosts: new Set(['help.example']), sentences: { cancel: 'Cancel' } }

function slackOf(reply: Partial<Reply>): readonly SlackPart[] {
  return toBlocks({ text: '', actions: [], audience: 'customer', ...reply }, rules)
}

function discordOf(reply: Partial<Reply>, isCard = false): readonly DiscordPart[] {
  return toDiscord({ text: '', actions: [], audience: 'customer', ...reply }, { ...rules, isCard })
}

/** Where either platform would refuse a reply, as a message or as a page. */
function faultsOf(reply: Partial<Reply>): Finding[] {
  const home = toHomeView({ text: '', actions: [], audience: 'customer', ...reply }, rules)
  return [
    ...slackOf(reply).flatMap((part) => slackLimits(part)),
    ...discordOf(reply).flatMap(discordLimits),
    ...discordOf(reply, true).flatMap(discordLimits),
    ...slackLimits({ text: '', blocks: home.blocks }, 100),
  ]
}

describe('texts of any length keep the limits and end by name', () => {
  test.each([
    ['formatted words', '**🙂** `x` [help](https://help.example/) words '.repeat(900)],
    ['words', 'word '.repeat(40_000)],
    ['one word', 'a'.repeat(100_000)],
    ['items', '- item\n'.repeat(8000)],
    ['numbered items', Array.from({ length: 9000 }, (_unused, index) => `${index + 1}. item`).join('\n')],
    ['paragraphs', 'p\n\n'.repeat(8000)],
    ['lines', 'line\n'.repeat(8000)],
    ['code in a line', `\`${'x'.repeat(50_000)}\``],
    ['fenced code', `\`\`\`\n${'line "\\\\"\n'.repeat(10_000)}\`\`\``],
    ['families', '👨‍👩‍👧'.repeat(10_000)],
    ['quotation marks', '"\\\\'.repeat(12_000)],
    ['marks of Markdown', '_*~'.repeat(8000)],
    ['links', '[help](https://help.example/a/long/path) '.repeat(3000)],
    ['headings', '# heading\n'.repeat(5000)],
    ['a narrow table', '| a | b |\n'.repeat(5000)],
    ['a wide table', `${`| ${'cell of a table '.repeat(3)}`.repeat(30)}|\n`.repeat(200)],
  ])('%s', (_, text) => {
    const [slack, discord] = [slackOf({ text }), discordOf({ text })]

    expect(faultsOf({ text })).toEqual([])
    for (const [parts, last] of [
      [slack, JSON.stringify(slack.at(-1)?.blocks)],
      [discord, discord.at(-1)?.content],
    ] as const) {
      expect(parts.length).toBeGreaterThan(1)
      expect(parts.length).toBeLessThanOrEqual(10)
      expect(parts.length < 10 || /… \([\d,]+ characters more\)/.test(last ?? '')).toBe(true)
    }
  })
})

test('tables, buttons, dialogs and cards of any size keep the limits', () => {
  const label = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 120 }),
    fc.constant('"\\'.repeat(40)),
    fc.constant(''),
  )
  const meaning: fc.Arbitrary<ReplyAction['meaning']> = fc.constantFrom(
    { kind: 'person' },
    { kind: 'feedback', value: 'helpful', message: 'm' },
    { kind: 'feedback', value: 'not_helpful', message: 'm' },
    { kind: 'advanced', message: 'm' },
    { kind: 'control' },
  )
  const action: fc.Arbitrary<ReplyAction> = fc.record(
    {
      id: fc.oneof(fc.uuid(), fc.constantFrom('', 'same', 'x'.repeat(101), 'y'.repeat(256))),
      label,
      meaning,
      style: fc.constantFrom('primary', 'danger'),
      audience: fc.constant('staff'),
      confirm: fc.oneof(label, fc.constant('Sure? '.repeat(60))),
    },
    { requiredKeys: ['id', 'label', 'meaning'] },
  )
  const cell = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('', '漢字', '🙂', 'x'.repeat(50)),
  )
  const table = fc
    .array(fc.array(cell, { minLength: 1, maxLength: 25 }), { maxLength: 130 })
    .map((rows) => rows.map((row) => `| ${row.join(' | ')} |`).join('\n'))
  const reply = fc.record({
    text: fc.oneof(table, fc.string({ unit: 'grapheme', maxLength: 3000 }), fc.constant('word '.repeat(2500))),
    actions: fc.array(action, { maxLength: 70 }),
    audience: fc.constantFrom('customer' as const, 'staff' as const),
  })

  fc.assert(
    fc.property(reply, (given) => {
      expect(faultsOf(given)).toEqual([])
    }),
    { numRuns: 80 },
  )
})

test('every word of a reply stands in the messages it becomes, in order', () => {
  const word = fc.constantFrom(
    'order',
    'Ünï',
    '漢字',
    '🙂',
    '**bold**',
    '`code`',
    'a_b',
    '1042',
    '- item',
    '\n',
    '\n\n',
    '*',
  )
  fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 1500 }), (words) => {
      const text = words.join(' ')
      const lettersOf = (shown: string): string => shown.replace(/[\s*`\\-]/g, '')
      const shownBySlack = slackOf({ text })
        .flatMap(({ blocks }) => [...JSON.stringify(blocks).matchAll(/"text":"((?:\\.|[^"\\])*)"/g)])
        .map(([, found = '']) => found.replaceAll('\\n', ''))
      const shownByDiscord = discordOf({ text }).map((part) => wordsOf(markdownOf(part)))

      expect(lettersOf(shownBySlack.join(''))).toBe(lettersOf(text))
      expect(lettersOf(shownByDiscord.join(''))).toBe(lettersOf(text))
    }),
    { numRuns: 40 },
  )
})
