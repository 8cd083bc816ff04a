import { expect, test } from 'vitest'
import { parseMarkup } from '../../../src/core/markup.ts'
import { parseArticles } from '../../../src/knowledge/articles.ts'

test('each section is a passage with its heading, its article and its file', () => {
  const passages = parseArticles([
    { name: 'tea.md', text: '# Tea\n\n## Black\n\nFive minutes.\n\n## Green\n\nTwo minutes.\n' },
  ])

  expect(passages).toEqual([
    { text: '**Black**\n\nFive minutes.', article: 'Tea', source: 'tea' },
    { text: '**Green**\n\nTwo minutes.', article: 'Tea', source: 'tea' },
  ])
})

test('text before the first heading is a passage of its own', () => {
  expect(
    parseArticles([{ name: 'tea', text: '# Tea\nAll about tea.\n\n## Black\nFive minutes.' }]).map(({ text }) => text),
  ).toEqual(['All about tea.', '**Black**\n\nFive minutes.'])
})

test('a file without a title is named after itself, an empty one has no passages', () => {
  expect(parseArticles([{ name: 'tea.md', text: 'Just text.' }])).toEqual([
    { text: 'Just text.', article: 'tea', source: 'tea' },
  ])
  expect(
    parseArticles([
      { name: 'empty.md', text: '' },
      { name: 'title.md', text: '# Only a title' },
    ]),
  ).toEqual([])
})

test('a long section is divided at its paragraphs, and each part keeps the heading', () => {
  const paragraph = 'word '.repeat(120).trim()
  const passages = parseArticles([{ name: 'long.md', text: `## Long\n\n${paragraph}\n\n${paragraph}\n\n${paragraph}` }])

  expect(passages).toHaveLength(3)
  expect(passages.every(({ text }) => text.startsWith('**Long**\n\n'))).toBe(true)
})

test('lists stay lists; images, comments and Windows line ends leave no trace', () => {
  const [passage] = parseArticles([
    { name: 'x.md', text: '## Tea\r\n\r\n<!-- secret -->\r\n* one\r\n* two\r\n\r\n![a](b.png)\r\n' },
  ])

  expect(passage?.text).toBe('**Tea**\n\n- one\n- two')
  expect(parseMarkup(passage?.text ?? '').map(({ kind }) => kind)).toEqual(['paragraph', 'list'])
})
