/**
 * How hard a message is, 0 to 10: `keywords-v1`, the named policy of the sources with whole words instead of substrings.
 * 2 for changes, 4 for look-ups, 9 for reasoning, else 5; then +2 for more than ten turns, +2 for several questions,
 * +1 above 200 characters, capped at 10.
 */
export function estimateEffort(text: string, turns: number): number {
  const base = change.test(text) ? 2 : lookUp.test(text) ? 4 : reasoning.test(text) ? 9 : 5
  const history = turns > 10 ? 2 : 0
  const questions = (text.match(/\?/g)?.length ?? 0) > 1 ? 2 : 0
  const length = text.length > 200 ? 1 : 0
  return Math.min(10, base + history + questions + length)
}

const change =
  /\b(?:add(?:s|ed|ing)?|creat(?:e|es|ed|ing)|new|delet(?:e|es|ed|ing)|remov(?:e|es|ed|ing)|mark(?:s|ed|ing)?)\b/i
const lookUp = /\b(?:show(?:s|ed|n|ing)?|list(?:s|ed|ing)?|gets?|getting|got|find(?:s|ing)?|found|what|which)\b/i
const reasoning =
  /\b(?:analy[sz](?:e|es|ed|ing)|why|how|explain(?:s|ed|ing)?|suggest(?:s|ed|ing)?|compar(?:e|es|ed|ing))\b/i
