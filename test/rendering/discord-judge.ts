import { type Allowed, type Finding, hiddenIn, mayBeFollowed } from './finding.ts'

/** What a reader of Discord's Markdown finds in a text. */
export interface Reading {
  readonly findings: readonly Finding[]
  /** The words without their marks. */
  readonly shown: string
}

/** Everywhere in a message, code and escapes included: this is what the server searches. An address in pointed brackets gets no card. */
const everywhere: readonly (readonly [Finding['kind'], RegExp])[] = [
  ['mention', /@everyone|@here/i],
  ['mention', /<@[!&]?\d+>|<#\d+>|<\/[-\p{L}\p{N}_][-\p{L}\p{N}_ ]{0,100}:\d+>|<id:[a-z-]+>/iu],
  ['mention', /<t:-?\d+(?::[a-z])?>|<a?:\w+:\d+>/i],
  [
    'preview',
    /(?<!<https?:\/\/(?:[\w-]+\.)*|[a-z\d])discord(?:app)?\.(?:gg|gift|new|com\/(?:invite|template|gifts?|events|channels))\/[\w-]/i,
  ],
]

/**
 * Reads a text as Discord does and says what in it would notify somebody, lead or look somewhere it must not, or hide.
 * From Discord's published rules (https://docs.discord.com/developers/reference#message-formatting and the help page
 * "Markdown Text 101", read 2026-11-27), without any code of the renderer.
 */
export function judgeDiscord(content: string, allowed: Allowed): Finding[] {
  const findings = hiddenIn(content)
  if (/[@<.]/.test(content))
    for (const [kind, pattern] of everywhere) {
      const found = pattern.exec(content)
      if (found !== null) findings.push({ kind, what: found[0] })
    }
  return [...findings, ...readMarkdown(content, allowed).findings]
}

/** Sticky patterns, tried in this order at each place that is not plain text. */
const at = {
  escaped: /\\([^0-9A-Za-z\s\\]|\\)/y,
  block: /```[\s\S]*?```/y,
  code: /(`+)([\s\S]*?[^`])\1(?!`)/y,
  pointed: /<([a-z][a-z\d+.-]*:[^\s<>]*|[^\s<>@]+@[^\s<>]+)>/iy,
  masked: /!?\[((?:\\.|[^[\]\\])*)\]\(\s*(<[^>]*>|[^\s)]*)[^)]*\)/y,
  bare: /(?:https?|steam|discord):\/\/[^\s<]+/iy,
  bold: /\*\*(?=\S)/y,
}
const lineStart: readonly (readonly [string, RegExp])[] = [
  ['a heading', /[ \t]*#{1,3}[ \t]+\S/y],
  ['small print', /[ \t]*-#[ \t]+\S/y],
  ['a quotation', /[ \t]*>{1,3}[ \t]/y],
]
const listMark = /[ \t]*(?:[-*+]|\d+[.)])[ \t]+/y
const foreignMark = /\|\||~~|__|(?<![\w*])\*(?![*\s])|(?<![\w\\])_(?!\s)/y

function readMarkdown(content: string, allowed: Allowed): Reading {
  const findings: Finding[] = []
  let shown = ''
  let place = 0
  let isLineStart = true
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = place
    const found = pattern.exec(content)
    if (found !== null) place += found[0].length
    return found
  }
  const note = (kind: Finding['kind'], what: string): void => void findings.push({ kind, what })
  while (place < content.length) {
    if (isLineStart) {
      const mark = take(listMark)
      if (mark !== null) shown += mark[0]
      const start = lineStart.find(([, pattern]) => take(pattern) !== null)
      if (start !== undefined) note('markup', start[0])
    }
    const character = content[place] ?? ''
    isLineStart = character === '\n'
    let found: RegExpExecArray | null
    if (!special.test(character)) {
      shown += character
      place += 1
    } else if ((found = take(at.escaped)) !== null) shown += found[1]
    else if ((found = take(at.block)) !== null) shown += found[0].slice(3, -3)
    else if ((found = take(at.code)) !== null) shown += found[2]
    else if ((found = take(at.pointed)) !== null) {
      if (!mayBeFollowed(found[1] ?? '', allowed)) note('link', found[0])
      shown += found[1]
    } else if ((found = take(at.masked)) !== null) note('mask', found[0])
    else if ((found = take(at.bare)) !== null) {
      if (!mayBeFollowed(found[0], allowed)) note('link', found[0])
      note('preview', found[0])
    } else if (take(at.bold) !== null) continue
    else if (character === '*' && content.startsWith('**', place)) place += 2
    else {
      if (character === '`') note('markup', 'code without an end')
      const mark = take(foreignMark)
      if (mark === null) shown += character
      else note('markup', mark[0])
      if (mark === null) place += 1
    }
  }
  return { findings, shown }
}

const special = /[\\`<!['*_~|hHsSdD]/

/** The words of a text without their marks. */
export function wordsOf(content: string): string {
  return readMarkdown(content, { hosts: new Set(), isPerson: true }).shown
}
