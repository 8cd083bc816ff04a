import type { Found, PersonalKind } from './personal-data.ts'

/** Numbers an answer needs and nobody must hide: they are taken out before phone numbers and codes are looked for. */
const readable = [
  // Dates and times: 2026-11-21T10:45, 21.11.2026, 11/21/26, 10:45:00.
  /(?<![\d./+-])(?:19|20)\d{2}[-/.](?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|[12]\d|3[01])(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)?(?![-/.]?\d)/g,
  /(?<![\d./+-])(?:0?[1-9]|[12]\d|3[01])([-/.])(?:0?[1-9]|[12]\d|3[01])\1(?:(?:19|20)\d{2}|\d{2})(?![-/.]?\d)/g,
  /(?<![\d:])\d{1,2}:\d{2}(?::\d{2})?(?![\d:])/g,
  // Money and shares.
  /(?:\p{Sc}|\b(?:usd|eur|gbp|chf))\s?\d{1,9}(?:[.,]\d{1,3}){0,4}(?!\d)/giu,
  /(?<![\d.,])\d{1,9}(?:[.,]\d{1,3}){0,4}\s?(?:\p{Sc}|%|(?:usd|eur|gbp|chf|dollars?|euros?|pounds?|pence|percent)\b)/giu,
  // Records: INV-2041, T-17, order 1042, #1042, and the carrier's KC 7742 1093.
  /(?<![\p{L}\d])(?:INV[- ]?\d{1,9}|T-?\d{1,7})(?![\p{L}\d])/giu,
  /(?<![\p{L}\d])(?:orders?|invoices?|tickets?|parcels?|packages?|purchases?|cases?|requests?|items?|products?|articles?|bestellung|rechnung|commande|pedido)(?:\s{0,2}(?:number|numbers|no\.?|nr\.?|id|is|was|#|:)){0,3}\s{0,2}#?\s?\d{1,9}(?![ .-]?\d)/giu,
  /#\s?\d{1,9}(?!\d)/g,
  /(?<![\p{L}\d])[A-Z]{2} ?\d{4} ?\d{4}(?![\p{L}\d])/gu,
]

/** The same text with what must stay readable blotted out, character for character. */
export function withoutReadable(text: string): string {
  return readable.reduce((rest, pattern) => rest.replace(pattern, (whole) => '\0'.repeat(whole.length)), text)
}

const phonePatterns = [
  // International: +44 (0)117 496 0123, 0049 30 123456.
  /(?<![\p{L}\d])(?:\+|00)[ .\-(]{0,2}[1-9](?:[ .\-()/]{0,3}\d){6,14}(?!\d)/gu,
  // With the leading 0 of a trunk line: 0117 496 0123, (030) 1234-5678, 06.12.34.56.78.
  /(?<![\p{L}\d.,+#/-])(?:\((?=\d{2,6}\)))?0[1-9](?:[ .\-()/]{0,2}\d){7,10}(?!\d)/gu,
  // North America: (415) 555-0132, 1-800-555-0199.
  /(?<![\p{L}\d.,#/-])(?:1[ .-])?(?:\([2-9]\d{2}\)[ .-]?|[2-9]\d{2}[ .-])[2-9]\d{2}[ .-]\d{4}(?![\d-])/gu,
]
const phoneWords =
  'phone|telephone|telefon|mobile|cell|whatsapp|tel|call(?: me| us)?|ring(?: me)?|sms|text me|fax|handy|handynummer|téléphone|portable|móvil|teléfono'
/** Any number that a word says is a phone. */
const namedPhone = new RegExp(
  String.raw`(?<=(?<![\p{L}])(?:${phoneWords})(?:\s{0,2}(?:number|no\.?|nr\.?|is|ist|est|es|under|on|at|back|:|=|\.)){0,3}\s{0,2})(?:\((?=\+?\d{1,6}\)))?\+?\d(?:[ .\-()/]{0,3}\d){6,14}(?!\d)`,
  'giu',
)

/** Phone numbers, in a text without what must stay readable. */
export function findPhones(text: string): readonly Found[] {
  return [...phonePatterns, namedPhone].flatMap((pattern) => findAll(text, pattern, 'PHONE'))
}

const codeWords = String.raw`(?:(?:one[- ]?time|verification|security|confirmation|login|log-in|sign-in|access|auth|authentication|sms|2fa|two-factor|reset)[- ]?(?:code|number|pin|passcode|password)|otp|passcode|pin(?: ?code)?|tan|cvv2?|cvc2?|2fa|(?<!(?:discount|promo|promotion|promotional|voucher|coupon|gift|error|status|post|postal|zip|area|country|dial|dialling|sort|product|item|colour|color|bar|qr|source|discount |promo |promotion |promotional |voucher |coupon |gift |error |status |post |postal |zip |area |country |dial |dialling |sort |product |item |colour |color |bar |qr |source ))code)`
const codeLinks = String.raw`(?:["'\s]{0,3}(?:is|was|are|reads|says|said|number|no\.?|came|got|of|it's|ist|:|=|-|#|>|\()){0,3}["'\s]{0,3}`
const codePatterns = [
  new RegExp(String.raw`(?<=(?<![\p{L}])${codeWords}${codeLinks})(?:G-)?\d(?:[ -]?\d){2,7}(?![\d%]|[.,]\d)`, 'giu'),
  new RegExp(
    String.raw`(?<![\p{L}\d.,#-])\d(?:[ -]?\d){3,7}(?=["'\s]{0,3}(?:is|was|ist)\s{1,2}(?:my|your|the|ihr|dein)\s{1,2}(?:\p{L}{1,20}\s{1,2}){0,2}?${codeWords}(?![\p{L}]))`,
    'giu',
  ),
]

/** One-time codes, PINs and the digits on the back of a card, where a word says so, in a text without what must stay readable. */
export function findCodes(text: string): readonly Found[] {
  return codePatterns.flatMap((pattern) => findAll(text, pattern, 'CODE'))
}

function findAll(text: string, pattern: RegExp, kind: PersonalKind): readonly Found[] {
  return [...text.matchAll(pattern)].map(({ index, 0: whole }) => ({ kind, start: index, end: index + whole.length }))
}
