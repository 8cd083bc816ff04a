/** Remarks that may stand before any answer and say nothing. */
const opening = String.raw`^(?:(?:but|and|so|hm+|uh+|um+|er+m?|oh|ok(?:ay)?|well|sorry|wait)[\s,.…]+)*`
const closing = String.raw`[\s?!.…]*$`
const whole = (meaning: string): RegExp => new RegExp(`${opening}(?:${meaning})${closing}`, 'i')

const why = whole(
  String.raw`why|what for|how come|why (?:do|would|should|must) (?:you|i)\b[^.!]{0,70}|what do you (?:need|want) [^.!]{0,40}for|do (?:you really need|i (?:really )?(?:need|have) to)\b[^.!]{0,40}|is (?:that|this|it) (?:really )?(?:necessary|safe|secure)`,
)
const unsure = whole(
  String.raw`i (?:really )?(?:don['’]?t|do not|can['’]?t|cannot) (?:know|remember|recall|have|find|see)(?: (?:it|that|this|them|any|one|right now|any ?more|(?:the|my|an?)(?: [a-z-]{2,12}){1,2}))*|(?:i(?: have|['’]ve) )?(?:no|not a) (?:idea|clue)|(?:i['’]?m |i am )?not (?:so |really |quite |too )?sure|dunno|idk|i (?:forgot|lost)(?: it)?|i(?:['’]ve| have) (?:lost|forgotten) it`,
)
const puzzled = whole(
  String.raw`what|huh|eh|pardon|sorry|excuse me|hm+|come again|i (?:don['’]?t|do not) (?:understand|get (?:it|that)|follow)|what do you mean|what does (?:that|this) mean|meaning`,
)
const polite = String.raw`(?:[\s,]+(?:please|thanks|thank you|thx|then|sure|mate|really|it is))*`
const agreed = whole(
  `(?:y|yes+|yep|yeah|yup|ya|sure|please do|do (?:it|that)|go (?:ahead|on)|of course|absolutely|definitely)${polite}`,
)
const settled = whole(
  `(?:k|ok(?:ay|ey)?|fine|perfect|great|good|cool|nice|alright|all right|got it|i see|right|correct|exactly|👍|✅|n|no+|nope|nah|(?:definitely |absolutely |certainly |of course )?not(?: now| really| yet| at all)?|nothing(?: else)?|that['’]?s (?:it|all)|wrong|👎|❌)${polite}`,
)

/** A longer message says something, whatever it begins with. */
const longest = 120

function matches(pattern: RegExp, text: string): boolean {
  const said = text.trim()
  return said.length <= longest && pattern.test(said)
}

/** "Why do you need that?" */
export function asksWhy(text: string): boolean {
  return matches(why, text)
}

/** "I don't know", "I can't find it". */
export function isUnsure(text: string): boolean {
  return matches(unsure, text)
}

/** A yes and nothing else. An "ok" is not one: it also ends a conversation. */
export function isAgreement(text: string): boolean {
  return matches(agreed, text)
}

/** A yes, a no, an "ok" and nothing else. */
export function isBareAnswer(text: string): boolean {
  return isAgreement(text) || matches(settled, text)
}

/** A yes, a no, "what?", "why?", "I don't know": nothing that could stand in a ticket. */
export function saysNothing(text: string): boolean {
  return isBareAnswer(text) || asksWhy(text) || isUnsure(text) || matches(puzzled, text)
}
