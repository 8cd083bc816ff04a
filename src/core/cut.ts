const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** A character is looked at in its surroundings; one that is longer than those is a pile that may be divided. */
const surroundings = 100

/** The last place up to `limit` that is not inside a character as people see it: an emoji, a letter with its marks. */
export function borderBefore(text: string, limit: number): number {
  if (limit >= text.length) return text.length
  const from = Math.max(0, limit - surroundings)
  const near = graphemes.segment(text.slice(from, limit + surroundings)).containing(limit - from)
  const border = near === undefined ? limit : from + near.index
  return withoutJoiner(text, border > from || limit === 0 ? border : limit)
}

/** A joiner has to do with what comes after it, and half a character is none. */
function withoutJoiner(text: string, border: number): number {
  let end = border
  while (/[\p{Join_Control}\uD800-\uDBFF]/u.test(text[end - 1] ?? '')) end -= 1
  return end
}

/** At most so many characters (UTF-16 units), never a part of one, with a mark where something is missing. */
export function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, borderBefore(text, longest - 1))}…`
}
