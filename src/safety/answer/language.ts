const languages: Readonly<Record<string, string>> = {
  en: 'the and you your is are was we it to of for with not can in on my have do how what when where this that please from if but or at be by long does will',
  de: 'der die das und ist sind nicht ich sie wir mit für ein eine einen auf von zu im den dem wie was wann wo mein meine kann bitte haben wird es bei oder aber dass innerhalb ihre',
  fr: 'le la les et est sont pas je vous nous avec pour un une des du de dans que qui quand où mon ma mes votre vos peut sur il elle au aux ce cette combien',
  es: 'el la los las y es son no yo usted nosotros con para un una de del en que quién cuándo dónde mi mis su sus puede por se lo está cómo cuánto desde',
  it: 'il lo la gli le e è sono non io lei noi con per un una di del della in che quando dove mio mia suo può si da come quanto dal entro',
  nl: 'de het een en is zijn niet ik u wij met voor van op in dat wat wanneer waar mijn uw kan bij of maar hoe lang worden binnen naar er',
  pt: 'o a os as e é são não eu você nós com para um uma de do da em que quando onde meu minha seu sua pode por se como quanto dentro',
}
const listed = Object.entries(languages).map(([language, words]) => ({ language, words: new Set(words.split(' ')) }))

const scripts = ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Thai', 'Hangul', 'Han'] as const
const scriptPatterns = scripts.map((script) => ({
  script,
  pattern: new RegExp(String.raw`\p{Script=${script}}`, 'gu'),
}))
const kana = /[\p{Script=Hiragana}\p{Script=Katakana}]/gu

/** Fewer words say nothing sure. */
const leastWords = 5
const leastEvidence = 2
/** The first language must have so many times the small words of the second. */
const leastLead = 1.5
const leastLetters = 6

/**
 * The language of a text as far as its script or its small words tell: `en`, `de`, `fr`, `es`, `it`, `nl`, `pt`, or the name
 * of a script that is not Latin. Undefined for a short or mixed text; it never guesses.
 */
export function languageOf(text: string): string | undefined {
  const script = scriptOf(text)
  if (script !== 'Latin') return script
  const words = text.toLowerCase().match(/[\p{L}\p{M}]+/gu) ?? []
  if (words.length < leastWords) return undefined
  const [first, second] = listed
    .map(({ language, words: known }) => ({ language, count: words.filter((word) => known.has(word)).length }))
    .toSorted((a, b) => b.count - a.count)
  if (first === undefined || first.count < leastEvidence || first.count < leastLead * (second?.count ?? 0))
    return undefined
  return first.language
}

function scriptOf(text: string): string | undefined {
  if ((text.match(kana) ?? []).length >= 2) return 'Japanese'
  const letters = (text.match(/\p{L}/gu) ?? []).length
  const counted = scriptPatterns.map(({ script, pattern }) => ({ script, count: (text.match(pattern) ?? []).length }))
  const [most] = counted.toSorted((a, b) => b.count - a.count)
  // A Chinese sentence has few characters, so the least is lower than that of an alphabet.
  const least = most?.script === 'Han' ? 3 : leastLetters
  return most !== undefined && most.count >= least && most.count > 0.6 * letters ? most.script : undefined
}
