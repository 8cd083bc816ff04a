import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseMarkdown, safeHref, toPlainText } from '../../../../adapters/web/pages/markdown.js'

const text = (words: string) => ({ kind: 'text', text: words })
const paragraph = (...inlines: unknown[]) => ({ kind: 'paragraph', lines: [inlines] })

describe('the subset', () => {
  test('a blank line parts paragraphs, a single line end stays a line end', () => {
    const blocks = parseMarkdown('one\ntwo\r\n\r\n\n three')

    expect(blocks).toEqual([{ kind: 'paragraph', lines: [[text('one')], [text('two')]] }, paragraph(text('three'))])
  })

  test('a list may follow a sentence without a blank line', () => {
    const blocks = parseMarkdown('We need:\n- your **name**\n- your postcode')

    expect(blocks).toEqual([
      paragraph(text('We need:')),
      { kind: 'list', items: [[text('your '), { kind: 'bold', children: [text('name')] }], [text('your postcode')]] },
    ])
  })

  test('code keeps its marks as they are', () => {
    const blocks = parseMarkdown('Type `**RET** [x](y)` here')

    expect(blocks).toEqual([paragraph(text('Type '), { kind: 'code', text: '**RET** [x](y)' }, text(' here'))])
  })

  test('a link may stand in bold, and bold in a link', () => {
    const blocks = parseMarkdown('**[a](/x)** [**b**](/y)')

    expect(blocks).toEqual([
      paragraph({ kind: 'bold', children: [{ kind: 'link', href: '/x', children: [text('a')] }] }, text(' '), {
        kind: 'link',
        href: '/y',
        children: [{ kind: 'bold', children: [text('b')] }],
      }),
    ])
  })

  test('a link may hold a pair of brackets in its address', () => {
    const blocks = parseMarkdown('See [this](https://example.org/a_(b)).')

    expect(blocks).toEqual([
      paragraph(text('See '), { kind: 'link', href: 'https://example.org/a_(b)', children: [text('this')] }, text('.')),
    ])
  })

  test('a table has a header when a line of dashes says so, and each row has as many cells as the widest', () => {
    const blocks = parseMarkdown('| Kettle | Price |\n| --- | ---: |\n| Penny |\n| a \\| b | £24 |')

    expect(blocks).toEqual([
      {
        kind: 'table',
        header: [[text('Kettle')], [text('Price')]],
        rows: [
          [[text('Penny')], []],
          [[text('a | b')], [text('£24')]],
        ],
      },
    ])
  })

  test('the first row of a table is its head with or without a line of dashes, and the last pipe may be missing', () => {
    const blocks = parseMarkdown('| a | b |\n| c | d')

    expect(blocks).toEqual([{ kind: 'table', header: [[text('a')], [text('b')]], rows: [[[text('c')], [text('d')]]] }])
  })

  test('a star a customer wrote, escaped at the end of bold, stays a star', () => {
    const blocks = parseMarkdown('**a\\*** b')

    expect(blocks).toEqual([paragraph({ kind: 'bold', children: [text('a*')] }, text(' b'))])
  })

  test('numbers, headings and fenced code', () => {
    const blocks = parseMarkdown('## Steps\n3. **a**\n4) b\n7. c\n```sh\n- x\n\n y\n```')

    expect(blocks).toEqual([
      { kind: 'heading', words: [text('Steps')] },
      { kind: 'list', start: 3, items: [[{ kind: 'bold', children: [text('a')] }], [text('b')]] },
      { kind: 'list', start: 7, items: [[text('c')]] },
      { kind: 'code', text: '- x\n\n y' },
    ])
    expect(toPlainText('# a\n1. b\n```\nc\n```')).toBe('a\n\n1. b\n\nc')
  })

  test('code without an end is words', () => {
    expect(parseMarkdown('```\na')).toEqual([{ kind: 'paragraph', lines: [[text('```')], [text('a')]] }])
  })

  test('a mark after a backslash is a letter like any other', () => {
    const blocks = parseMarkdown('2 \\*\\* 3 \\[no link\\](x) C:\\temp')

    expect(blocks).toEqual([paragraph(text('2 ** 3 [no link](x) C:\\temp'))])
  })

  test.each([
    '**',
    '****',
    '** **',
    '`',
    '``',
    '[]()',
    '[a]()',
    '[ ](x)',
    '[a](b',
    '| lonely |',
    '* star',
    '-',
    '#',
    '1.one',
    '> quote',
    '![x]',
  ])('%j is text', (words) => {
    const blocks = parseMarkdown(words)

    expect(blocks).toEqual([paragraph(text(words))])
  })

  test('nothing gives nothing', () => {
    expect(parseMarkdown('')).toEqual([])
    expect(parseMarkdown('\n \n\t\n')).toEqual([])
  })

  test('plain text has the words and not the marks', () => {
    const plain = toPlainText('**Hi** [there](/x)\n\n- `a`\n\n| b | c |\n| --- | --- |\n| d | e |')

    expect(plain).toBe('Hi there\n\n- a\n\nb  c\nd  e')
  })
})

describe('hostile text', () => {
  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    ' javascript:alert(1)',
    'java\tscript:alert(1)',
    '\u0001javascript:alert(1)',
    'vbscript:x',
    'data:text/html,<script>alert(1)</script>',
    'file:///etc/passwd',
    'blob:https://x/1',
    '//evil.example',
    '/\\evil.example',
    '\\\\evil.example',
    'https:evil',
    'https:/evil',
    'https://',
    'https://bank.example@evil.example/',
    'http://a b',
    'https://x/"onclick="y',
    'https://x/<b>',
    'https://evil\u202Egro.elpmaxe',
    'mailto:',
    'mailto:a@b@c',
    'mailto:javascript:x',
    'tel:+44',
    'ftp://x',
    '',
    `https://x/${'a'.repeat(3000)}`,
  ])('%j is never an address to follow', (address) => {
    expect(safeHref(address)).toBeUndefined()
    expect(linksIn(parseMarkdown(`[label](${address})`))).toEqual([])
  })

  test.each([
    'https://example.org',
    'HTTP://example.org/a?b=c:d#e',
    'https://example.org:8443/x@y',
    'mailto:help@example.org?subject=hi',
    '/orders/1',
    'orders',
    '#top',
    '?q=1',
    './a:b',
    '/a:b',
  ])('%j may be followed', (address) => {
    expect(safeHref(address)).toBe(address)
  })

  test('a refused link is printed as it was written', () => {
    const blocks = parseMarkdown('[click **me**](javascript:alert(1))')

    expect(blocks).toEqual([
      paragraph(text('[click '), { kind: 'bold', children: [text('me')] }, text('](javascript:alert(1))')),
    ])
  })

  test('HTML is text', () => {
    const blocks = parseMarkdown('<img src=x onerror=alert(1)> <script>alert(1)</script> &lt;')

    expect(blocks).toEqual([paragraph(text('<img src=x onerror=alert(1)> <script>alert(1)</script> &lt;'))])
  })

  test.each([
    '[',
    '**',
    '`',
    '```\n',
    '1. a\n',
    '**a',
    '[a](',
    '[a](b',
    '| ',
    '|\n',
    '- \n',
    '[**`',
    '\\',
    '([',
    '[a]('.repeat(3),
  ])('100,000 characters of %j are read in time', (piece) => {
    const hostile = piece.repeat(Math.ceil(100_000 / piece.length))
    const start = performance.now()

    parseMarkdown(hostile)

    expect(performance.now() - start).toBeLessThan(2_000)
  })

  test('any text gives only known kinds, only safe addresses, and loses no letter or digit', () => {
    const marks = fc.constantFrom(
      '**',
      '`',
      '[',
      '](',
      ')',
      '|',
      '\n',
      '- ',
      '\\',
      'javascript:',
      'https://x',
      '/',
      ' ',
      '\u202E',
      '😀',
      'مرحبا',
      'word7',
    )
    const words = fc
      .array(fc.oneof(marks, fc.string({ unit: 'grapheme' })), { maxLength: 40 })
      .map((parts) => parts.join(''))

    fc.assert(
      fc.property(words, (input) => {
        const blocks = parseMarkdown(input)
        const links = linksIn(blocks)
        const isCut = blocks.some((block) => block.kind === 'table') // a table may drop what is beyond its columns
        const kept = isCut ? lettersOf(input) : lettersOf(toPlainText(input) + links.join(''))

        expect(kindsIn(blocks).filter((kind) => !knownKinds.has(kind))).toEqual([])
        expect(links.filter((href) => safeHref(href) === undefined)).toEqual([])
        expect(kept).toEqual(lettersOf(input))
      }),
      { numRuns: 2_000 },
    )
  })
})

const knownKinds = new Set(['paragraph', 'heading', 'list', 'table', 'text', 'bold', 'code', 'link'])

function lettersOf(words: string): string[] {
  return [...words.matchAll(/[a-zA-Z0-9]/g)].map(([letter]) => letter).toSorted()
}

function kindsIn(value: unknown): string[] {
  return nodesIn(value).map((node) => String(node['kind']))
}

function linksIn(value: unknown): string[] {
  return nodesIn(value).flatMap((node) => (node['kind'] === 'link' ? [String(node['href'])] : []))
}

function nodesIn(value: unknown): Record<string, unknown>[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn)
  if (typeof value !== 'object' || value === null) return []
  const node = Object.fromEntries(Object.entries(value))
  return [...('kind' in node ? [node] : []), ...Object.values(node).flatMap(nodesIn)]
}
