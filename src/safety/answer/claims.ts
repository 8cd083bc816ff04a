import type { Evidence } from './evidence.ts'
import { readDates, readIdentifiers, readQuantities } from './quantities.ts'

/** What a company promises in: money, shares and time. How many people or parcels there are, customers know themselves. */
const promisedUnit =
  /^\s?(?:-\s?)?(?:(?:working|business|calendar|full|whole|more)\s)?(?:minute|hour|day|week|month|year|%|percent)/iu
/** What was done or said by the customer, told back to them; “the way you paid” is no figure's. */
const toldBack =
  /(?<!\p{L})(?<!way )(?:you (?:have |had |already |just |once |first )?(?:bought|ordered|paid|said|say|asked|ask|wrote|mention|mentioned|named|placed|got|received|waited|returned|chose|were (?:charged|told))|(?:you['’]ve|you have) had|your (?:order|payment|purchase|question|message)|ago)(?!\p{L})/iu
/** “90 days is too long.” */
const denied =
  /^[^.;:]{0,30}?\s(?:is|are|was|would be) (?:too|not|longer|more|above|over|outside|beyond|past)(?!\p{L})/iu
const directive =
  /(?<![\p{L}-])(?:write|writing|mail|call|calling|ring|phone|contact|contacting|reach|reply|pay|transfer|send (?:it|them|the \p{L}+))(?!\p{L})|(?<!\p{L})e-?mail(?:\s(?:us|them))?\s*(?:at\s*)?$/iu
const clauseMarks = /[,;:.!?](?=\s)|\n|\s[–—-]\s/u

/**
 * Amounts, shares, spans of time and days that nobody but the customer named. They may be told back as the customer's own or
 * denied; stated, they would be the customer's wish in the company's words.
 */
export function claimedFigures(answer: string, { claims }: Pick<Evidence, 'claims'>): readonly string[] {
  return readQuantities(answer)
    .filter(({ value, unit }) => claims.quantities.some((one) => one.value === value && isSame(one.unit, unit)))
    .flatMap(({ unit, written }) => placesOf(written, answer).map((place) => ({ unit, written, ...place })))
    .filter(({ unit, after }) => unit !== '' || promisedUnit.test(after))
    .filter(isStated)
    .map(({ written }) => written)
}

/** Days of the year that nobody but the customer named. */
export function claimedDates(answer: string, { claims }: Pick<Evidence, 'claims'>): readonly string[] {
  return readDates(answer)
    .filter(({ day }) => claims.dates.has(day))
    .flatMap(({ written }) => placesOf(written, answer).map((place) => ({ written, ...place })))
    .filter(isStated)
    .map(({ written }) => written)
}

/** Addresses and numbers of the customer that somebody is told to write, to call or to pay to. */
export function claimedContacts(answer: string): readonly string[] {
  return [...answer.matchAll(/\[(?:EMAIL|PHONE)_\d{1,6}\]/g)]
    .filter(({ index }) => directive.test(clauseBefore(answer.slice(0, index))))
    .map(([mark]) => mark)
}

/** A code for a discount that nobody but the customer named, unless it is said to be none. */
export function claimedCodes(answer: string, { claims }: Pick<Evidence, 'claims'>): readonly string[] {
  return answer.split(clauseMarks).flatMap((clause) => {
    const isOffer = /(?<!\p{L})(?:code|coupon|voucher|discount)s?(?!\p{L})/iu.test(clause)
    const isDenied = /(?<!\p{L})(?:not|no|cannot|expired|invalid|unknown)(?!\p{L})|n['’]t(?!\p{L})/iu.test(clause)
    return isOffer && !isDenied ? readIdentifiers(clause).filter((code) => claims.identifiers.has(code)) : []
  })
}

function isSame(claimed: string, unit: string): boolean {
  return claimed === unit || claimed === '' || unit === ''
}

interface Place {
  /** The clause up to the figure. */
  readonly before: string
  readonly after: string
}

function isStated({ before, after }: Place): boolean {
  const clause = `${before} ${after.split(clauseMarks)[0] ?? ''}`
  return !toldBack.test(clause) && !denied.test(after)
}

function placesOf(written: string, answer: string): readonly Place[] {
  const parts = answer.split(written)
  return parts
    .slice(1)
    .map((after, index) => ({ before: clauseBefore(parts.slice(0, index + 1).join(written)), after }))
}

function clauseBefore(text: string): string {
  return text.split(clauseMarks).at(-1) ?? ''
}
