import type { Found } from './personal-data.ts'

const longestLocal = 64
const longestDomain = 253
const localCharacter = /[\p{L}\p{M}\p{N}._%+'!#$&*/=?^{|}~-]/u
const domain = /^(?:[\p{L}\p{M}\p{N}_-]{1,63}(?:\.| \. )){1,8}(?:xn--[a-z0-9-]{2,59}|\p{L}[\p{L}\p{M}]{1,62})/u
const addressInBrackets = /^\[[\d.:a-f]{3,45}\]/i

/** Who says `ada at gmail.com` means an address; `look at example.com` is not one. */
const mailHosts =
  'gmail|googlemail|outlook|hotmail|live|msn|yahoo|ymail|icloud|me|mac|aol|proton|protonmail|pm|gmx|web|t-online|freenet|posteo|mail|mailbox|fastmail|zoho|yandex|hey|tutanota|btinternet|sky|orange|free|laposte|libero|qq|163'
const word = '[a-z0-9_%+-]'
const atSign = String.raw`\s{0,2}[([{<]\s{0,2}(?:at|@|ät)\s{0,2}[)\]}>]\s{0,2}`
const point = String.raw`(?:\.|\s{0,2}[([{<]\s{0,2}(?:dot|\.|punkt)\s{0,2}[)\]}>]\s{0,2}|\s{1,2}dot\s{1,2})`
const spoken = String.raw`\s{1,2}dot\s{1,2}`
const spelledOut = [
  `${word}{1,64}(?:${point}${word}{1,64}){0,4}${atSign}${word}{1,63}(?:${point}${word}{1,63}){1,4}`,
  String.raw`${word}{1,64}(?:(?:\.|${spoken})${word}{1,64}){0,4}\s{1,2}at\s{1,2}${word}{1,63}(?:(?:\.|${spoken})${word}{1,63}){0,3}${spoken}[a-z]{2,24}`,
  String.raw`${word}{1,64}(?:\.${word}{1,64}){0,4}\s{1,2}at\s{1,2}(?:${mailHosts})\.(?:com|net|org|de|me|fr|it|co\.uk|uk|es|ch|at|ru|cn)`,
  // `ada@example dot com`: the sign is written, the point is said.
  String.raw`${word}{1,64}(?:\.${word}{1,64}){0,4}\s{0,2}@\s{0,2}${word}{1,63}(?:${point}${word}{1,63}){1,4}`,
]
const spelledPatterns = spelledOut.map((source) => new RegExp(String.raw`(?<![\w%+-])${source}(?![\w-])`, 'gi'))

/** E-mail addresses, also with spaces around their signs or spelled out (`ada (at) example dot com`). */
export function findEmails(text: string): readonly Found[] {
  return [...findSigned(text), ...spelledPatterns.flatMap((pattern) => findSpelled(text, pattern))]
}

function findSpelled(text: string, pattern: RegExp): readonly Found[] {
  return [...text.matchAll(pattern)].map(({ index, 0: whole }) => ({
    kind: 'EMAIL',
    start: index,
    end: index + whole.length,
  }))
}

/** From each `@` outwards, so that the time is bounded by the number of signs. */
function findSigned(text: string): readonly Found[] {
  const found: Found[] = []
  let free = 0
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const start = localStart(text, at, free)
    const end = domainEnd(text, at + 1)
    if (start === undefined || end === undefined) continue
    found.push({ kind: 'EMAIL', start, end })
    free = end
  }
  return found
}

function localStart(text: string, at: number, free: number): number | undefined {
  let end = at
  while (end > free && at - end < 2 && text.charAt(end - 1) === ' ') end -= 1
  if (text.charAt(end - 1) === '"') {
    const quote = text.lastIndexOf('"', end - 2)
    if (quote >= Math.max(free, end - longestLocal)) return quote
  }
  let start = end
  while (start > free && end - start < longestLocal && isLocal(text, start - 1)) start -= 1
  const words = /[\p{L}\p{N}]/u.exec(text.slice(start, end))
  return words === null ? undefined : start
}

/** Letters outside the basic plane are two units, of which each is taken. */
function isLocal(text: string, index: number): boolean {
  const unit = text.charCodeAt(index)
  return (unit >= 0xd800 && unit <= 0xdfff) || localCharacter.test(text.charAt(index))
}

function domainEnd(text: string, from: number): number | undefined {
  let start = from
  while (start - from < 2 && text.charAt(start) === ' ') start += 1
  const rest = text.slice(start, start + longestDomain)
  const whole = domain.exec(rest) ?? addressInBrackets.exec(rest)
  return whole === null ? undefined : start + whole[0].length
}
