import { capitals, digits, type Dice } from './dice.ts'
import {
  between,
  cardGroups,
  digitTricks,
  inCarriers,
  inGroups,
  separators,
  spelled,
  type Amount,
  type Case,
  type Spelling,
} from './spellings.ts'

function luhn(body: string): string {
  const sum = [...body].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 0 ? 2 : 1)
    return total + Math.floor(doubled / 10) + (doubled % 10)
  }, 0)
  return body + String((10 - (sum % 10)) % 10)
}

/** Of the issuers of Visa, Mastercard, American Express, Diners, Discover, JCB, UnionPay and Maestro. */
function card(dice: Dice): string {
  const [prefix = '4', length = '16'] = dice
    .pick(
      ['4 16', '4 13', '4 19', '51 16', '55 16', '2221 16', '2720 16', '34 15', '37 15', '36 14'].concat([
        '6011 16',
        '65 16',
        '3528 16',
        '62 16',
        '6759 16',
      ]),
    )
    .split(' ')
  return luhn(prefix + dice.string(Number(length) - prefix.length - 1, digits))
}

export function cards(amount: Amount): readonly Case[] {
  const spellings: readonly Spelling[] = [
    ['plain', (text) => text],
    ...separators.map((separator): Spelling => [`groups with ${JSON.stringify(separator)}`, inGroups(separator)]),
    ['single digits', between(' ')],
    ['single digits with hyphens', between('-')],
    ['pairs', (text) => (text.match(/\d{1,2}/g) ?? []).join(' ')],
    ['two separators', (text) => cardGroups(text).reduce((all, group, index) => all + (index % 2 ? '-' : ' ') + group)],
    ...digitTricks,
  ]
  return inCarriers(spelled(card, spellings, amount), amount.dice)
}

/** The lengths behind country and check digits, from the public registry: letters a, digits n, either c. */
const accounts = (
  'DE18n GB4a14n FR10n11c2n ES20n IT1a10n12c NL4a10n BE12n AT16n CH5n12c IE4a14n PT21n PL24n SE20n NO11n DK14n FI14n LU3n13c ' +
  'CZ20n HU24n GR7n16c RO4a16c MT4a5n18c SA2n18c AE19n TR6n16c LT16n'
).split(' ')

function iban(dice: Dice): string {
  const entry = dice.pick(accounts)
  const country = entry.slice(0, 2)
  const sets: Readonly<Record<string, string>> = { n: digits, a: capitals, c: capitals + digits }
  const body = [...entry.slice(2).matchAll(/(\d+)([nac])/g)]
    .map(([, count, kind]) => dice.string(Number(count), sets[kind ?? 'n'] ?? ''))
    .join('')
  const number = BigInt([...`${body}${country}00`].map((letter) => Number.parseInt(letter, 36)).join(''))
  return country + String(98n - (number % 97n)).padStart(2, '0') + body
}

export function ibans(amount: Amount): readonly Case[] {
  const fours = (separator: string) => (text: string) => (text.match(/.{1,4}/g) ?? []).join(separator)
  const spellings: readonly Spelling[] = [
    ['plain', (text) => text],
    ['small letters', (text) => text.toLowerCase()],
    ['small letters in fours', (text) => fours(' ')(text.toLowerCase())],
    ['single characters', between(' ')],
    ...[' ', '-', '.', '_', '\u00a0', '\u2009', '\u202f', '\u2011', '\u2013', '\n', '  '].map((separator): Spelling => [
      `fours with ${JSON.stringify(separator)}`,
      fours(separator),
    ]),
    [
      'Cyrillic capitals',
      (text) => text.replace(/[ABEKMHOPCTX]/g, (letter) => 'АВЕКМНОРСТХ'.charAt('ABEKMHOPCTX'.indexOf(letter))),
    ],
    [
      'full width letters',
      (text) => text.replace(/[A-Z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
    ],
    ...digitTricks,
  ]
  return inCarriers(spelled(iban, spellings, amount), amount.dice)
}
