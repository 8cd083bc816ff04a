import { type Block, type Line, parseMarkup, type Span } from './markup.ts'
import type { Reply } from './reply.ts'
import { visible } from './visible.ts'

/** Where links may lead. */
export interface LinkRules {
  /** Hosts in lower case, exactly as they stand in a link; `help.example:8443` for another port than the usual one. */
  readonly linkHosts: ReadonlySet<string>
  /** A person of the team wrote it: their links lead to any host. */
  readonly isPerson: boolean
}

/**
 * A reply as every channel prints it: nothing invisible is left, and every link in it may be followed. An address that
 * may not is printed so that no device makes a link of it: `hxxps://evil[.]example/x`. A bare address that may be
 * followed becomes a link. Code stays as it was written.
 */
export function readReply({ text, from }: Pick<Reply, 'text' | 'from'>, linkHosts: ReadonlySet<string>): Block[] {
  const rules = { linkHosts, isPerson: from !== undefined }
  return parseMarkup(visible(text)).map((block) => judgeBlock(block, rules))
}

/** Addresses in a text made harmless, except those that may be followed. */
export function defang(text: string, rules: LinkRules): string {
  return scan(text, rules)
    .map((span) => span.text)
    .join('')
}

/**
 * Everything two words with a dot between could be: also `invoice.pdf` and `end.Next`. For texts that a client searches for
 * addresses by rules of its own. Mail addresses stay.
 */
export function defangEverything(text: string, rules: LinkRules): string {
  if (!/[.:。．｡]/.test(text)) return text
  return defang(text, rules).replace(anyDomain, (found, mail: string | undefined, host: string | undefined) =>
    mail !== undefined || host === undefined || rules.linkHosts.has(host.toLowerCase()) ? found : withoutDots(found),
  )
}

/**
 * The address as it may be followed, or undefined: `https` to a listed host, or a mail address there without any words for
 * the mail; for a person `http` and every host too. Never with a name before the host, which could pose as one.
 */
export function permitted(url: string, { linkHosts, isPerson }: LinkRules): string | undefined {
  if (url.length > longestUrl) return undefined
  const mailHost = mailAddress.exec(url)?.[1]
  if (mailHost !== undefined) return isPerson || linkHosts.has(mailHost.toLowerCase()) ? url : undefined
  const found = webAddress.exec(url)
  if (found === null) return undefined
  const [, scheme = '', host = ''] = found
  const isListed = scheme.toLowerCase() === 'https' && linkHosts.has(host.toLowerCase())
  if (!isListed && !isPerson) return undefined
  if (harmlessUrl.test(url)) return url
  const address = URL.parse(url)
  return address?.username === '' ? address.href.replace(/[^\w.~:/?#!$&+,;=%-]/g, encode) : undefined
}

const longestUrl = 1000
const mailAddress = /^mailto:[\w.+-]{1,64}@((?:[a-z\d-]{1,63}\.)+[a-z\d-]{2,63})$/i
const webAddress = /^(https?):\/\/([^\s/\\?#@<>"'`|%[\]]+)(?:[/?#]\S*)?$/i
/** Nothing in it means anything to a platform, so it is handed on letter by letter. */
const harmlessUrl = /^https?:\/\/[a-z\d.-]+(?::\d{1,5})?(?:[/?#][\w.~:/?#!$&+,;=%-]*)?$/i

function encode(character: string): string {
  return `%${(character.codePointAt(0) ?? 0).toString(16).toUpperCase()}`
}

function judgeBlock(block: Block, rules: LinkRules): Block {
  switch (block.kind) {
    case 'paragraph':
      return { kind: 'paragraph', lines: block.lines.map((line) => judgeLine(line, rules)) }
    case 'heading':
      return { kind: 'heading', spans: judgeLine(block.spans, rules) }
    case 'list':
      return { ...block, items: block.items.map((item) => judgeLine(item, rules)) }
    case 'code':
      return block
    case 'table': {
      const judged = (cells: readonly string[]): string[] => cells.map((cell) => defang(cell, rules))
      return { kind: 'table', head: judged(block.head), rows: block.rows.map(judged) }
    }
  }
}

function judgeLine(line: Line, rules: LinkRules): Line {
  return line.flatMap((span): readonly Span[] => {
    switch (span.kind) {
      case 'code':
        return [span]
      case 'text':
        return scan(span.text, rules)
      case 'bold':
        return scan(span.text, rules).map((part) => (part.kind === 'text' ? { ...part, kind: 'bold' } : part))
      case 'link':
        return judgeLink(span, rules)
    }
  })
}

/** A label that names another place than the link leads to is followed by the place it does lead to. */
function judgeLink({ text, url }: Span & { kind: 'link' }, rules: LinkRules): readonly Span[] {
  const target = permitted(url, rules)
  if (target === undefined) {
    // Of a refused mail link the address is left, without the words it would have put into the mail.
    const shown = defang(url.replace(/^mailto:([^?]*).*/i, '$1'), nowhere)
    return [{ kind: 'text', text: text === url ? shown : `${defang(text, rules)} (${shown})` }]
  }
  if (text === url) return [{ kind: 'link', text: target, url: target }]
  const host = hostOf(target)
  const label = text.trim() === '' ? host : namesOtherHost(text, host) ? `${defang(text, nowhere)} (${host})` : text
  if (label.length <= longestLabel) return [{ kind: 'link', text: label, url: target }]
  return [
    { kind: 'text', text: `${defang(label, nowhere)} ` },
    { kind: 'link', text: host, url: target },
  ]
}

const longestLabel = 300
const nowhere: LinkRules = { linkHosts: new Set(), isPerson: false }

function hostOf(url: string): string {
  return (/^[a-z]+:(?:\/\/)?(?:[^/@]*@)?([^/?#]*)/i.exec(url)?.[1] ?? url).toLowerCase()
}

/** Letters that only look like others are read as those, so that a full-width name of a bank is one as well. */
function namesOtherHost(label: string, host: string): boolean {
  const read = label.normalize('NFKC')
  return [...read.matchAll(candidate)].some(({ groups = {} }) => {
    const { mail, domain, rest = '', authority } = groups
    if (mail !== undefined) return mail.slice(mail.indexOf('@') + 1).toLowerCase() !== host
    if (domain === undefined) return (authority ?? '').split(/[/?#\\]/)[0]?.toLowerCase() !== host
    return (rest !== '' || isKnown(domain)) && domain.toLowerCase() !== host
  })
}

const dot = '[.\u3002\uFF0E\uFF61\u2024]'
const label = String.raw`[\p{L}\p{N}_-]`
const mail = String.raw`(?<mail>(?<![\p{L}\p{N}.+_•-])[\p{L}\p{N}_.+•-]{1,64}@(?:[\p{L}\p{N}-]{1,63}\.){1,10}[a-z]{2,24})(?![\p{L}\p{N}_@-]|[/:?#]\S)`
const name = String.raw`(?<!${label})(?:${label}{1,250}${dot}){1,10}(?:xn--[a-z\d-]{1,60}|[a-z]{2,24})(?!${label})`
/**
 * What could be an address: something with a scheme, or a name with dots. Names are linked by some clients, and read as an
 * address by everybody.
 */
const candidate = new RegExp(
  String.raw`(?<scheme>(?:https?|ftp|file)(?=:[/\\])|[a-z][a-z\d+.-]{1,30}(?=:[/\\]{2}))(?<slashes>:[/\\]{1,3})(?<authority>[^\s<>]*)` +
    String.raw`|(?<act>(?<![\p{L}\p{N}])(?:mailto|javascript|vbscript|data)):(?=\S)` +
    `|${mail}` +
    String.raw`|(?<domain>${name})(?<rest>\.?(?:[/?#][^\s<>]+|:\d[^\s<>]*))?`,
  'giu',
)
const anyDomain = new RegExp(
  String.raw`${mail}|(?<!${label})((?:${label}{1,250}(?:\.|${dot}(?=[a-z]{2}))){1,10}(?:[\p{L}][\p{L}\p{N}-]{1,60}))`,
  'giu',
)

/** Endings under which a name in plain words is taken for an address. Names with a path are taken so whatever they end in. */
const knownEndings = new Set(
  (
    'com net org edu gov mil int info biz name pro mobi app dev page web site website online store shop blog cloud live news ' +
    'link click top xyz icu vip club work works world today life space fun tech digital email support help chat bot link ' +
    'finance bank money pay cash loan insurance example test invalid localhost tld local onion arpa zip mov ' +
    'ai io me tv cc ws gg ly co uk us ca au nz ie de at ch li fr be nl lu es pt it gr se no dk fi is ee lv lt pl cz sk hu ro bg ' +
    'hr si rs ua ru by kz cn jp kr tw hk sg my th vn id ph in pk bd lk ae sa il tr eg za ng ke br ar cl pe mx to so sh st su pw ' +
    'tk ml ga cf gq la vc fm am im gl gd ms mu nu re rs sc tc vg eu asia'
  ).split(' '),
)

const anyDot = new RegExp(dot)

/** `done.It` is the end of a sentence, `DONE.IT` and `done.it` may be addresses. */
function isKnown(domain: string): boolean {
  const ending = domain.split(anyDot).at(-1) ?? ''
  if (/^www\./i.test(domain) || /^xn--/i.test(ending)) return true
  return knownEndings.has(ending.toLowerCase()) && !/^[A-Z][a-z]/.test(ending)
}

type Found = Readonly<Record<string, string | undefined>>

/** A text divided into words and links. */
function scan(text: string, rules: LinkRules): (Span & { kind: 'text' | 'link' })[] {
  if (!/[.:。．｡․]/.test(text)) return [{ kind: 'text', text }]
  const spans: (Span & { kind: 'text' | 'link' })[] = []
  let words = ''
  let from = 0
  for (const { 0: whole, index, groups = {} } of text.matchAll(candidate)) {
    words += text.slice(from, index)
    from = index + whole.length
    const address = groups['scheme'] === undefined ? '' : withoutPunctuation(whole)
    const target = permitted(address, rules)
    if (target === undefined) words += broken(whole, groups, rules)
    else {
      if (words !== '') spans.push({ kind: 'text', text: words })
      spans.push({ kind: 'link', text: target, url: target })
      words = whole.slice(address.length)
    }
  }
  words += text.slice(from)
  if (words !== '' || spans.length === 0) spans.push({ kind: 'text', text: words })
  return spans
}

/** What could be an address, printed so that it is none; words and mail addresses as they are. */
function broken(whole: string, found: Found, rules: LinkRules): string {
  const { scheme, slashes = '', authority = '', act, domain, rest = '' } = found
  if (act !== undefined) return `${act}[:]`
  if (scheme !== undefined) {
    const crossed = scheme.replace(/tt(?=ps?$)/i, 'xx')
    return (crossed === scheme ? `${scheme}[:]${slashes.slice(1)}` : crossed + slashes) + withoutDots(authority)
  }
  if (domain === undefined || (rest === '' && !isKnown(domain))) return whole
  if (rules.linkHosts.has(domain.toLowerCase()) && !/[@\\]/.test(rest)) return whole
  return withoutDots(whole)
}

/** The end of a sentence does not belong to the address in it, nor a bracket around it. */
function withoutPunctuation(address: string): string {
  return address.replace(/[.,:;!?'"’”)\]}*]+$/, '')
}

function withoutDots(address: string): string {
  return address.replace(/[.\u3002\uFF0E\uFF61\u2024](?=[\p{L}\p{N}_-])/gu, '[.]')
}
