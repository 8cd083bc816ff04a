import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toDiscord } from '../../../adapters/discord/components.ts'
import { plain } from '../../../src/core/markup.ts'
import type { ReplyAction } from '../../../src/core/reply.ts'

function contentOf(text: string): string {
  return toDiscord({ text, actions: [] }).content
}

describe('the markup in Discord’s Markdown', () => {
  test.each([
    ['Order **1042** has `code`.', 'Order **1042** has `code`.'],
    ['One\nTwo\n\nThree', 'One\nTwo\n\nThree'],
    ['- one\n- **two**', '- one\n- **two**'],
    ['See [our help](https://help.example/a?b=1&c=2).', 'See our help (<https://help.example/a?b=1&c=2>).'],
    ['[https://help.example](https://help.example)', '<https://help.example>'],
    ['Write to [us](mailto:help_me@example.com).', String.raw`Write to us (help\_me@example.com).`],
    ['| Order | Total |\n| --- | --- |\n| 1042 | $24.90 |', '```\nOrder  Total\n1042   $24.90\n```'],
    ['<@1> <@&2> <#3> </pay:4> <:x:5> <t:6>', String.raw`\<@1> \<@&2> \<#3> \</pay:4> \<:x:5> \<t:6>`],
    ['@everyone and @here, ann@example.com', '@\u200Beveryone and @\u200Bhere, ann@example.com'],
    ['`@everyone`', '`@\u200Beveryone`'],
    ['https://evil.example and discord.gg/abc', String.raw`https\://evil.example and discord\.gg/abc`],
    [
      '# big\n-# small\n> quoted\n1. one',
      String.raw`\# big` + '\n' + String.raw`\-# small` + '\n' + String.raw`\> quoted` + '\n' + String.raw`1\. one`,
    ],
    ['a_b ~~c~~ ||d|| _e_', String.raw`a\_b \~\~c\~\~ \|\|d\|\| \_e\_`],
    [plain('*x* `y` [z](https://evil.example)'), String.raw`\*x\* ${'\\`y\\`'} \[z\](https\://evil.example)`],
  ])('%s', (text, content) => {
    expect(contentOf(text)).toBe(content)
  })

  test('a backtick in a table cannot close its frame', () => {
    expect(contentOf('| a |\n| --- |\n| ``` @everyone |')).toBe('```\na\nˋˋˋ @\u200Beveryone\n```')
  })

  test('seven buttons stand in rows of five, with Discord’s numbers for their style', () => {
    const actions = Array.from({ length: 7 }, (_unused, index): ReplyAction => {
      const style = (['primary', 'danger'] as const)[index]
      return {
        id: `a${index}`,
        label: `Label ${index}`,
        meaning: { kind: 'person' },
        ...(style === undefined ? {} : { style }),
      }
    })

    const { components } = toDiscord({ text: '', actions })

    expect(components.map((row) => row.components.map(({ custom_id: id, style }) => `${id}:${style}`))).toEqual([
      ['a0:1', 'a1:4', 'a2:2', 'a3:2', 'a4:2'],
      ['a5:2', 'a6:2'],
    ])
  })

  test('of 40 buttons the first 25 are shown, and labels are cut at 80 characters', () => {
    const actions = Array.from({ length: 40 }, (_unused, index): ReplyAction => ({
      id: `a${index}`,
      label: 'x'.repeat(100),
      meaning: { kind: 'person' },
    }))

    const { components } = toDiscord({ text: '', actions })

    expect(components.flatMap((row) => row.components)).toHaveLength(25)
    expect(components[0]?.components[0]?.label).toBe(`${'x'.repeat(79)}…`)
  })

  test('what rates an answer has a row of its own, which no number of other buttons crowds out', () => {
    const own = Array.from({ length: 30 }, (_, index) => ({ id: `b${index}`, label: 'x', meaning: person }))
    const rating = (['helpful', 'not_helpful'] as const).map((value) => ({
      id: value,
      label: value,
      meaning: { kind: 'feedback', value, message: 'm' } as const,
    }))
    const team = {
      id: 'more',
      label: 'Try advanced AI',
      audience: 'staff',
      meaning: { kind: 'advanced', message: 'm' },
    } as const

    const { components } = toDiscord({ text: '', actions: [...own, ...rating, team] })

    const rows = components.map((row) => row.components.map((button) => button.custom_id))
    expect(rows.map(({ length }) => length)).toEqual([5, 5, 5, 5, 2])
    expect(rows.at(-1)).toEqual(['helpful', 'not_helpful'])
  })

  test('a long text ends with a mark, at a whole character', () => {
    const content = contentOf('🙂_'.repeat(2000))

    expect(content.length).toBeLessThanOrEqual(2000)
    expect(content).toMatch(/^(🙂\\_)*(🙂)?…$/u)
  })
})

const person = { kind: 'person' } as const

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
      const content = contentOf(parts.join('').repeat(times))
      const active = content.replace(/\\[^0-9A-Za-z\s]|```[^]*?```|`[^`]*`|<https?:\/\/[^\s<>]+>/g, '\u0000')

      expect(content.length).toBeLessThanOrEqual(2000)
      expect(content).not.toMatch(/@everyone|@here|discord\.gg\//i)
      expect(active).not.toMatch(/https?:\/\/|<[@#/:t]|\]\(|`|\|\||~~/)
    }),
    { numRuns: 500 },
  )
})

test('a customer’s own words look as they were written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 200 }), (words) => {
      const expected = words.replace(/\s+/g, ' ')
      fc.pre(expected.trim() !== '' && !expected.startsWith('- '))

      const shown = contentOf(plain(words))
        .replace(/\\([^0-9A-Za-z\s])/g, '$1')
        .replaceAll('\u200B', '')

      expect(shown).toBe(expected)
    }),
    { numRuns: 500 },
  )
})
