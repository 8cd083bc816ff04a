/** What a message names: numbers and addresses in the form the records hold them. */
export interface Entities {
  /** `1042` */
  readonly order?: string
  /** `T-17` */
  readonly ticket?: string
  /** `INV-2041` */
  readonly invoice?: string
  /** Lower case. */
  readonly email?: string
}

// A few spaces between the words, not any number: three unbounded runs in a row take minutes over a page of spaces.
const ticketPattern =
  /\bT-?(\d{1,7})\b|\b(?:ticket|case|request)\s{0,5}(?:number|no\.?|nr\.?|#)?\s{0,5}#?\s{0,5}(\d{1,7})\b/i
const invoicePattern = /\bINV[-\s]?(\d{1,9})\b|\binvoice\s{0,5}(?:number|no\.?|nr\.?|#)?\s{0,5}#?\s{0,5}(\d{1,9})\b/i
const namedOrderPattern =
  /\b(?:order|orders|parcel|package|purchase)\s{0,5}(?:number|no\.?|nr\.?|id|is|was|#|:)*\s{0,5}#?\s{0,5}(\d{1,9})\b/i
const hashPattern = /#\s?(\d{3,9})\b/
const bareOrderPattern = /(?<![\d.,$€£-])\b(\d{4,7})\b(?![.,]\d|\s*(?:%|€|usd|eur|dollars?|euros?|pounds?))/i
const emailPattern = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u

const cardPattern = /\d(?:[ -]?\d){12,18}/g
const postcodePattern = /(?<![\p{L}\p{N}])([A-Z]{1,2}\d[A-Z\d]?)[\s-]?(\d[A-Z]{2})(?![\p{L}\p{N}])/iu

/** Finds the first of each kind. A number that belongs to a ticket or an invoice is not taken for an order. */
export function findEntities(text: string): Entities {
  const ticket = firstGroup(ticketPattern.exec(text))
  const invoice = firstGroup(invoicePattern.exec(text))
  const email = findEmail(text)
  const rest = text
    .replace(ticketPattern, ' ')
    .replace(invoicePattern, ' ')
    .replace(new RegExp(emailPattern, 'gu'), ' ')
    .replace(cardPattern, ' ')
  const order =
    firstGroup(namedOrderPattern.exec(rest)) ??
    firstGroup(hashPattern.exec(rest)) ??
    firstGroup(bareOrderPattern.exec(rest))
  return {
    ...(order === undefined ? {} : { order: trimZeros(order) }),
    ...(ticket === undefined ? {} : { ticket: `T-${trimZeros(ticket)}` }),
    ...(invoice === undefined ? {} : { invoice: `INV-${trimZeros(invoice)}` }),
    ...(email === undefined ? {} : { email }),
  }
}

export function findEmail(text: string): string | undefined {
  return emailPattern.exec(text)?.[0].replace(/\.$/, '').toLowerCase()
}

/** Whether a text holds as many digits in a row as a payment card has. */
export function hasCardDigits(text: string): boolean {
  return text.search(cardPattern) >= 0
}

/** A British postcode anywhere in a text, without its space: `BS65QA`. */
export function findPostcode(text: string): string | undefined {
  const found = postcodePattern.exec(text)
  return found === null ? undefined : `${found[1] ?? ''}${found[2] ?? ''}`.toUpperCase()
}

/** The postcode said together with an e-mail address, to show who is writing; one in a delivery address is not meant. */
export function findPostcodeBesideEmail(text: string): string | undefined {
  const email = emailPattern.exec(text)
  if (email === null) return undefined
  const before = text.slice(Math.max(0, email.index - 30), email.index)
  const after = text.slice(email.index + email[0].length, email.index + email[0].length + 40)
  return findPostcode(after) ?? findPostcode(before)
}

/** Whether a message is one number, address or postcode with hardly a word around it: it says with what, but not what to do. */
export function isBareValue(text: string): boolean {
  const rest = text
    .replace(ticketPattern, ' ')
    .replace(invoicePattern, ' ')
    .replace(new RegExp(emailPattern, 'gu'), ' ')
    .replace(cardPattern, ' ')
    .replace(postcodePattern, ' ')
    .replace(/#?\b\d{3,9}\b/g, ' ')
  if (rest === text) return false
  const left = rest.match(/\p{L}+/gu) ?? []
  return left.every((word) =>
    /^(?:order|number|no|nr|my|it|is|its|s|the|email|mail|e|postcode|address|hi|hello|ok|and|for|id)$/i.test(word),
  )
}

function firstGroup(found: RegExpExecArray | null): string | undefined {
  return found?.slice(1).find((group) => group !== undefined)
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}
