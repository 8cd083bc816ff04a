/** Something in a message that must not be there, in words that a failing test prints. */
export interface Finding {
  readonly kind: 'mention' | 'link' | 'preview' | 'mask' | 'hidden' | 'markup' | 'limit'
  readonly what: string
}

/** Where links of the message may lead. */
export interface Allowed {
  readonly hosts: ReadonlySet<string>
  /** A person of the team wrote it: any host, also by http. */
  readonly isPerson: boolean
}

/** Whether a link is one that may be there. Read by the rules of browsers, not by ours. */
export function mayBeFollowed(address: string, { hosts, isPerson }: Allowed): boolean {
  const url = URL.parse(address)
  if (url === null || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'mailto:')
    return url.search === '' && (isPerson || hosts.has(url.pathname.slice(url.pathname.lastIndexOf('@') + 1)))
  if (isPerson) return url.protocol === 'https:' || url.protocol === 'http:'
  return url.protocol === 'https:' && hosts.has(url.host)
}

const suspicious =
  /[^\n\u0020-\u007E\u00A0-\u00AC\u00AE-\u02FF\u0370-\u058F\u2010-\u2027\u3000-\u3163\u4E00-\u9FFF\uAC00-\uD7A3]/u
const suspect =
  /(?!\n)\p{Cc}|\u034F|\u17B4|\u17B5|[\uFE00-\uFE0F]|[\p{Cf}\p{Cs}\u115F\u1160\u180E\u2028\u2029\u2065\u2800\u3164\uFFA0\uFFF0-\uFFFB\uFFFE\uFFFF\uFDD0-\uFDEF\u{E0000}-\u{E0FFF}]/gu
/** Format characters that are seen: signs around numbers of other scripts. */
const seen = /[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}\u{13430}-\u{1345F}]/u
const joiningScript =
  /[\p{sc=Arab}\p{sc=Syrc}\p{sc=Mong}\p{sc=Deva}\p{sc=Beng}\p{sc=Guru}\p{sc=Gujr}\p{sc=Orya}\p{sc=Taml}\p{sc=Telu}\p{sc=Knda}\p{sc=Mlym}\p{sc=Sinh}\p{sc=Khmr}\p{sc=Mymr}]/u

/** Characters nobody sees in a text, except where writing needs them. One of no width after `@` or `<` is a safeguard. */
export function hiddenIn(text: string): Finding[] {
  if (!suspicious.test(text)) return []
  const findings: Finding[] = []
  for (const { 0: character, index } of text.matchAll(suspect)) {
    const before = lastOf(text.slice(Math.max(0, index - 4), index))
    const after = firstOf(text.slice(index + character.length, index + character.length + 4))
    if (!isInPlace(character, before, after, text.slice(Math.max(0, index - 14), index + 14)))
      findings.push({ kind: 'hidden', what: `U+${character.codePointAt(0)?.toString(16)} in ${JSON.stringify(text)}` })
  }
  if (/\p{M}{9}/u.test(text)) findings.push({ kind: 'hidden', what: 'a pile of marks' })
  return findings
}

// eslint-disable-next-line eslint/max-params -- the three neighbours of one character
function isInPlace(character: string, before: string, after: string, around: string): boolean {
  if (seen.test(character)) return true
  switch (character) {
    case '\u200B':
      return before === '@' || before === '<'
    case '\u200C':
      return joiningScript.test(after)
    case '\u200D':
      return joiningScript.test(after) || /\p{Extended_Pictographic}/u.test(after)
    case '\uFE0E':
    case '\uFE0F':
      return /[\p{Extended_Pictographic}]/u.test(before) || (/[\d#*]/.test(before) && after === '\u20E3')
    default:
      return /\u{1F3F4}\u{E0067}\u{E0062}[\u{E0061}-\u{E007A}]{3}\u{E007F}/u.test(around)
  }
}

function lastOf(text: string): string {
  return [...text].at(-1) ?? ''
}

function firstOf(text: string): string {
  return [...text][0] ?? ''
}

const address = /\b(?:https?:\/\/|www\.)?((?:[a-z\d-]+\.)+(?:example|com|net|org|gg|io|tld|zip))\b/gi

/** Whether the words of a link name another place than it leads to, without naming that one as well. */
export function isMask(label: string, url: string): boolean {
  const host = (URL.parse(url)?.host ?? '') || url.slice(url.lastIndexOf('@') + 1)
  const named = [...label.normalize('NFKC').matchAll(address)].map(([, name = '']) => name.toLowerCase())
  return named.some((name) => name !== host) && !label.toLowerCase().includes(host)
}
