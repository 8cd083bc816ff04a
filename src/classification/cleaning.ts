/** Only this many UTF-16 units of a message are analysed, so that time stays bounded: its beginning and its end. */
export const analysedCharacters = 2000

/** What a customer wants stands at the start, or after the whole story at the end. */
const analysedAtStart = 1200

/** Longer texts are pasted, not written; what is quoted in them is not looked for any further. */
const longestSearched = 40_000
/** What has more lines is a log or a list; each line costs time. */
const mostLines = 1000

/** Begins an answer to an e-mail: what follows was written by somebody else before. */
const replyLine =
  /^(?:on\b.{4,200}\bwrote|am\b.{4,200}\bschrieb.{0,100}|le\b.{4,200}\ba écrit|el\b.{4,200}\bescribió|il\b.{4,200}\bha scritto) ?:$/i
/** The same over two lines, as mail programs wrap it. */
const replyLineStart = /^(?:on|am|le|el|il)\b.{4,200}(?:\d{2}:\d{2}|@).{0,100}$/i
const replyLineEnd = /^.{0,100}\b(?:wrote|schrieb|a écrit|escribió|ha scritto) ?:$/i
const forwardLine =
  /^[-_ ]{2,}\s?(?:original message|forwarded message|ursprüngliche nachricht|message d'origine)\s?[-_ ]{2,}$/i
const headerLine = /^\*?(?:from|von|de) ?:\*? ?\S/i
const headerNext = /^\*?(?:sent|date|to|gesendet|datum|an|envoyé|à|enviado|para) ?:\*? ?\S/i
const signatureLine = /^(?:--|—|__+)$/
const deviceLine =
  /^(?:sent (?:from|via) (?:my|the|outlook|yahoo|mail|proton)\b.{0,60}|get outlook for \w+.{0,60}|von meinem .{1,40} gesendet)$/i
const closingLine =
  /^(?:(?:with |many |best |kind |warm |kindest |warmest )*(?:regards|wishes)|yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|cordially|respectfully|mit freundlichen grüßen|mfg|cordialement|saludos)[ ,.!]{0,3}$/i
const thankingLine =
  /^(?:(?:many )?thanks(?: a lot| again| in advance)?|thank you(?: very much)?|cheers|best|love)[ ,.!]{0,3}$/i
const disclaimerLine =
  /\b(?:(?:this|the) (?:e-?mail|message|communication|transmission)\b.{0,60}\b(?:confidential|privileged|intended)|intended (?:solely|only) for|not the intended recipient|received this (?:e-?mail|message) in error|consider the environment before printing|confidentiality notice)\b/i
const nameLine = /^\p{Lu}[\p{L}.'’-]*(?: \p{Lu}[\p{L}.'’-]*){0,3},?$/u

const quoteMark = /^\s{0,3}(?:>|&gt;)/
/** Slack's and Discord's mark for "all that follows is quoted". */
const quoteRest = /^\s{0,3}(?:>>>|&gt;&gt;&gt;)/
const fence = '```'

/** Leaves out what stands between three backticks: logs and code, which say what went wrong but not what is wanted. */
function withoutCode(text: string): string {
  const parts = text.split(fence)
  return parts.filter((_, place) => place % 2 === 0 || place === parts.length - 1).join('\n')
}

/** Does a quoted message begin here, to the end of the text? */
function beginsQuotation(lines: readonly string[], at: number): boolean {
  const line = lines[at] ?? ''
  const next = lines[at + 1] ?? ''
  if (replyLine.test(line) || forwardLine.test(line) || quoteRest.test(line)) return true
  return (headerLine.test(line) && headerNext.test(next)) || (replyLineStart.test(line) && replyLineEnd.test(next))
}

/** A name, a title, a number, an address below a closing: short, and no sentence that asks. */
function belongsToSignature(line: string, closing: 'formal' | 'thanks'): boolean {
  if (line === '' || disclaimerLine.test(line) || deviceLine.test(line)) return true
  if (line.includes('?') || /^p\.? ?s\b/i.test(line)) return false
  const words = line.split(/\s+/).length
  return closing === 'formal'
    ? words <= 8
    : nameLine.test(line) || (words <= 8 && /[@|]|\+\d|www\.|https?:/i.test(line))
}

function closingKind(line: string): 'formal' | 'thanks' | undefined {
  if (closingLine.test(line)) return 'formal'
  return thankingLine.test(line) ? 'thanks' : undefined
}

function withoutSignature(lines: readonly string[]): string[] {
  const kept: string[] = []
  let closing: 'formal' | 'thanks' | undefined
  let isDisclaimer = false
  for (const line of lines) {
    if (signatureLine.test(line) && kept.length > 0) break
    isDisclaimer = line !== '' && (isDisclaimer || disclaimerLine.test(line))
    if (isDisclaimer || deviceLine.test(line)) continue
    if (closing !== undefined && belongsToSignature(line, closing)) continue
    closing = closingKind(line)
    if (closing !== 'formal') kept.push(line)
  }
  return kept
}

const hasWord = /[\p{L}\p{N}]/u

/**
 * What the customer wrote now: without quoted messages, signatures, legal notices and blocks of code. The whole text when
 * nothing else is left.
 */
export function writtenText(text: string): string {
  if (!text.includes('\n') && !text.includes(fence) && !quoteMark.test(text)) return text
  const lines = withoutCode(text.slice(0, longestSearched))
    .split('\n', mostLines)
    .map((line) => line.trimEnd())
  const own: string[] = []
  for (let at = 0; at < lines.length; at++) {
    if (beginsQuotation(lines, at) && own.some((line) => hasWord.test(line))) break
    if (!quoteMark.test(lines[at] ?? '') && !beginsQuotation(lines, at)) own.push((lines[at] ?? '').trim())
  }
  const written = withoutSignature(own).join('\n')
  return hasWord.test(written) ? written : text
}

/** The beginning and the end of a text that is too long to be analysed whole, cut between words. */
export function shortened(text: string): string {
  if (text.length <= analysedCharacters) return text
  const start = text.slice(0, analysedAtStart)
  const end = text.slice(text.length - (analysedCharacters - analysedAtStart - 1))
  return `${start.replace(/(?<=\s)\S{1,40}$/, '')} ${end.replace(/^\S{1,40}(?=\s)/, '')}`
}

/** What of a message is analysed: what the customer wrote now, shortened. */
export function analysedText(text: string): string {
  return shortened(writtenText(text))
}

/** Every run of white space as one space, or as one line break where it holds one: patterns of white space stay cheap. */
export function evenlySpaced(text: string): string {
  if (!/\s\s|[^\S\n ]/.test(text)) return text
  return text.replace(/\s+/g, (space) => (space.includes('\n') ? '\n' : ' '))
}
