import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toDiscord, type DiscordPart } from '../../../adapters/discord/components.ts'
import { plain } from '../../../src/core/markup.ts'
import type { Reply, ReplyAction } from '../../../src/core/reply.ts'

const rules = { linkHosts: new Set(['help.example']) }
const person = { kind: 'person' } as const

function partsOf(reply: Partial<Reply>, isCard = false): readonly [DiscordPart, ...DiscordPart[]] {
  return toDiscord({ text: '', actions: [], audience: 'customer', ...reply }, { ...rules, isCard })
}

function contentOf(text: string): string {
  return partsOf({ text })
    .map(({ content = '' }) => content)
    .join('\n---\n')
}

function buttons(count: number, changed: Partial<ReplyAction> = {}): ReplyAction[] {
  return Array.from({ length: count }, (_unused, index) => ({
    id: `a${index}`,
    label: 'x',
    meaning: person,
    ...changed,
  }))
}

describe('the markup in Discord’s Markdown', () => {
  test.each([
    ['Order **1042** has `code`.', 'Order **1042** has `code`.'],
    ['One\nTwo\n\nThree', 'One\nTwo\n\nThree'],
    ['- one\n- **two**', '- one\n- **two**'],
    ['See [our help](https://help.example/a?b=1&c=2).', 'See our help (<https://help.example/a?b=1&c=2>).'],
    ['[https://help.example](https://help.example)', '<https://help.example>'],
    ['Write to [us](mailto:help_me@help.example).', String.raw`Write to us (help\_me@help.example).`],
    ['| Order | Total |\n| --- | --- |\n| 1042 | $24.90 |', '```\nOrder  Total\n1042   $24.90\n```'],
    [
      '<@1> <@&2> <#3> </pay:4> <:x:5> <t:6> a < b',
      '\\<\u200B@1> \\<\u200B@&2> \\<\u200B#3> \\<\u200B/pay:4> \\<\u200B:x:5> \\<\u200Bt:6> a \\< b',
    ],
    ['@everyone and @here, ann@example.com', '@\u200Beveryone and @\u200Bhere, ann@example.com'],
    ['`@everyone`', '`@\u200Beveryone`'],
    ['https://evil.example and discord.gg/abc', String.raw`hxxps\://evil\[.\]example and discord\[.\]gg/abc`],
    ['see https://help.example/x.', 'see <https://help.example/x>.'],
    ['[x](https://help.example/?u=discord.gg/abc)', 'x (<https://help.example/?u=discord%2Egg/abc>)'],
    ['`discord.gg/abc <@1>`', '`discord\\.gg/abc <\u200B@1>`'],
    ['**a** **b**', '**a** **b**'],
    ['**a**`b`', '**a**`b`'],
    ['`a``b`', '`ab`'],
    ['3. three\n4. four', '3. three\n4. four'],
    ['# Steps', '**Steps**'],
    ['```\n  a ` @everyone\n```', '```\n  a ˋ @\u200Beveryone\n```'],
    [
      '#big\n-# small\n> quoted\n2024. A year',
      String.raw`\#big` + '\n' + String.raw`\-# small` + '\n' + String.raw`\> quoted` + '\n\n2024. A year',
    ],
    ['a_b ~~c~~ ||d|| _e_', String.raw`a\_b \~\~c\~\~ \|\|d\|\| \_e\_`],
    [plain('*x* `y` [z](https://evil.example)'), String.raw`\*x\* ${'\\`y\\`'} \[z\](hxxps\://evil\[.\]example)`],
  ])('%s', (text, content) => {
    expect(contentOf(text)).toBe(content)
  })

  test('a backtick in a table cannot close its frame', () => {
    expect(contentOf('| a |\n| --- |\n| ``` @everyone |')).toBe('```\na\nˋˋˋ @\u200Beveryone\n```')
  })

  test('a table wider than a phone is told row by row', () => {
    expect(contentOf(`| Order | Items |\n| --- | --- |\n| 1042 | ${'x'.repeat(40)} |`)).toBe(
      `**Order:** 1042\n**Items:** ${'x'.repeat(40)}`,
    )
  })

  test('a person of the team links to where they want, still without a preview', () => {
    expect(partsOf({ text: 'http://shop.example/1', from: 'Mara' })[0].content).toBe('<http://shop.example/1>')
  })
})

describe('actions', () => {
  test('five are buttons in a row, with Discord’s numbers for their style', () => {
    const actions = [
      ...buttons(1, { style: 'primary' }),
      ...buttons(5).slice(1, 4),
      ...buttons(1, { id: 'b', style: 'danger' }),
    ]

    const [{ components }] = partsOf({ actions })

    expect(components).toMatchObject([
      {
        components: [{ style: 1 }, { style: 2 }, { style: 2 }, { style: 2 }, { style: 4, custom_id: 'b', label: 'x' }],
      },
    ])
  })

  test('more are a list to choose from, whose values are their ids', () => {
    const [{ components }] = partsOf({ actions: buttons(7, { label: 'y'.repeat(120) }) })

    expect(components).toMatchObject([{ components: [{ type: 3, custom_id: 'choose:1', options: { length: 7 } }] }])
    expect(JSON.stringify(components)).toContain(`{"label":"${'y'.repeat(99)}…","value":"a6"}`)
  })

  test('of 200, the first 100 stand in four lists of 25', () => {
    const [{ components }] = partsOf({ actions: buttons(200) })

    expect(
      components.map((row) => row.components.map((select) => 'options' in select && select.options.length)),
    ).toEqual([[25], [25], [25], [25]])
  })

  test('labels are cut at 80 characters, and none is empty', () => {
    const [{ components }] = partsOf({
      actions: [...buttons(1, { label: 'x'.repeat(100) }), ...buttons(1, { id: 'b', label: '\u200B' })],
    })

    expect(components).toMatchObject([{ components: [{ label: `${'x'.repeat(79)}…` }, { label: '…' }] }])
  })

  test('what rates an answer has a row of its own, and those of the team stand in what the team reads', () => {
    const rating = (['helpful', 'not_helpful'] as const).map((value) => ({
      id: value,
      label: value,
      meaning: { kind: 'feedback', value, message: 'm' } as const,
    }))
    const advanced = { kind: 'advanced', message: 'm' } as const
    const actions: ReplyAction[] = [
      ...buttons(2),
      ...rating,
      { id: 'more', label: 'Advanced', audience: 'staff', meaning: advanced },
    ]
    const idsOf = (audience: Reply['audience']): unknown =>
      partsOf({ actions, audience })[0].components.map((row) =>
        row.components.map((button) => 'custom_id' in button && button.custom_id),
      )

    expect(idsOf('customer')).toEqual([
      ['a0', 'a1'],
      ['helpful', 'not_helpful'],
    ])
    expect(idsOf('staff')).toEqual([
      ['a0', 'a1'],
      ['helpful', 'not_helpful', 'more'],
    ])
  })

  test('stand below the last of several messages', () => {
    const parts = partsOf({ text: 'word '.repeat(600), actions: buttons(1) })

    expect(parts.map(({ components }) => components.length)).toEqual([0, 1])
  })
})

describe('a card', () => {
  test('is one frame in colour around words and buttons, with its flag and without content', () => {
    expect(partsOf({ text: 'Hi **Ann**', actions: buttons(1) }, true)).toEqual([
      {
        flags: 1 << 15,
        components: [
          {
            type: 17,
            accent_color: 0x2f7d5b,
            components: [
              { type: 10, content: 'Hi **Ann**' },
              { type: 1, components: [{ type: 2, style: 2, custom_id: 'a0', label: 'x' }] },
            ],
          },
        ],
      },
    ])
  })

  test('is never empty', () => {
    expect(partsOf({}, true)).toMatchObject([{ components: [{ components: [{ type: 10, content: '…' }] }] }])
  })
})

describe('a long reply', () => {
  test('of 4,000 characters is three messages with every word', () => {
    const parts = partsOf({ text: 'word '.repeat(800) })

    expect(parts).toHaveLength(3)
    expect(parts.map(({ content }) => content).join('')).toBe('word '.repeat(800))
  })

  test('of 40,000 characters is ten messages, and the last says how much is missing', () => {
    const parts = partsOf({ text: 'word '.repeat(8000) })

    expect(parts).toHaveLength(10)
    expect(parts.at(-1)?.content).toMatch(/word \n\n… \(20,\d{3} characters more\)$/)
  })

  test('is never divided inside a character or its escape', () => {
    const contents = partsOf({ text: '🙂_'.repeat(2000) }).map(({ content = '' }) => content)

    expect(contents.filter((content) => content.length > 2000)).toEqual([])
    expect(contents.join('')).toBe(String.raw`🙂\_`.repeat(2000))
  })
})

const words = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '@everyone',
    '<@1234567890>',
    '**',
    '`',
    '```',
    '[x](',
    'https://evil.example',
    ')',
    '|',
    '\n',
    '\n\n',
    '- ',
    '# ',
    '> ',
    '\\',
    '\\\\',
    '||',
    '‮',
    '🙂',
    'discord.gg/x',
  ),
)

test('for any text: no mention, no bare link, no invitation, nothing longer than Discord takes', () => {
  fc.assert(
    fc.property(fc.array(words, { maxLength: 40 }), fc.integer({ min: 1, max: 100 }), (parts, times) => {
      for (const { content = '' } of partsOf({ text: parts.join('').repeat(times) })) {
        const active = content.replace(/\\[^0-9A-Za-z\s]|```[^]*?```|`[^`]*`|<https?:\/\/[^\s<>]+>/g, '\u0000')
        const isPlain =
          /@everyone|@here|discord\.gg\//i.test(content) || /https?:\/\/|<[@#/:t]|\]\(|`|\|\||~~/.test(active)

        expect({ content, length: content.length <= 2000, isPlain }).toEqual({ content, length: true, isPlain: false })
      }
    }),
    { numRuns: 200 },
  )
})

test('a customer’s own words look as they were written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 }), (words) => {
      const expected = words.replace(/\s+/g, ' ')
      fc.pre(!/^ ?(?:[-#]|\d+[.)]) /.test(expected) && !/[.:]\S/.test(expected) && expected.trim() !== '')

      const shown = contentOf(plain(words))
        .replace(/\\([^0-9A-Za-z\s])/g, '$1')
        .replaceAll('\u200B', '')

      expect(shown).toBe(expected)
    }),
    { numRuns: 200 },
  )
})

test.each([
  ['https://discord.com/channels/1/2/3', '**Ben** on Discord', [{ style: 5, label: 'Open the conversation' }]],
  ['https://discord.com/channels/1/2', '**Ben** on Discord', [{ style: 5, label: 'Open the conversation' }]],
  ['https://discord.com/invite/x', '**Ben** on Discord: open the conversation (<https://discord.com/invite/x>)', []],
  ['https://evil.example/channels/1/2', '**Ben** on Discord: open the conversation', []],
])('a card that links to %s says %j, with the buttons %j besides its own', (url, said, more) => {
  const text = `**Ben** on Discord: [open the conversation](${url})`
  const own = buttons(2)

  const [{ components }] = toDiscord(
    { text, actions: own, audience: 'staff' },
    { linkHosts: new Set(['discord.com']), isCard: true },
  )

  const [content, row] = components[0]?.type === 17 ? components[0].components : []
  expect(content).toMatchObject({ type: 10, content: expect.stringContaining(said) })
  expect(row).toMatchObject({ components: [{ custom_id: 'a0' }, { custom_id: 'a1' }, ...more] })
  expect(JSON.stringify(components)).not.toContain('https://evil')
})
