/** Gives numbers from 0 up to 1; the same seed gives the same numbers. */
export type Chance = () => number

/** Mulberry32. */
export function chanceOf(seed: number): Chance {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d_2b_79_f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Harms a message the way people do. */
export type Damage = (text: string, chance: Chance) => string

const alphabet = 'abcdefghijklmnopqrstuvwxyz'

function pick(length: number, chance: Chance): number {
  return Math.floor(chance() * length)
}

/** One edit inside a word: a letter too many, one missing, another one, or two in the wrong order. */
function misspell(word: string, chance: Chance): string {
  const at = pick(word.length, chance)
  const letter = alphabet.charAt(pick(alphabet.length, chance))
  switch (pick(4, chance)) {
    case 0:
      return word.slice(0, at) + letter + word.slice(at)
    case 1:
      return word.slice(0, at) + word.slice(at + 1)
    case 2:
      return word.slice(0, at) + letter + word.slice(at + 1)
    default: {
      const first = Math.min(at, word.length - 2)
      return word.slice(0, first) + word.charAt(first + 1) + word.charAt(first) + word.slice(first + 2)
    }
  }
}

/** Words long enough that people mistype them and readers still know what was meant. */
const longWord = /^[a-z]{4,}$/i

/** Changes up to `most` words chosen by chance. */
function changeWords(text: string, most: number, change: (word: string) => string): (chance: Chance) => string {
  return (chance) => {
    const parts = text.split(/([a-z]+)/i)
    const places = parts.flatMap((part, place) => (longWord.test(part) ? [place] : []))
    for (let left = Math.min(most, places.length); left > 0; left--) {
      const [place] = places.splice(pick(places.length, chance), 1)
      if (place !== undefined) parts[place] = change(parts[place] ?? '')
    }
    return parts.join('')
  }
}

const typos =
  (most: number): Damage =>
  (text, chance) =>
    changeWords(text, most, (word) => misspell(word, chance))(chance)

/** Leaves out one space between two words. */
const glued: Damage = (text, chance) => {
  const gaps = [...text.matchAll(/(?<=[a-z]) (?=[a-z])/gi)].map(({ index }) => index)
  const gap = gaps[pick(gaps.length, chance)]
  return gap === undefined ? text : text.slice(0, gap) + text.slice(gap + 1)
}

/** Writes one letter of two words three to five times. */
const stretched: Damage = (text, chance) =>
  changeWords(text, 2, (word) => {
    const at = 1 + pick(word.length - 1, chance)
    return word.slice(0, at) + word.charAt(at).repeat(2 + pick(3, chance)) + word.slice(at)
  })(chance)

const fullWidth: Damage = (text) =>
  text.replace(/[!-~]/g, (character) => String.fromCodePoint((character.codePointAt(0) ?? 0) + 0xfe_e0))

const invisible: Damage = (text) => text.replace(/(?<=[a-z]{3})(?=[a-z])/gi, '\u200b')

const accents: Readonly<Record<string, string>> = { a: 'á', e: 'è', i: 'í', o: 'ö', u: 'û', c: 'ç', n: 'ñ' }
const accented: Damage = (text) => text.replace(/[aeioucn]/g, (letter) => accents[letter] ?? letter)

const lookalikes: Readonly<Record<string, string>> = { a: 'а', e: 'е', o: 'о', c: 'с', p: 'р', x: 'х' }
const cyrillic: Damage = (text) => text.replace(/[aeocpx]/g, (letter) => lookalikes[letter] ?? letter)

const decorations = ['😡', '🙏', '❗', '😭', '👀']
const decorated: Damage = (text, chance) =>
  text.replaceAll(' ', () => (chance() < 0.3 ? ` ${decorations[pick(decorations.length, chance)] ?? ''} ` : ' '))

const signature =
  '\n\nBest regards,\nAnna Smith\nHead of Purchasing\nPhone +44 20 7946 0000\n\nThis e-mail is confidential and ' +
  'intended solely for the addressee. If you have received it in error please delete it.'
const quotation =
  '\n\nOn Tue, 3 Nov 2026 at 10:15, Support <help@example.com> wrote:\n> Your refund is on its way.\n> To reset your ' +
  'password press the link below.\n> You can close this ticket at any time.'

/** Every damage by its name, the undamaged message first. */
export const damages: Readonly<Record<string, Damage>> = {
  'as written': (text) => text,
  '1 typo': typos(1),
  '2 typos': typos(2),
  'typo in every word': typos(Number.POSITIVE_INFINITY),
  'one space missing': glued,
  'repeated letters': stretched,
  'ALL CAPS': (text) => text.toUpperCase(),
  'full-width': fullWidth,
  'zero-width': invisible,
  accents: accented,
  'look-alike letters': cyrillic,
  'emoji between': decorated,
  signature: (text) => text + signature,
  'quoted reply': (text) => text + quotation,
}
