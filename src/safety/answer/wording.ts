import { answerInstructions, promptCanary } from '../../models/prompt.ts'
import { linesOf, parseMarkup } from '../../core/markup.ts'
import { redact } from '../redact.ts'
import type { Evidence } from './evidence.ts'

const acts =
  'refund|cancel|chang|updat|sent|send|issu|process|credit|escalat|creat|open|replac|book|schedul|arrang|appl|remov|delet|upgrad|downgrad|transfer|reset|approv|grant|contact|notif|forward|pass|investigat|register|confirm|submit|request|order|ship|dispatch|reship|paid|pay|reimburs|compensat|waiv|extend|block|unlock|verif|link|cut|flag|report|initiat|start|rais|log|add|made|done|fix|resolv|ensur|mak|tak|look into|get back|follow up|reach out|call|email|e-mail|mail'
const who = String.raw`(?:i|we|our (?:team|colleagues?|agents?|support)|(?:a|my|the) (?:colleague|team|manager|supervisor))`
const adverbs = String.raw`(?:\s+(?:just|now|already|also|immediately|gladly|happily|personally|successfully|then|go ahead and|be|been|to|promptly|currently)){0,3}`
const participles =
  'refunded|cancell?ed|changed|updated|sent|issued|processed|credited|escalated|created|replaced|removed|deleted|upgraded|approved|notified|forwarded|reimbursed|closed|returned|paid back|shipped'
const promises = [
  // I have refunded, we've sent, I just cancelled, we will refund, I'll make sure, we're going to pay.
  String.raw`(?<!\p{L})${who}(?:\s?['’](?:ve|ll|m|re|d)|\s+(?:have|has|had|will|shall|am|are|is|did|can now|can certainly|can go ahead and|would))?(?:\s+(?:going to|about to|happy to|able to))?${adverbs}\s+(?:${acts})(?:[\p{L}]*(?:ed|ing)|led)(?!\p{L})`,
  String.raw`(?<!\p{L})${who}(?:\s?['’]ll|\s+(?:will|shall|am going to|are going to))${adverbs}\s+\p{L}+`,
  String.raw`(?<!\p{L})(?:i|we)\s?(?:['’](?:ve|m)|have|am)${adverbs}\s+(?:${acts}|sent|paid|made|done|given|put|taken)\p{L}*`,
  String.raw`(?<!\p{L})i(?:\s+can|\s+could|['’]d be happy to)${adverbs}\s+(?:${acts}|give|offer|do)\p{L}*`,
  // Your refund is being processed, it has been cancelled, you will be refunded, will be sent to you.
  String.raw`(?<!\p{L})(?:has|have|had)(?: now| just| already| successfully)? been\s+(?:${acts})\p{L}*`,
  String.raw`(?<!\p{L})(?:was|were)(?: now| just| already| successfully)?\s+(?:${participles})(?!\p{L})`,
  String.raw`(?<!\p{L})(?:is|are)(?: now| currently| already)? being\s+(?:${acts})\p{L}*`,
  String.raw`(?<!\p{L})(?:you|your [\p{L}\s]{1,40}|it|this|the (?:refund|order|money|amount|payment))(?:\s?['’]ll| will| shall)(?: now| shortly| soon| then)? (?:be (?:${acts})\p{L}*|receive|get|have) ?`,
  String.raw`(?<!\p{L})(?:consider it done|all set|i guarantee|we guarantee|i promise|we promise|rest assured|on its way to you now|as requested, )`,
  // The same in German, French and Spanish.
  String.raw`(?<!\p{L})(?:ich|wir) (?:habe|haben|werde|werden) [^.!?]{0,80}(?:erstatt|storn|gesendet|geschickt|änder|geändert|gelöscht)`,
  String.raw`(?<!\p{L})(?:j['’]ai|nous avons|je vais|nous allons) [^.!?]{0,60}(?:rembours|annul|envoy|modifi|supprim)`,
  String.raw`(?<!\p{L})(?:he|hemos|voy a|vamos a) [^.!?]{0,60}(?:reembols|cancel|envia|cambia|elimina)`,
].map((source) => new RegExp(source, 'giu'))

/**
 * What sounds like an act done or promised, unless the sources themselves say the whole sentence. That something has been
 * done may be said when the customer's records have that very word (`shipped`).
 */
export function promisesIn(answer: string, { sourceText, factText }: Pick<Evidence, 'sourceText' | 'factText'>) {
  return promises
    .flatMap((pattern) => [...answer.matchAll(pattern)].map(([promise]) => promise.trim()))
    .filter((promise) => !isQuoted(promise, answer, sourceText) && !isRecorded(promise, factText))
}

/** Whether the sentence around a promise stands in the sources word for word. */
function isQuoted(promise: string, answer: string, sourceText: string): boolean {
  const sentence = answer.split(/(?<=[.!?])\s+|\n+/).find((one) => one.includes(promise)) ?? promise
  return sourceText.includes(sentence.toLowerCase().trim())
}

function isRecorded(promise: string, factText: string): boolean {
  const done = /^(?:has been|have been|was|were) (?:now |just |already |successfully )?(\p{L}+)$/iu
    .exec(promise.replace(/ (?:now|just|already|successfully)(?= been)/i, ''))?.[1]
    ?.toLowerCase()
  return done !== undefined && new RegExp(String.raw`(?<!\p{L})${done}(?!\p{L})`, 'u').test(factText)
}

/** Cards, accounts, keys, codes and national numbers: they never belong in an answer, not even the customer's own. */
export function secretsIn(answer: string): readonly string[] {
  return [...redact(answer).map.keys()].filter((placeholder) => !/^\[(?:EMAIL|PHONE)_/.test(placeholder))
}

/** Placeholders of redaction, except those of an address or phone number that the conversation or the records hold. */
export function placeholdersIn(answer: string, known: string): readonly string[] {
  const marks = answer.match(/[[({]\s?(?:CARD|IBAN|EMAIL|PHONE|KEY|CODE|ID)\s?_\s?\d{0,6}\s?[\])}]?/gi) ?? []
  return marks.filter((mark) => !/^\[(?:EMAIL|PHONE)_\d+\]$/.test(mark) || !known.includes(mark.toLowerCase()))
}

/** The canary as it is, backwards, with marks between its letters, in hexadecimal or in base64. */
export function holdsCanary(answer: string): boolean {
  const letters = answer.toLowerCase().replace(/[^a-z0-9]/g, '')
  const forms = [promptCanary, [...promptCanary].reverse().join(''), Buffer.from(promptCanary).toString('hex')]
  if (forms.some((form) => letters.includes(form))) return true
  const exact = answer.replace(/[\s-]/g, '')
  return [0, 1, 2].some((shift) => exact.includes(base64Core(shift)))
}

/** What base64 of any text with the canary at this shift (modulo 3) surely contains. */
function base64Core(shift: number): string {
  const encoded = Buffer.from('\0'.repeat(shift) + promptCanary).toString('base64')
  return encoded.replace(/=+$/, '').slice(shift === 0 ? 0 : shift + 1, -2)
}

const shingleLength = 6

/** Runs of six words that stand in the instructions, and names that only they and the wanted shape use. */
export function echoesPrompt(answer: string, company: string): boolean {
  const instructions = new Set(shinglesOf(answerInstructions(company)))
  const isEcho = shinglesOf(answer).some((shingle) => instructions.has(shingle))
  return (
    isEcho ||
    /\b(?:canAnswer|mayLookUp|lookUp)\b|\b(?:system|developer) (?:prompt|message)\b|\bmy (?:instructions|prompt|rules)\b/i.test(
      answer,
    )
  )
}

function shinglesOf(text: string): readonly string[] {
  const words = text.toLowerCase().match(/[\p{L}\d]+/gu) ?? []
  return words.slice(shingleLength - 1).map((_word, index) => words.slice(index, index + shingleLength).join(' '))
}

const foreignMarkup = [
  /<\/?[a-z!?][^<>]{0,500}>?/i, // HTML, and Slack's <!channel>
  /<[@#][^<>]{0,100}>?|<[a-z]{1,10}:[^<>]{0,200}>/i, // mentions, emoji, timestamps
  /<\||\|>/, // the marks of chat templates
  /&(?:lt|gt|amp|#\d{1,7}|#x[\da-f]{1,6});/i,
  /(?<![\p{L}\d.])@(?:everyone|here|channel|[\p{L}_][\p{L}\d_.-]{0,60})/iu,
  /!\[/, // an image
  /^\s{0,3}(?:#{1,6} |> |```|~~~|={3,}|-{3,}\s*$|\* |\+ )/m,
  /```|~~|\|\||__[^_\n]{1,200}__|(?<![\p{L}\d*])\*[^*\s][^*\n]{0,200}\*(?!\*)/u,
  /^\s*[[{]\s*["'[{]|[[{]\s*[\]}]|[<>][<>?]/, // JSON, and what is left of code
  /"(?:name|role|tool|arguments|function|intent|action|answer|sources)"\s*:/i,
  /^\s*(?:system|assistant|user|developer|tool|action|function|human|effect)\s*:/im,
  /\b(?:tool_call|function_call|im_start|im_end|endoftext)\b/i,
  /(?!\n)\p{Cc}/u,
  /[\p{Cf}\p{Co}\p{Cn}\p{Cs}\ufffd]/u, // invisible, unassigned, halves of characters and what stands for one
]

/** Markup that replies do not have, mentions, notes of our own or a model's inner formats, and invisible characters. */
export function foreignMarkupIn(raw: string): readonly string[] {
  const found = foreignMarkup.flatMap((pattern) => pattern.exec(raw)?.[0] ?? [])
  const links = parseMarkup(raw)
    .flatMap((block) => linesOf(block).flat())
    .filter(({ kind }) => kind === 'link')
  return [...found, ...links.map(({ text }) => text)]
}
