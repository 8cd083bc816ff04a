/** Emoji that customers use for one and the same thing, by what they are taken for. */
const sameMeaning: Readonly<Record<string, string>> = {
  '?': '❓❔⁉🤔🤷',
  '!': '❗❕‼🚨⚠',
  '😡': '😠🤬👿😤🖕💢😾',
  '😢': '😭😞😔🙁☹😩😫😿💔😥😰',
  '💸': '💰💵💶💷💴🤑',
  '💳': '🏧',
  '📦': '🚚🚛📬📭📮',
  '❤': '💖💕🥰😍😘🤗💙💚',
  '👍': '👌✅✔💯🆗',
  '👎': '❌✖⛔🚫',
  '🙂': '😀😃😄😁😊☺😉😎😆',
  '😂': '🤣😅',
  '🔑': '🔒🔓🔐🗝',
}

const termOfEmoji = new Map(
  Object.entries(sameMeaning).flatMap(([term, others]) => [...others].map((other) => [other, term] as const)),
)

/** What an emoji stands for: one sign for all that mean the same, itself otherwise. */
export function emojiTerm(character: string): string {
  return termOfEmoji.get(character) ?? character
}

/** Cyrillic and Greek letters that look like Latin ones, and Latin ones that no decomposition leads back to a to z. */
const lookalikes: Readonly<Record<string, string>> = {
  а: 'a', // Cyrillic from here on
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  і: 'i',
  ј: 'j',
  ѕ: 's',
  һ: 'h',
  α: 'a', // Greek from here on
  ε: 'e',
  ο: 'o',
  ρ: 'p',
  ν: 'v',
  ι: 'i',
  κ: 'k',
  τ: 't',
  υ: 'u',
  ı: 'i',
  ł: 'l',
  ø: 'o',
  đ: 'd',
}

const looksLatin = new RegExp(`[${Object.keys(lookalikes).join('')}]`, 'g')

/** Letters that only look Latin made Latin in a word that has Latin ones too; a word of another script stays as it is. */
export function foldLookalikes(word: string): string {
  if (!/[a-z]/.test(word)) return word
  return word.replace(looksLatin, (letter) => lookalikes[letter] ?? letter)
}
