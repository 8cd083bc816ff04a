import type { Passage } from '../core/company.ts'

/** A passage longer than this is hard to read in a chat, so a section is divided at its paragraphs. */
const longestPassage = 900

/**
 * Divides articles into passages that answer a question by themselves: the parts below each `##` heading, which stands
 * above its passage in bold. The title is the `#` heading, or the file's name when there is none.
 *
 * @param files Markdown texts; `name` is the file's name, with or without `.md`
 */
export function parseArticles(files: readonly { readonly name: string; readonly text: string }[]): readonly Passage[] {
  return files.flatMap(({ name, text }) => parseArticle(name.replace(/\.md$/i, ''), text))
}

function parseArticle(source: string, text: string): readonly Passage[] {
  const body = text.replaceAll('\r\n', '\n').replace(/<!--[\s\S]*?-->/g, '')
  const title = /^#[ \t]+(\S.*)$/m.exec(body)?.[1]?.trim()
  const article = title ?? source
  return body
    .replace(/^#[ \t]+\S.*$/m, '')
    .split(/^(?=#{2,6}[ \t]+\S)/m)
    .flatMap(parseSection)
    .map((passage) => ({ text: passage, article, source }))
}

function parseSection(section: string): readonly string[] {
  const heading = /^#{2,6}[ \t]+(\S.*)$/m.exec(section)?.[1]?.trim()
  const paragraphs = section
    .replace(/^#{2,6}[ \t]+\S.*$/m, '')
    .split(/\n{2,}/)
    .map((paragraph) => toReplyMarkup(paragraph))
    .filter((paragraph) => paragraph !== '')
  return gather(paragraphs).map((body) => (heading === undefined ? body : `**${heading}**\n\n${body}`))
}

/** Neighbouring paragraphs together as long as they stay readable. */
function gather(paragraphs: readonly string[]): readonly string[] {
  const gathered: string[] = []
  for (const paragraph of paragraphs) {
    const last = gathered.at(-1)
    if (last === undefined || last.length + paragraph.length > longestPassage) gathered.push(paragraph)
    else gathered[gathered.length - 1] = `${last}\n\n${paragraph}`
  }
  return gathered
}

/** What replies cannot show is made plain: images go, other bullets and emphasis become ours. */
function toReplyMarkup(paragraph: string): string {
  return paragraph
    .replace(/!\[[^\]]*\]\([^)]*\)/g, '')
    .replace(/^[ \t]*(?:[*+-]|\d+\.)[ \t]+/gm, '- ')
    .replace(/(?<![\w_])__(\S(?:[^_]*\S)?)__(?![\w_])/g, '**$1**')
    .trim()
}
