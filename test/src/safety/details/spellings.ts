import type { Dice } from './dice.ts'

/** A detail in a sentence. */
export interface Case {
  readonly spelling: string
  readonly before: string
  readonly value: string
  readonly after: string
}

export type Spelling = readonly [name: string, spell: (plain: string, dice: Dice) => string]

/** Sentences around a detail; the words beside it say nothing about its kind. */
export const carriers: readonly (readonly [string, string])[] = [
  ['', ''],
  ['Here you are: ', ''],
  ['it is ', ' if you need it'],
  ['You asked for it. ', '. Anything else?'],
  ['I typed "', '" twice and nothing happened'],
  ['(', ')'],
  ['Please use ', ', not the old one.'],
  ['order 1042 was paid with ', ' on Tuesday'],
  ['why is ', ' still on my account?'],
  ['das ist ', ' und sonst nichts'],
]

export function inCarriers(
  values: readonly (readonly [string, string])[],
  dice: Dice,
  sentences: readonly (readonly [string, string])[] = carriers,
): Case[] {
  return values.map(([spelling, value]) => {
    const [before, after] = sentences[dice.below(sentences.length)] ?? ['', '']
    return { spelling, before, value, after }
  })
}

export function spelled(plain: (dice: Dice) => string, spellings: readonly Spelling[], { dice, each }: Amount) {
  return spellings.flatMap(([name, spell]) =>
    Array.from({ length: each }, () => [name, spell(plain(dice), dice)] as const),
  )
}

/** How many cases of each spelling. */
export interface Amount {
  readonly dice: Dice
  readonly each: number
}

const inScript = (zero: number) => (text: string) =>
  text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit)))
export const between = (inserted: string) => (text: string) => [...text].join(inserted)
const behindDigits = (mark: string) => (text: string) => text.replace(/\d/g, (digit) => digit + mark)
export const inGroups = (separator: string) => (text: string) => cardGroups(text).join(separator)

export function cardGroups(number: string): readonly string[] {
  if (number.length === 15) return [number.slice(0, 4), number.slice(4, 10), number.slice(10)]
  return number.match(/\d{1,4}/g) ?? []
}

export const separators = [' ', '-', '.', '_', '/', ',', ':', '|', '*', '  ', ' - ', ', ', '~', '\n', '\t', '+'].concat(
  Array.from('\u00a0\u2009\u202f\u3000\u2010\u2011\u2012\u2013\u2014\u2212\u00b7\u2022\uff0d\uff0e\u2044\u2028'),
)
const scripts = {
  'full width': 0xff10,
  Arabic: 0x660,
  Persian: 0x6f0,
  Devanagari: 0x966,
  Bengali: 0x9e6,
  Thai: 0xe50,
  Tibetan: 0xf20,
  Khmer: 0x17e0,
  'mathematical bold': 0x1d7ce,
  'mathematical monospace': 0x1d7f6,
  Osmanya: 0x104a0,
  Brahmi: 0x11066,
}
export const hidden = [
  '\u200b',
  '\u200d',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u202e',
  '\u2066',
  '\u034f',
  '\u180e',
  '\0',
  '\ufe0f',
]

/** How digits can be written so that a person still reads them. */
export const digitTricks: readonly Spelling[] = [
  ...Object.entries(scripts).map(([name, zero]): Spelling => [name, inScript(zero)]),
  ...hidden.map((character): Spelling => [`with U+${character.charCodeAt(0).toString(16)}`, between(character)]),
  ['keycaps', behindDigits('\ufe0f\u20e3')],
  ['struck through', behindDigits('\u0336')],
  ['circled', (text) => text.replace(/[1-9]/g, (digit) => String.fromCharCode(0x245f + Number(digit)))],
  ['negative circled', (text) => text.replace(/[1-9]/g, (digit) => String.fromCharCode(0x2775 + Number(digit)))],
]
