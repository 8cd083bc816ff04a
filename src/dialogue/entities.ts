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

const ticketPattern = /\bT-?(\d{1,7})\b|\b(?:ticket|case|request)\s*(?:number|no\.?|nr\.?|#)?\s*#?\s*(\d{1,7})\b/i
const invoicePattern = /\bINV[-\s]?(\d{1,9})\b|\binvoice\s*(?:number|no\.?|nr\.?|#)?\s*#?\s*(\d{1,9})\b/i
const namedOrderPattern =
  /\b(?:order|orders|parcel|package|purchase)\s*(?:number|no\.?|nr\.?|id|is|was|#|:)*\s*#?\s*(\d{1,9})\b/i
const hashPattern = /#\s?(\d{3,9})\b/
const bareOrderPattern = /(?<![\d.,$€£-])\b(\d{4,7})\b(?![.,]\d|\s*(?:%|€|usd|eur|dollars?|euros?|pounds?))/i
const emailPattern = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/u

/** Finds the first of each kind. A number that belongs to a ticket or an invoice is not taken for an order. */
export function findEntities(text: string): Entities {
  const ticket = firstGroup(ticketPattern.exec(text))
  const invoice = firstGroup(invoicePattern.exec(text))
  const email = findEmail(text)
  const rest = text
    .replace(ticketPattern, ' ')
    .replace(invoicePattern, ' ')
    .replace(new RegExp(emailPattern, 'gu'), ' ')
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

function firstGroup(found: RegExpExecArray | null): string | undefined {
  return found?.slice(1).find((group) => group !== undefined)
}

function trimZeros(digits: string): string {
  return digits.replace(/^0+(?=\d)/, '')
}
