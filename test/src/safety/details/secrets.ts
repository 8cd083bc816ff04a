import { alphanumeric, capitals, digits, small, type Dice } from './dice.ts'
import { carriers, inCarriers, type Amount, type Case } from './spellings.ts'

export function keys({ dice, each }: Amount): readonly Case[] {
  const base64 = (length: number) => dice.string(length, `${alphanumeric}-_`)
  const makers: Readonly<Record<string, () => string>> = {
    JWT: () => `eyJ${base64(20)}.eyJ${base64(40)}.${base64(43)}`,
    'unsigned JWT': () => `eyJ${base64(20)}.eyJ${base64(40)}.`,
    PEM: () => `-----BEGIN RSA PRIVATE KEY-----\n${base64(64)}\n${base64(30)}\n-----END RSA PRIVATE KEY-----`,
    'Slack bot': () => `xoxb-${dice.string(12, digits)}-${dice.string(24, alphanumeric)}`,
    'Slack app': () => `xapp-1-A${dice.string(10, digits)}-${dice.string(32, alphanumeric)}`,
    OpenAI: () => `sk-${dice.string(1, digits)}${dice.string(47, alphanumeric)}`,
    'OpenAI project': () => `sk-proj-${dice.string(1, digits)}${base64(60)}a`,
    Anthropic: () => `sk-ant-api03-${base64(80)}a`,
    GitHub: () => `ghp_${dice.string(36, alphanumeric)}`,
    'GitHub fine': () => `github_pat_${dice.string(22, alphanumeric)}_${dice.string(40, alphanumeric)}`,
    AWS: () => `AKIA${dice.string(16, capitals + '234567')}`,
    Google: () => `AIza${dice.string(35, alphanumeric)}`,
    Stripe: () => `sk_live_${dice.string(24, alphanumeric)}`,
    'hex of 32': () => dice.string(32, '0123456789abcdef'),
    'hex of 64': () => dice.string(64, '0123456789abcdef'),
    'random of 40': () => dice.string(40, alphanumeric),
    'base64 of 44': () => `${dice.string(43, `${alphanumeric}+/`)}=`,
    password: () => `${dice.string(5, small)}${dice.string(3, digits)}${dice.string(1, '!#$%&*')}`,
  }
  const values = Object.entries(makers).flatMap(([name, make]) =>
    Array.from({ length: each }, () => [name, make()] as const),
  )
  const outside = carriers.filter(([, after]) => after === '' || after.startsWith(' '))
  return values.flatMap((value) =>
    value[0] === 'password'
      ? inCarriers([value], dice, [
          ['my password is ', ''],
          ['Passwort: ', ' danke'],
          ['the password was "', '"'],
        ])
      : inCarriers([value], dice, outside),
  )
}

export function codes({ dice, each }: Amount): readonly Case[] {
  const sentences: readonly (readonly [string, string])[] = [
    ['your verification code is ', ''],
    ['My PIN is ', ', is that bad?'],
    ['the code: ', ''],
    ['OTP ', ' came by text'],
    ['I got the code ', ' from you'],
    ['', ' is my verification code'],
    ['security code = ', ''],
    ['the one-time password was "', '"'],
    ['2FA code - ', ''],
    ['the SMS code reads ', ' right?'],
  ]
  const shapes = ['######', '####', '### ###', '###-###', '########']
  const values = Array.from(
    { length: each * sentences.length },
    () => ['code', dice.pick(shapes).replace(/#/g, () => dice.string(1, digits))] as const,
  )
  const cvv = Array.from({ length: each }, () => ['CVV', dice.string(3, digits)] as const)
  return [
    ...inCarriers(values, dice, sentences),
    ...inCarriers(cvv, dice, [
      ['cvv ', ''],
      ['CVC: ', ' exp 12/27'],
    ]),
  ]
}

function germanTaxNumber(dice: Dice): string {
  // One digit of the first ten twice, the others once; the eleventh by ISO 7064.
  const order = Array.from(digits).sort(() => dice.below(3) - 1)
  const body = [
    ...order.filter((digit) => digit !== '0').slice(0, 8),
    order.find((digit) => digit !== '0') ?? '1',
    '0',
  ].join('')
  const product = [...body].reduce((rest, digit) => (((Number(digit) + rest) % 10 || 10) * 2) % 11, 10)
  return body + String((11 - product) % 10)
}

export function ids({ dice, each }: Amount): readonly Case[] {
  const makers: Readonly<Record<string, () => string>> = {
    'US social security': () => `${100 + dice.below(500)}-${10 + dice.below(89)}-${1000 + dice.below(8999)}`,
    'UK national insurance': () => `AB ${dice.string(2, digits)} ${dice.string(2, digits)} ${dice.string(2, digits)} C`,
    'UK national insurance, closed': () => `JG${dice.string(6, digits)}A`,
    'German tax number': () => germanTaxNumber(dice),
    'French social security': () => {
      const body = `2${dice.string(2, digits)}0${1 + dice.below(9)}75${dice.string(6, digits)}`
      return body + String(97n - (BigInt(body) % 97n)).padStart(2, '0')
    },
    'Spanish DNI': () => {
      const number = dice.string(8, digits)
      return number + 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(Number(number) % 23)
    },
    'Italian tax code': () => `RSSMRA${dice.string(2, digits)}A${10 + dice.below(18)}H${dice.string(3, digits)}K`,
    'UK sort code and account': () => `20-${10 + dice.below(89)}-${10 + dice.below(89)} ${dice.string(8, digits)}`,
  }
  const values = Object.entries(makers).flatMap(([name, make]) =>
    Array.from({ length: each }, () => [name, make()] as const),
  )
  const passports = Array.from({ length: each }, () => ['passport', dice.string(9, digits)] as const)
  return [
    ...inCarriers(values, dice),
    ...inCarriers(passports, dice, [
      ['my passport number is ', ''],
      ['Passport: ', ' (expired)'],
    ]),
  ]
}
