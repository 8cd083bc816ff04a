import { digits, type Dice } from './dice.ts'
import {
  between,
  carriers,
  digitTricks,
  hidden,
  inCarriers,
  spelled,
  type Amount,
  type Case,
  type Spelling,
} from './spellings.ts'

function email(dice: Dice): string {
  const names = ['ada', 'j.smith', 'maria_lopez', 'o-brien', 'x', 'first.last+shop', 'k8s.ops', 'üli', 'емил', '12345']
  const hosts = [
    'example.com',
    'mail.example.org',
    'kunde.example.de',
    'a-b.example.co.uk',
    'пример.example.net',
    'xn--e1afmkfd.example',
  ]
  return `${dice.pick(names)}${dice.string(dice.below(4), digits)}@${dice.pick(hosts)}`
}

function latinEmail(dice: Dice): string {
  return `${dice.pick(['ada', 'j.smith', 'maria_lopez', 'k8s.ops'])}${dice.string(2, digits)}@${dice.pick(['example.com', 'mail.example.org'])}`
}

export function emails(amount: Amount): readonly Case[] {
  const spellings: readonly Spelling[] = [
    ['plain', (text) => text],
    ['capitals', (text) => text.toUpperCase()],
    ['full width sign', (text) => text.replace('@', '\uff20')],
    ['small sign', (text) => text.replace('@', '\ufe6b')],
    ['spaces around the sign', (text) => text.replace('@', ' @ ')],
    ['a space before the sign', (text) => text.replace('@', ' @')],
    ['a space behind the sign', (text) => text.replace('@', '@ ')],
    ['in angle brackets', (text) => text],
    ['ideographic point', (text) => text.replaceAll('.', '\u3002')],
    ['one dot leader', (text) => text.replaceAll('.', '\u2024')],
    ...hidden.map((character): Spelling => [`with U+${character.charCodeAt(0).toString(16)}`, between(character)]),
  ]
  const spelledOut: readonly Spelling[] = [
    ['(at)', (text) => text.replace('@', '(at)')],
    ['[at]', (text) => text.replace('@', '[at]')],
    ['{at}', (text) => text.replace('@', ' {at} ')],
    [' (AT) ', (text) => text.replace('@', ' (AT) ')],
    ['[at] [dot]', (text) => text.replace('@', '[at]').replaceAll('.', '[dot]')],
    ['(at) (dot)', (text) => text.replace('@', ' (at) ').replaceAll('.', ' (dot) ')],
    ['at dot', (text) => text.replace('@', ' at ').replace(/\.(?=\w+$)/, ' dot ')],
    ['AT DOT', (text) => text.replace('@', ' AT ').replace(/\.(?=\w+$)/, ' DOT ')],
    ['sign and dot', (text) => text.replace(/\.(?=\w+$)/, ' dot ')],
    [
      'full width letters',
      (text) => text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
    ],
    ['at a mail host', (text) => text.replace(/@.*/, ' at gmail.com')],
  ]
  const { dice } = amount
  const free = carriers.filter(([before]) => before === '' || /[:.("] ?$/.test(before))
  return [
    ...inCarriers(spelled(email, spellings, amount), dice),
    ...inCarriers(spelled(latinEmail, spelledOut, amount), dice, free),
  ]
}

function phone(dice: Dice): string {
  const shapes = [
    '+44 117 496 0###',
    '+44 (0)117 496 0###',
    '+447700900###',
    '+44 7700 900###',
    '+1 415 555 01##',
    '+1 (415) 555-01##',
    '+1-415-555-01##',
    '+49 30 1234####',
    '+49 (0)30/1234-####',
    '+33 6 12 34 5# ##',
    '+34 612 345 ###',
    '+353 1 555 ####',
    '0044 117 496 0###',
    '0049 30 1234####',
    '0117 496 0###',
    '01174960###',
    '(0117) 496 0###',
    '07700 900###',
    '07700-900-###',
    '07700900###',
    '030 1234####',
    '030/1234####',
    '06 12 34 5# ##',
    '06.12.34.5#.##',
    '(415) 555-01##',
    '415-555-01##',
    '415.555.01##',
    '1-800-555-01##',
    '+91 98765 4####',
    '+86 138 0013 ####',
    '+55 11 91234-####',
    '+61 4 1234 ####',
  ]
  return dice.pick(shapes).replace(/#/g, () => dice.string(1, digits))
}

export function phones(amount: Amount): readonly Case[] {
  const spellings: readonly Spelling[] = [
    ...Array.from({ length: 20 }, (): Spelling => ['as printed', (text) => text]),
    ['no-break spaces', (text) => text.replaceAll(' ', '\u00a0')],
    ['en dashes', (text) => text.replaceAll('-', '\u2013')],
    ['full width plus', (text) => text.replace('+', '\uff0b')],
    ...digitTricks,
  ]
  const named: Case[] = Array.from({ length: 6 * amount.each }, () => ({
    spelling: 'named',
    before: amount.dice.pick(['my phone number is ', 'call me on ', 'Telefon: ', 'whatsapp ', 'tel. ', 'mobile no. ']),
    value: amount.dice.pick(['98765 43210', '612 345 678', '4155550132', '447700900123', '22 12 34 56']),
    after: amount.dice.pick(['', ' please', '.']),
  }))
  return [...inCarriers(spelled(phone, spellings, amount), amount.dice), ...named]
}
