import { type Block, type Line, parseMarkup, type Span } from './markup.ts'
import type { Reply } from './reply.ts'
import { visible } from './visible.ts'

/** Where links may lead. */
export interface LinkRules {
  /** Hosts in lower case, exactly as they stand in a link; `help.example:8443` for another port than the usual one. */
  readonly linkHosts: ReadonlySet<string>
  /** A person of the team wrote it: their links lead to any host. */
  readonly isPerson: boolean
  /** The team alone reads it: links to messages of Slack and Discord may be followed as well. */
  readonly isStaff?: boolean
}

/**
 * A reply as every channel prints it: nothing invisible is left, and every link in it may be followed. An address that
 * may not is printed so that no device makes a link of it: `hxxps://evil[.]example/x`. A bare address that may be
 * followed becomes a link. Code stays as it was written.
 */
export function readReply(
  { text, from, audience }: Pick<Reply, 'text' | 'from'> & Partial<Pick<Reply, 'audience'>>,
  linkHosts: ReadonlySet<string>,
): Block[] {
  const rules = { linkHosts, isPerson: from !== undefined, isStaff: audience === 'staff' }
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
  if (!/[.:。．｡․]\S/.test(text)) return text
  return scan(text, rules)
    .map((span) => (span.kind === 'link' ? brokenWithin(span.text) : brokenNames(span.text, rules)))
    .join('')
}

/** An address that holds another one is none where both would be found. */
function brokenWithin(address: string): string {
  return address.indexOf('://') === address.lastIndexOf('://') ? address : brokenAddress(address)
}

function brokenNames(text: string, { linkHosts }: LinkRules): string {
  return text.replace(anyName, (found, mail: string | undefined, domain: string | undefined) => {
    const isListed = domain !== undefined && linkHosts.has(domain.toLowerCase())
    return mail !== undefined || isListed || !/\p{L}{2}/u.test(found) ? found : brokenAddress(found)
  })
}

/**
 * The address as it may be followed, or undefined: `https` to a listed host, or a mail address there without any words for
 * the mail; for a person `http` and every host too. Never with a name before the host, which could pose as one.
 */
export function permitted(url: string, { linkHosts, isPerson, isStaff = false }: LinkRules): string | undefined {
  if (url.length > longestUrl) return undefined
  const mailHost = mailAddress.exec(url)?.[1]
  if (mailHost !== undefined) return isPerson || linkHosts.has(mailHost.toLowerCase()) ? url : undefined
  const found = webAddress.exec(url)
  if (found === null) return undefined
  const [, scheme = '', host = ''] = found
  const isListed =
    (scheme.toLowerCase() === 'https' && linkHosts.has(host.toLowerCase())) || (isStaff && messagePlace.test(url))
  if (!isListed && !isPerson) return undefined
  const isHarmless = harmlessUrl.test(url)
  if (isListed && isHarmless) return url
  const parsed = URL.parse(url)
  if (parsed === null || parsed.username !== '' || !/^[a-z\d.-]+(?::\d+)?$/.test(parsed.host)) return undefined
  return isHarmless ? url : parsed.href.replace(/[^\w.~:/?#!$&+,;=%-]/g, encode)
}

const longestUrl = 1000
const mailAddress = /^mailto:[\w.+-]{1,64}@((?:[a-z\d-]{1,63}\.)+[a-z\d-]{2,63})$/i
const webAddress = /^(https?):\/\/([^\s/\\?#@<>"'`|%[\]]+)(?:[/?#]\S*)?$/i
/**
 * Where a message is, and nothing else of those hosts: an invitation or an authorisation there is a way to cheat
 * (https://docs.slack.dev/interactivity/deep-linking, https://docs.discord.com/developers/reference, read 2026-11-27).
 */
const messagePlace =
  /^https:\/\/(?:discord\.com\/channels\/\d{1,20}(?:\/\d{1,20}){1,2}|slack\.com\/app_redirect\?team=[A-Z\d]{1,40}&channel=[A-Z\d]{1,40}(?:&message_ts=[\d.]{0,40})?)$/
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
    return isDomain(domain) && (rest !== '' || isKnown(domain)) && domain.toLowerCase() !== host
  })
}

const label = String.raw`[\p{L}\p{N}_-]`
const otherDots = String.raw`\u3002\uFF0E\uFF61\u2024`
/** Labels joined by dots. Of the dots of other scripts, which end sentences there, those before a Latin word count. */
const name = String.raw`(?<!${label})${label}+(?:(?:\.|[${otherDots}](?=[a-z]{2}))${label}+)+`
const mail = String.raw`(?<mail>(?<![a-z\d.+_•-])[a-z\d_.+•-]{1,64}@(?:[a-z\d-]{1,63}\.){1,10}[a-z]{2,24})(?![\p{L}\p{N}_@-]|[/:?#]\S)`
const acts = 'mailto|javascript|vbscript|data|tel|sms'
/**
 * What could be an address: something with a scheme, a word that makes a device act, or a name with dots. Names are linked
 * by some clients, and read as an address by everybody.
 */
const candidate = new RegExp(
  String.raw`(?<scheme>(?:https?|ftp|file)(?=:[/\\])|[a-z][a-z\d+.-]{1,30}(?=:[/\\]{2})):[/\\]{1,3}(?<authority>[^\s<>]*)` +
    String.raw`|(?<act>(?<![a-z\d])(?:${acts})):(?=\S)` +
    `|${mail}` +
    String.raw`|(?<domain>${name})(?<rest>\.?[/?#:][^\s<>]+)?`,
  'giu',
)
const anyName = new RegExp(`${mail}|(?<domain>${name})`, 'giu')

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

const lastLabel = /[^.\u3002\uFF0E\uFF61\u2024]*$/u

/** Whether a name ends as a domain may. */
function isDomain(name: string): boolean {
  return /^(?:[a-z]{2,24}|xn--[a-z\d-]+)$/i.test(lastLabel.exec(name)?.[0] ?? '')
}

/** `done.It` is the end of a sentence, `DONE.IT` and `done.it` may be addresses. */
function isKnown(domain: string): boolean {
  const ending = lastLabel.exec(domain)?.[0] ?? ''
  if (/^www\./i.test(domain) || /^xn--/i.test(ending)) return true
  return knownEndings.has(ending.toLowerCase()) && !/^[A-Z][a-z]/.test(ending)
}

type Found = Readonly<Record<string, string | undefined>>

/** A text divided into words and links. */
function scan(text: string, rules: LinkRules): (Span & { kind: 'text' | 'link' })[] {
  if (!/[.:。．｡․]\S/.test(text)) return [{ kind: 'text', text }]
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
function broken(whole: string, { scheme, act, domain, rest = '' }: Found, rules: LinkRules): string {
  if (act !== undefined) return `${act}[:]`
  if (scheme !== undefined) return brokenAddress(whole)
  if (domain === undefined) return whole
  if (rest === '') return isDomain(domain) && isKnown(domain) ? unlessListed(whole, domain, rules) : whole
  if (isDomain(domain)) return /[@\\:]/.test(rest) ? brokenAddress(whole) : unlessListed(whole, domain, rules)
  const safe = brokenSchemes(whole)
  return safe.slice(0, domain.length) + safe.slice(domain.length).replace(/\.(?=\p{L}{2})/gu, '[.]')
}

function unlessListed(whole: string, domain: string, { linkHosts }: LinkRules): string {
  return linkHosts.has(domain.toLowerCase()) ? whole : brokenAddress(whole)
}

/** The end of a sentence does not belong to the address in it, nor a bracket around it. */
function withoutPunctuation(address: string): string {
  let end = address.length
  while (end > 0 && `.,:;!?'"’”)]}*`.includes(address.charAt(end - 1))) end -= 1
  return address.slice(0, end)
}

/** No dot joins two names, and no colon begins an address, wherever in the text they stand. */
function brokenAddress(address: string): string {
  return brokenSchemes(address).replace(/[.\u3002\uFF0E\uFF61\u2024](?=[\p{L}\p{N}_-])/gu, '[.]')
}

function brokenSchemes(text: string): string {
  if (!text.includes(':')) return text
  return text
    .replace(/tt(?=ps?:[/\\])/gi, 'xx')
    .replace(/(?<!xxps?):(?=[/\\]{2})/gi, '[:]')
    .replace(/(?:mailto|javascript|vbscript|data|tel|sms)(?=:\S)/gi, '$&[:]')
    .replaceAll('[:]:', '[:]')
}
