/** What stands for a name. */
const placeholder = '[NAME]'

const nameWord = String.raw`\p{Lu}[\p{L}'’-]*`
const fullName = String.raw`${nameWord}(?:\s+${nameWord}){0,3}`

/** What comes before a name, whatever the name is; "my name is" tells even one in small letters. */
const introduced = [
  new RegExp(
    String.raw`(?<=\b(?:[Mm]y name is|[Mm]y name'?s|[Nn]ame:|[Nn]ame is|I am called)\s+)(?:${fullName}|[\p{L}'’-]+)`,
    'gu',
  ),
  new RegExp(String.raw`(?<=\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau|Sir|Madam)\.?\s+)${fullName}`, 'gu'),
  new RegExp(
    String.raw`(?<=\b(?:[Tt]his is|[Ii]t'?s|[Dd]ear|[Hh]i|[Hh]ello|[Hh]ey|I am|I'm|[Cc]all me)\s+)${fullName}`,
    'gu',
  ),
  new RegExp(
    String.raw`(?<=\b(?:[Rr]egards|[Ss]incerely|[Cc]heers|[Tt]hanks|[Tt]hank you|[Bb]est|[Yy]ours)[,.!]?\s*)${fullName}(?=\s*[.!]?\s*$)`,
    'gu',
  ),
] as const

/** Words with a capital letter that often stand where a name could. */
const noNames = new Set(
  'there team support all everyone bot sir madam folks guys customer service help plus i my the a an is it this please order orders refund not very so still really also'.split(
    ' ',
  ),
)

/**
 * A text without the names of people: those known, wherever they stand, and those a customer introduces ("my name is …",
 * "Dear …", below a greeting at the end). A name nobody knows in the middle of a sentence is not found.
 *
 * @param known full names as the platform or the company's records have them
 */
export function withoutNames(text: string, known: readonly string[]): string {
  const parts = known.flatMap((name) => [name, ...name.split(/[\s._-]+/)]).filter((part) => part.length >= 3)
  let result = text
  for (const part of parts.toSorted((a, b) => b.length - a.length)) {
    // One word in small letters may be a word like any other ("will", "mark"); it is a name with its capital letter.
    const isWhole = /\s/.test(part)
    const spelled = isWhole ? [part] : [part, part.charAt(0).toUpperCase() + part.slice(1), part.toUpperCase()]
    const pattern = spelled.map((one) => one.replace(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`)).join('|')
    result = result.replace(
      new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${pattern})(?![\p{L}\p{N}])`, isWhole ? 'giu' : 'gu'),
      placeholder,
    )
  }
  for (const pattern of introduced)
    result = result.replace(pattern, (name) =>
      noNames.has(name.split(/\s+/)[0]?.toLowerCase() ?? '') ? name : placeholder,
    )
  return result
}
