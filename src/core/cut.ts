const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' })
/** A character is looked at in its surroundings; one that is longer than those is a pile that may be divided. */
const surroundings = 100

/** The last place up to `limit` that is not inside a character as people see it: an emoji, a letter with its marks. */
export function borderBefore(text: string, limit: number): number {
  if (limit >= text.length) return text.length
  const from = Math.max(0, limit - surroundings)
  const near = graphemes.segment(text.slice(from, limit + surroundings)).containing(limit - from)
  let border = near === undefined ? limit : from + near.index
  // A joiner has to do with the letter after it.
  while (/[\u200C\u200D]/.test(text[border - 1] ?? '')) border -= 1
  if (border > from || limit === 0) return border
  return /[\uD800-\uDBFF]$/.test(text.slice(0, limit)) ? limit - 1 : limit
}

/** At most so many characters (UTF-16 units), never a part of one, with a mark where something is missing. */
export function shorten(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, borderBefore(text, longest - 1))}…`
}
