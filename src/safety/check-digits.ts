/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let index = 0; index < digits.length; index++) {
    const isDoubled = (digits.length - index) % 2 === 0
    const value = Number(digits[index]) * (isDoubled ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  return sum % 10 === 0
}

/** What remains of a long decimal number divided by a small one; letters count as in an IBAN, A = 10 to Z = 35. */
export function remainder(value: string, divisor: number): number {
  let rest = 0
  for (const character of value) {
    const part = Number.parseInt(character, 36)
    rest = (rest * (part > 9 ? 100 : 10) + part) % divisor
  }
  return rest
}

/**
 * What stands behind country and check digits of an IBAN: runs of digits (n), letters (a) and either (c).
 * From the registry of ISO 13616, https://www.swift.com/standards/data-standards/iban-international-bank-account-number
 */
const ibanShapes = new Map(
  `AD8n12c AE19n AL8n16c AT16n AZ4a20c BA16n BE12n BG4a6n8c BH4a14c BI23n BR23n1a1c BY4c4n16c CH5n12c CR18n CY8n16c CZ20n
  DE18n DJ23n DK14n DO4c20n EE16n EG25n ES20n FI14n FK2a12n FO14n FR10n11c2n GB4a14n GE2a16n GI4a15c GL14n GR7n16c GT24c
  HN4a20n HR17n HU24n IE4a14n IL19n IQ4a15n IS22n IT1a10n12c JO4a4n18c KW4a22c KZ3n13c LB4n20c LC4a24c LI5n12c LT16n LU3n13c
  LV4a13c LY21n MC10n11c2n MD20c ME18n MK3n10c2n MN16n MR23n MT4a5n18c MU4a19n3a NI4a20n NL4a10n NO11n OM3n16c PK4a16c PL24n
  PS4a21c PT21n QA4a21c RO4a16c RS18n RU14n15c SA2n18c SC4a20n3a SD14n SE20n SI15n SK20n SM1a10n12c SO19n ST21n SV4a20n TL19n
  TN20n TR6n16c UA6n19c VA18n VG4a16n XK16n YE4a4n18c`
    .trim()
    .split(/\s+/)
    .map((entry) => [entry.slice(0, 2), toShape(entry.slice(2))]),
)

interface IbanShape {
  /** Of the whole IBAN, country and check digits included. */
  readonly length: number
  readonly pattern: RegExp
}

function toShape(runs: string): IbanShape {
  const classes: Readonly<Record<string, string>> = { n: '\\d', a: '[A-Z]', c: '[A-Z0-9]' }
  const parts = [...runs.matchAll(/(\d+)([nac])/g)].map(([, count = '0', kind = 'c']) => ({ count, kind }))
  const length = parts.reduce((sum, { count }) => sum + Number(count), 4)
  const body = parts.map(({ count, kind }) => `${classes[kind] ?? ''}{${count}}`).join('')
  return { length, pattern: new RegExp(`^[A-Z]{2}\\d{2}${body}$`) }
}

/** How long an IBAN of a country is; undefined for a country without. */
export function ibanLength(country: string): number | undefined {
  return ibanShapes.get(country)?.length
}

/** Whether capitals and digits without spaces are an IBAN: the country's shape, and its check digits by mod 97. */
export function isIban(value: string): boolean {
  const shape = ibanShapes.get(value.slice(0, 2))
  return shape?.pattern.test(value) === true && remainder(value.slice(4) + value.slice(0, 4), 97) === 1
}
