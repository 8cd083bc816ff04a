import { describe, expect, test } from 'vitest'
import { judgeDiscord } from './discord-judge.ts'
import { discordLimits } from './discord-limits.ts'
import { judgeSlack } from './slack-judge.ts'
import { slackLimits } from './slack-limits.ts'

const allowed = { hosts: new Set(['help.example']), isPerson: false }

/** A message as a careless renderer would make it: the text as it came, in the place where the platform reads it. */
function carelessSlack(text: string): Parameters<typeof judgeSlack>[0] {
  return { text, blocks: [{ type: 'section', text: { type: 'mrkdwn', text } }] }
}

/** Rich text with one element in it, and nothing for notifications. */
function richSlack(element: object): Parameters<typeof judgeSlack>[0] {
  const section = { type: 'rich_text_section', elements: [element] }
  return { text: '', blocks: [{ type: 'rich_text', elements: [section] }] }
}

function slackKinds(message: Parameters<typeof judgeSlack>[0]): string[] {
  return [...new Set(judgeSlack(message, allowed).map(({ kind }) => kind))].filter((kind) => kind !== 'markup')
}

function discordKinds(content: string): string[] {
  return [...new Set(judgeDiscord(content, allowed).map(({ kind }) => kind))]
}

describe('without escapes the judge of Slack finds', () => {
  test.each([
    ['<!channel>', 'mention'],
    ['<!here|x>', 'mention'],
    ['<@U012AB3CD>', 'mention'],
    ['<!subteam^S012AB3CD>', 'mention'],
    ['<#C012AB3CD|general>', 'mention'],
    ['<!date^1392734382^{date}^https://evil.example|x>', 'mention'],
    ['@channel look', 'mention'],
    ['<https://evil.example|your bank>', 'link'],
    ['<mailto:ann@evil.example?subject=x|mail>', 'link'],
  ])('%s as a %s', (text, kind) => {
    expect(slackKinds(carelessSlack(text))).toContain(kind)
  })

  test.each(['a < b', 'a > b', 'a & b', '&lt;b'])('%s, unless it is escaped', (text) => {
    const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

    expect(judgeSlack({ text: escaped, blocks: [] }, allowed)).toEqual([])
    expect(judgeSlack({ text, blocks: [] }, allowed).length).toBe(text === '&lt;b' ? 0 : 1)
  })

  test.each([
    [{ type: 'user', user_id: 'U1' }, ['mention']],
    [{ type: 'broadcast', range: 'here' }, ['mention']],
    [{ type: 'usergroup', usergroup_id: 'S1' }, ['mention']],
    [{ type: 'channel', channel_id: 'C1' }, ['mention']],
    [{ type: 'link', url: 'https://evil.example', text: 'x' }, ['link']],
    [{ type: 'link', url: 'https://help.example', text: 'bank.example' }, ['mask']],
    [{ type: 'link', url: 'javascript:alert(1)', text: 'x' }, ['link']],
    [{ type: 'text', text: 'x\u202Ey' }, ['hidden']],
    [{ type: 'text', text: '<!channel> https://evil.example' }, []],
    [{ type: 'link', url: 'https://help.example/x', text: 'help' }, []],
  ])('%j as %j', (element, kinds) => {
    expect(slackKinds(richSlack(element))).toEqual(kinds)
  })
})

describe('without the rule of links the judge of Slack finds', () => {
  test.each([
    'https://evil.example/x',
    'evil.example',
    'www.evil.example/x',
    'http://help.example',
    'https://help.example@evil.example',
  ])('%s', (text) => {
    expect(slackKinds({ text, blocks: [] })).toEqual(['link'])
  })

  test.each([
    'hxxps://evil[.]example/x',
    'ann@evil.example',
    'https://help.example/x',
    'help.example',
    'at 10.30 e.g. v1.2',
  ])('and lets pass %s', (text) => {
    expect(slackKinds({ text, blocks: [] })).toEqual([])
  })
})

describe('without escapes the judge of Discord finds', () => {
  test.each([
    ['@everyone', 'mention'],
    ['hey @HERE', 'mention'],
    ['`@everyone`', 'mention'],
    ['<@1234567890>', 'mention'],
    ['\\<@!1234567890>', 'mention'],
    ['<@&1234567890>', 'mention'],
    ['<#1234567890>', 'mention'],
    ['</spend:1234567890>', 'mention'],
    ['<id:customize>', 'mention'],
    ['<t:1618953630:R>', 'mention'],
    ['<a:blob:1234567890>', 'mention'],
    ['# loud', 'markup'],
    ['- # loud in a list', 'markup'],
    ['-# small', 'markup'],
    ['a\n> quoted', 'markup'],
    ['||hidden||', 'markup'],
    ['~~gone~~', 'markup'],
    ['*slanted*', 'markup'],
    ['__under__', 'markup'],
    ['`open', 'markup'],
    ['```\nopen', 'markup'],
    ['[your bank](https://evil.example)', 'mask'],
    ['![x](https://help.example/x.png)', 'mask'],
    ['[your bank](<https://help.example>)', 'mask'],
  ])('%s as %s', (content, kind) => {
    expect(discordKinds(content)).toContain(kind)
  })
})

describe('without the rule of links the judge of Discord finds', () => {
  test.each([
    ['https://evil.example', ['link', 'preview']],
    ['https://help.example/x', ['preview']],
    ['<https://evil.example>', ['link']],
    ['<mailto:ann@evil.example>', ['link']],
    ['discord.gg/abcdef', ['preview']],
    ['`discord.com/invite/abcdef`', ['preview']],
    ['<https://help.example/x>', []],
    ['<https://e.g.discord.gg/abcdef>', ['link']],
    ['<https://evil.example/discord.gg/abcdef>', ['preview', 'link']],
    [String.raw`hxxps\://evil\[.\]example`, []],
    ['**bold** `code` \\*\n- item\n1. item', []],
  ])('%s as %j', (content, kinds) => {
    expect(discordKinds(content)).toEqual(kinds)
  })
})

describe('without the rule of invisible characters both judges find', () => {
  test.each(['\u202Eevil', 'a\u200Bb', 'hi\u{E0068}\u{E0069}', 'a\u0000', 'x\u00ADy', 'a\uFE00', '\uD800', 'a\u3164b'])(
    '%j',
    (text) => {
      expect(slackKinds({ text, blocks: [] })).toEqual(['hidden'])
      expect(discordKinds(text)).toEqual(['hidden'])
    },
  )

  test.each([
    '👨‍👩‍👧',
    '❤️',
    '1️⃣',
    'می‌خواهم',
    '@\u200Beveryone',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  ])('and let pass %s', (text) => {
    expect(slackKinds({ text, blocks: [] })).toEqual([])
    expect(discordKinds(text)).toEqual([])
  })
})

describe('the checks of limits refuse', () => {
  const text = (length: number): object => ({ type: 'plain_text', text: 'x'.repeat(length) })
  const button = (changed: object): object => ({ type: 'button', action_id: 'a', text: text(1), ...changed })
  const actions = (...elements: object[]): object => ({ type: 'actions', elements })
  const cell = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x' }] }] }
  const table = (rows: number, columns: number): object => ({
    type: 'table',
    column_settings: [{ align: 'left' }],
    rows: Array.from({ length: rows }, () => Array.from({ length: columns }, () => cell)),
  })

  test.each<[string, readonly object[]]>([
    ['51 blocks', Array.from({ length: 51 }, () => actions(button({})))],
    ['26 buttons', [actions(...Array.from({ length: 26 }, (_unused, id) => button({ action_id: `a${id}` })))]],
    ['a label of 76', [actions(button({ text: text(76) }))]],
    ['a label of none', [actions(button({ text: text(0) }))]],
    ['an id twice', [actions(button({}), button({}))]],
    ['a dialog without "no"', [actions(button({ confirm: { title: text(1), text: text(1), confirm: text(1) } }))]],
    [
      'a question of 301',
      [actions(button({ confirm: { title: text(1), text: text(301), confirm: text(1), deny: text(1) } }))],
    ],
    ['an empty section', [{ type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [] }] }]],
    ['101 rows', [table(101, 1)]],
    ['21 columns', [table(1, 21)]],
    ['two tables', [table(1, 1), table(1, 1)]],
    ['an unknown block', [{ type: 'image' }]],
    [
      'too much in all',
      [
        {
          type: 'rich_text',
          elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text: 'x'.repeat(13_200) }] }],
        },
      ],
    ],
  ])('by Slack %s', (_, blocks) => {
    expect(slackLimits({ text: '', blocks })).not.toEqual([])
  })

  const row = (...components: object[]): object => ({ type: 1, components })
  const pressable = (changed: object): object => ({ type: 2, style: 2, custom_id: 'a', label: 'x', ...changed })

  test.each<[string, Parameters<typeof discordLimits>[0]]>([
    ['2,001 characters', { content: 'x'.repeat(2001), components: [] }],
    [
      'six rows',
      { content: '', components: Array.from({ length: 6 }, (_unused, id) => row(pressable({ custom_id: `${id}` }))) },
    ],
    [
      'six buttons',
      {
        content: '',
        components: [row(...Array.from({ length: 6 }, (_unused, id) => pressable({ custom_id: `${id}` })))],
      },
    ],
    ['a label of 81', { content: '', components: [row(pressable({ label: 'x'.repeat(81) }))] }],
    ['an id of 101', { content: '', components: [row(pressable({ custom_id: 'x'.repeat(101) }))] }],
    ['an id twice', { content: '', components: [row(pressable({}), pressable({}))] }],
    [
      'a list of 26',
      {
        content: '',
        components: [
          row({
            type: 3,
            custom_id: 'c',
            options: Array.from({ length: 26 }, (_unused, id) => ({ label: 'x', value: `${id}` })),
          }),
        ],
      },
    ],
    [
      'content beside a card',
      { content: '', components: [{ type: 17, components: [{ type: 10, content: 'x' }] }], flags: 1 << 15 },
    ],
    ['a card without its flag', { components: [{ type: 17, components: [{ type: 10, content: 'x' }] }] }],
    [
      'a card of 4,001',
      { components: [{ type: 17, components: [{ type: 10, content: 'x'.repeat(4001) }] }], flags: 1 << 15 },
    ],
    ['41 components', { components: Array.from({ length: 41 }, () => ({ type: 10, content: 'x' })), flags: 1 << 15 }],
    ['an unknown component', { components: [{ type: 12 }], flags: 1 << 15 }],
  ])('by Discord %s', (_, message) => {
    expect(discordLimits(message)).not.toEqual([])
  })
})
