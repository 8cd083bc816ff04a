/** Words that say how hard a message is. Whole words in any of their forms, so that "know" is no "now" and "today" no "to". */
export interface Cue {
  readonly pattern: RegExp
  /** What the receipt says of it. */
  readonly because: string
}

/** What is asked for: the first that occurs counts. `points` is where the effort begins. */
export interface Shape extends Cue {
  readonly points: number
  /** Stays as hard as it is, although an intent or an article fits. */
  readonly isContested?: boolean
}

export const shapes: readonly Shape[] = [
  {
    points: 8,
    because: 'asks to weigh or to reason',
    pattern:
      /\b(?:analy[sz](?:e|es|ed|ing)|analysis|contrast(?:s|ed|ing)?|evaluat(?:e|es|ed|ing)|comprehensive|in detail|pros and cons|advantages?|disadvantages?|step by step|walkthrough|recommend(?:s|ed|ing|ation)?|suggest(?:s|ed|ing|ion)?|should (?:i|we))\b/i,
  },
  {
    points: 5,
    isContested: true,
    because: 'disputes something',
    pattern:
      /\b(?:disput(?:e|es|ed|ing)|charge-?backs?|twice|wrong(?:ly)?|incorrect(?:ly)?|overcharged|unauthori[sz]ed|never (?:arrived|got|received|ordered|authori[sz]ed|agreed)|(?:did not|didn['’]?t|do not|don['’]?t) (?:order|authori[sz]e|agree)|promised|refus(?:e|es|ed|ing)|but (?:you|your|it|they|the))\b/i,
  },
  { points: 5, because: 'asks for a reason', pattern: /\bwhy\b/i },
  {
    points: 2,
    because: 'asks for a small text',
    pattern: /\b(?:write|create|generate|draft) (?:me )?an? (?!tickets?\b|orders?\b|accounts?\b|returns?\b)\w/i,
  },
  {
    points: 2,
    because: 'asks for one change',
    pattern:
      /\b(?:adds?|adding|creat(?:e|es|ed|ing)|delet(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|clos(?:e|es|ed|ing)|cancel(?:s|l?ed|l?ing)?|updat(?:e|es|ed|ing)|chang(?:e|es|ed|ing)|reset(?:s|ting)?|renew(?:s|ed|ing)?|upgrad(?:e|es|ed|ing)|downgrad(?:e|es|ed|ing)|switch(?:es|ed|ing)?)\b/i,
  },
  {
    points: 4,
    because: 'asks to look something up',
    pattern:
      /\b(?:where(?:['’]s| is| are)|when (?:will|is|does)|status|track(?:s|ed|ing)?|orders?|invoices?|parcels?|packages?|tickets?|charges?|my (?:account|plan|balance|subscription|refund)|news|weather|latest|show(?:s|n|ing)?|list|find)\b/i,
  },
  {
    points: 3,
    because: 'is shaped like a common question',
    pattern:
      /\b(?:how (?:do|does|can|could|long|much|many)|what(?:['’]s| is| are| does)|whats|explain|defin(?:e|es|ed|ition)|calculate|solve|tell me about|do you|can (?:i|you)|could (?:i|you)|is (?:it|there)|are there|which)\b/i,
  },
]

/** What makes any of these harder. Each that occurs adds two and lifts the cap of a common question. */
export const hardCues: readonly Cue[] = [
  {
    because: 'sets a condition',
    pattern:
      /\b(?:if|unless|in case|provided that|assuming)\b.{0,200}\b(?:then|otherwise|else|instead|would|could|will|can|do|does|should|but)\b|\b(?:otherwise|or else)\b/is,
  },
  {
    because: 'compares',
    pattern:
      /\b(?:compar(?:e|es|ed|ing|ison)|versus|vs|difference between|(?:cheaper|better|faster|worse|more|less|rather) than|which (?:\w+ ){0,2}(?:cheaper|better|best|cheapest))\b/i,
  },
  {
    because: 'needs a calculation',
    pattern:
      /\b(?:pro-?rat(?:a|e|ed)|in total|altogether|add(?:s|ed)? up|per cent|percent|minus|deduct(?:s|ed|ing)?|how much (?:\w+ ){0,4}(?:left|total|back|owe|save))\b|\d\s?%/i,
  },
  {
    because: 'speaks of law or harm',
    pattern:
      /\b(?:lawyers?|solicitors?|attorneys?|legal(?:ly)?|su(?:e|es|ed|ing)|court|ombudsman|gdpr|liab(?:le|ility)|regulators?|police|injur(?:y|ies|ed)|trading standards)\b/i,
  },
  {
    because: 'is angry',
    pattern:
      /\b(?:unacceptable|outrageous|ridiculous|furious|disgust(?:ed|ing)|appalling|terrible|awful|scam(?:s|med|mers?)?|worst|fed up|last straw|third time|angry|nonsense)\b|!{2,}/i,
  },
]

const recordPattern =
  /#\s?\d{2,9}\b|\b(?:INV|T)-?\d{1,9}\b|(?<![\d.,$€£-])\b\d{4,9}\b(?![.,]\d|\s*(?:%|€|usd|eur|dollars?|euros?|pounds?))/gi

/** How many different orders, invoices or tickets a text names by number. */
export function countRecords(text: string): number {
  return new Set((text.match(recordPattern) ?? []).map((record) => record.replace(/[^a-z\d]/gi, '').toLowerCase())).size
}
