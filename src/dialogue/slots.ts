import type { Slot } from '../core/conversation.ts'
import { findEmail, findEntities, findPostcode } from './entities.ts'
import { saysNothing } from './remarks.ts'

/** What a message says to an open question. */
export type SlotReading =
  | {
      readonly kind: 'value'
      readonly value: string
      /** Whether the message says little else, so that it cannot be meant as another request. */
      readonly isBare: boolean
    }
  /** "No, the other one": another slot gets another value, and the question is put again. */
  | { readonly kind: 'change'; readonly slot: string; readonly value: string }

const yes =
  /^(?:y|yes+|yep|yeah|yup|ya|sure|ok|okay|okey|k|correct|right|exactly|agreed|confirm(?:ed)?|please do|do it|do that|go ahead|go on|absolutely|definitely|of course|sounds good|that'?s (?:right|it|the one|correct)|that is (?:right|correct)|fine|perfect|great|👍|✅)(?![\p{L}\p{N}])/iu
const no =
  /^(?:n|no+|nope|nah|not? (?:now|really|thanks|yet)|don'?t|do not|rather not|wrong|incorrect|negative|👎|❌)(?![\p{L}\p{N}])/iu
/** Takes a yes back, or hangs a condition or a question on it: nothing is changed on such a yes, it is asked for again. */
const takenBack =
  /\b(?:no(?! (?:problem|worries|doubt))|nope|nah|not|never|don['’]?t|but|wait|hold on|unless|if|or|stop|what(?! i (?:want|meant|said))|why|how|when|where|which|who|later|tomorrow)\b|^[\p{L}]+\s*\?/iu
const otherOne = /\b(?:the )?(?:other|another|second|different)(?: (?:one|order|ticket|invoice))?\b/i

/** Reads the answer to an open question; undefined when the message is not one. `slots` are the task's, filled so far. */
export function readSlot(
  slot: Slot,
  text: string,
  slots: Readonly<Record<string, string>> = {},
): SlotReading | undefined {
  const said = text.trim()
  switch (slot.kind) {
    case 'order':
    case 'ticket':
    case 'invoice':
      return readNumber(slot.kind, said)
    case 'email': {
      const email = findEmail(said)
      return email === undefined ? undefined : value(email, said, 4)
    }
    case 'postcode':
      return readPostcode(said)
    case 'confirm':
      return readConfirm(slot, said, slots)
    case 'choice':
      return readChoice(slot, said)
    case 'text':
      return said === '' || saysNothing(said) ? undefined : { kind: 'value', value: said, isBare: false }
  }
}

/** Whether the customer wants to let the open question go. Only as a message of its own: "cancel my order" is a request. */
export function isDrop(text: string): boolean {
  return /^(?:(?:oh|ok|okay|no|well|hm+|actually|sorry|please|just|then)[\s,.!]+)*(?:never ?mind|nvm|forget (?:it|about it|that)|cancel|cancel (?:that|this)|stop|stop (?:it|that|this)|leave it(?: be)?|let it be|drop it|skip it|abort|quit|not needed any ?more|(?:it )?doesn['’]?t matter|don['’]?t (?:bother|worry about it)|(?:i['’]?ve |i have |i )?changed my mind|it['’]?s fine,? leave it)[\s,.!]*(?:then|now|for now|sorry|mate|lol|thanks?|thank you)?[\s.!]*$/i.test(
    text.trim(),
  )
}

/** "Yes", "go on", "back to that": whether a paused task is taken up again. */
export function readResume(text: string): 'resume' | 'drop' | undefined {
  const said = text.trim()
  if (
    words(said) <= 8 &&
    /\b(?:go|get|come|take me) back\b(?! .{0,20}\b(?:money|refund)\b)|\bback to (?:that|it|this|the|my|where)\b|^(?:(?:ok|yes|please|let['’]?s)[\s,]+)*(?:continue|resume|go on)\b|\bwhere (?:were )?we\b/i.test(
      said,
    )
  )
    return 'resume'
  if (words(said) > 5) return undefined
  if (yes.test(said)) return 'resume'
  return no.test(said) ? 'drop' : undefined
}

const correctionCue =
  /\b(?:i mean|i meant|actually|sorry|instead|wrong|not that|rather|correction|no,)(?![\p{L}])|^(?:no|oops|wait)\b/iu

/**
 * A correction of something said before, or a number that was missing, while another question is open: "sorry, I meant 1043".
 * @returns the slot and its new value; an empty value asks for it again ("no, the other one")
 */
export function readCorrection(
  text: string,
  slots: Readonly<Record<string, string>>,
): { slot: string; value: string } | undefined {
  const entities: Readonly<Record<string, string | undefined>> = { ...findEntities(text) }
  const hasCue = correctionCue.test(text) && words(text) <= 10
  for (const slot of ['order', 'ticket', 'invoice']) {
    const present = slots[slot]
    const named = entities[slot]
    if (named !== undefined && named !== present && (hasCue || words(text) <= 3)) return { slot, value: named }
    if (present !== undefined && named === undefined && words(text) <= 6 && hasCue && otherOne.test(text))
      return { slot, value: '' }
  }
  return undefined
}

function readNumber(kind: 'order' | 'ticket' | 'invoice', said: string): SlotReading | undefined {
  const named = findEntities(said)[kind]
  if (named !== undefined) return value(named, said, 5)
  const bare = /^\D{0,12}?(\d{1,9})\D{0,4}$/.exec(said)?.[1]
  if (bare === undefined) return undefined
  const digits = bare.replace(/^0+(?=\d)/, '')
  const prefix = { order: '', ticket: 'T-', invoice: 'INV-' }[kind]
  return { kind: 'value', value: `${prefix}${digits}`, isBare: true }
}

function readPostcode(said: string): SlotReading | undefined {
  const british = findPostcode(said)
  if (british !== undefined && words(said) <= 12) return { kind: 'value', value: british, isBare: words(said) <= 8 }
  const named = said.replace(
    /^.*?\b(?:postcode|post code|postal code|zip(?: code)?|it'?s|it is)\b[\s:=]*(?:is\s+)?/i,
    '',
  )
  const found = /(?:^|\s)([\p{L}\d]{2,5}[\s-][\p{L}\d]{2,4}|[\p{L}\d]{3,8})[.!\s]*$/u.exec(named)
  if (found?.[1] === undefined || !/\d/.test(found[1]) || words(named) > 3) return undefined
  return { kind: 'value', value: found[1].toUpperCase().replace(/[\s-]/g, ''), isBare: words(said) <= 5 }
}

function readConfirm(slot: Slot, said: string, slots: Readonly<Record<string, string>>): SlotReading | undefined {
  const change = slot.instead === undefined ? undefined : readInstead(slot.instead, said, slots[slot.instead.slot])
  if (change !== undefined) return change
  if (yes.test(said)) return takenBack.test(said) ? undefined : value('yes', said, 6)
  const retold = slot.retold === undefined ? undefined : readRetold(slot.retold, said, slots)
  if (retold !== undefined) return retold
  if (no.test(said)) return value('no', said, 6)
  return undefined
}

const takingBack =
  /^(?:(?:no|nope|nah|sorry|oops|wait|actually|wrong|(?:that['’]?s|it['’]?s|this is) (?:wrong|not (?:right|correct))|i (?:meant|mean)|make (?:it|that)|rather|better|it (?:should|must) (?:be|say|read)|change it to|please)[\s,.:;!]+)+/i

/** "No, 14 Mill Lane": the customer's own words are put right, in place of the old ones or after them. */
function readRetold(
  retold: NonNullable<Slot['retold']>,
  said: string,
  slots: Readonly<Record<string, string>>,
): SlotReading | undefined {
  const rest = said.replace(takingBack, '').trim()
  const isCorrection = rest !== said || (retold.how === 'replaced' && /\d/.test(rest))
  if (!isCorrection || words(rest) < 3 || /\?\s*$/.test(rest) || isDrop(rest) || saysNothing(rest)) return undefined
  if (/\b(?:don['’]?t|do not|cancel|never)\b/i.test(rest)) return undefined
  if (otherOne.test(rest) && words(rest) <= 4) return undefined
  const present = slots[retold.slot]
  const told = retold.how === 'replaced' || present === undefined ? rest : `${present}\n${rest}`
  return { kind: 'change', slot: retold.slot, value: told }
}

function readInstead(
  instead: { slot: string; options: readonly string[] },
  said: string,
  present: string | undefined,
): SlotReading | undefined {
  const others = instead.options.filter((option) => option !== present)
  const named = others.find((option) => mentions(said, option))
  if (named !== undefined) return { kind: 'change', slot: instead.slot, value: named }
  const entities: Readonly<Record<string, string | undefined>> = { ...findEntities(said) }
  const typed = entities[instead.slot]
  if (typed !== undefined && typed !== present && !yes.test(said))
    return { kind: 'change', slot: instead.slot, value: typed }
  const email = /email/i.test(instead.slot) ? findEmail(said) : undefined
  if (email !== undefined && email !== present) return { kind: 'change', slot: instead.slot, value: email }
  if (!otherOne.test(said) || words(said) > 8) return undefined
  return { kind: 'change', slot: instead.slot, value: others.length === 1 ? (others[0] ?? '') : '' }
}

const ordinals = ['first', 'second', 'third', 'fourth', 'fifth']

function readChoice({ options = [], synonyms = {} }: Slot, said: string): SlotReading | undefined {
  const exact = options.find((option) => option.toLowerCase() === said.toLowerCase().replace(/[.!]+$/, ''))
  if (exact !== undefined) return { kind: 'value', value: exact, isBare: true }
  const named = options.filter((option) => mentions(said, option))
  if (named.length === 1 && named[0] !== undefined) return value(named[0], said, 8)
  const meant = new Set(Object.keys(synonyms).flatMap((word) => (mentions(said, word) ? (synonyms[word] ?? []) : [])))
  const [alone] = meant
  if (named.length === 0 && meant.size === 1 && alone !== undefined) return value(alone, said, 8)
  const number = /^(?:option |number |no\. ?|#)?(\d)[.)]?$/i.exec(said)?.[1]
  const ordinal = ordinals.findIndex((word) => new RegExp(`\\b${word}\\b`, 'i').test(said))
  const isLast = /^(?:the )?(?:very )?last(?: one| option)?(?: please)?[\s.!]*$/i.test(said)
  const picked = isLast ? options.at(-1) : options[number === undefined ? ordinal : Number(number) - 1]
  if (picked !== undefined && words(said) <= 6) return { kind: 'value', value: picked, isBare: true }
  return undefined
}

function mentions(said: string, option: string): boolean {
  const escaped = option.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, 'iu').test(said)
}

function value(found: string, said: string, bareWords: number): SlotReading {
  return { kind: 'value', value: found, isBare: words(said) <= bareWords }
}

export function words(text: string): number {
  return text.match(/[\p{L}\p{N}][\p{L}\p{N}'’@._-]*/gu)?.length ?? 0
}
