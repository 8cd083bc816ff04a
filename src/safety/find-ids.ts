import { remainder } from './check-digits.ts'
import type { Found, PersonalKind } from './personal-data.ts'

interface IdPattern {
  readonly pattern: RegExp
  /** Whether the letters and digits, in capitals, are such a number; left out where the shape says enough. */
  readonly isValid?: (value: string) => boolean
}

/** National numbers that are known by their shape or their check digits. docs/redaction.md lists them. */
const idPatterns: readonly IdPattern[] = [
  // United States: Social Security number, or a taxpayer's (area from 900 on).
  { pattern: /(?<![\w-])(?!000|666)\d{3}([ -])(?!00)\d{2}\1(?!0000)\d{4}(?![\w-])/g },
  // United Kingdom: National Insurance number.
  { pattern: /(?<![\p{L}\d])[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z][ -]?(?:\d{2}[ -]?){3}[A-D](?![\p{L}\d])/giu },
  // Germany: tax number with check digit (ISO 7064, mod 11, 10).
  { pattern: /(?<![\d.,+-])[1-9]\d ?\d{3} ?\d{3} ?\d{3}(?![\d.,]\d|\d)/g, isValid: isGermanTaxNumber },
  // France: social security number, whose last two digits are 97 less the rest.
  {
    pattern: /(?<!\d)[12] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[AB]) ?\d{3} ?\d{3} ?\d{2}(?!\d)/gi,
    isValid: isFrenchNumber,
  },
  // Spain: DNI and NIE, with their check letter.
  { pattern: /(?<![\p{L}\d])(?:[XYZ][ -]?\d{7}|\d{8})[ -]?[A-Z](?![\p{L}\d])/giu, isValid: isSpanishNumber },
  // Italy: codice fiscale.
  { pattern: /(?<![\p{L}\d])[A-Z]{6} ?\d{2} ?[A-EHLMPRST]\d{2} ?[A-Z]\d{3}[A-Z](?![\p{L}\d])/giu },
  // Brazil: CPF as it is printed, with both check digits.
  { pattern: /(?<![\d.])\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g, isValid: isBrazilianNumber },
  // United Kingdom: sort code and account number.
  { pattern: /(?<!\d)\d{2}-\d{2}-\d{2}[ ,/]{1,3}\d{8}(?!\d)/g },
]

/** Documents and accounts that are known by the word before them only. */
const namedPattern =
  /(?<=\b(?:passport|driving licen[cs]e|driver's licen[cs]e|national id|identity card|id card|social security|ssn|tax id|tin|nino|bsn|pesel|aadhaar|cpf|personnummer|account number|account no\.?|sort code|routing number|iban)(?:\s{0,2}(?:number|no\.?|nr\.?|is|was|card|:|=|#)){0,3}\s{0,2}"?)(?=[A-Z]{0,5}[ -]?\d)[A-Z0-9](?:[ -]?[A-Z0-9]*\d[A-Z0-9]*){0,7}(?![\p{L}\d])/giu

/** Numbers of identity cards, tax offices, insurances and bank accounts. */
export function findIds(text: string): readonly Found[] {
  const shaped = idPatterns.flatMap(({ pattern, isValid }) =>
    [...text.matchAll(pattern)]
      .filter(({ 0: whole }) => isValid?.(whole.replace(/[^A-Za-z0-9]/g, '').toUpperCase()) ?? true)
      .map(({ index, 0: whole }) => toFound('ID', index, whole)),
  )
  const named = [...text.matchAll(namedPattern)]
    .filter(({ 0: whole }) => whole.replace(/[^A-Za-z0-9]/g, '').length >= 6)
    .map(({ index, 0: whole }) => toFound('ID', index, whole))
  return [...shaped, ...named]
}

function toFound(kind: PersonalKind, start: number, whole: string): Found {
  return { kind, start, end: start + whole.length }
}

/** One digit of the first ten occurs twice or three times, and the eleventh is right. */
function isGermanTaxNumber(value: string): boolean {
  const counts = new Map<string, number>()
  for (const digit of value.slice(0, 10)) counts.set(digit, (counts.get(digit) ?? 0) + 1)
  const repeated = [...counts.values()].filter((count) => count > 1)
  if (repeated.length !== 1 || (repeated[0] ?? 0) > 3) return false
  const product = Array.from(value.slice(0, 10)).reduce((rest, digit) => {
    const sum = (Number(digit) + rest) % 10
    return ((sum === 0 ? 10 : sum) * 2) % 11
  }, 10)
  return (11 - product) % 10 === Number(value.charAt(10))
}

function isFrenchNumber(value: string): boolean {
  const digits = value.replace('2A', '19').replace('2B', '18')
  return 97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13))
}

function isSpanishNumber(value: string): boolean {
  const number = Number(value.slice(0, -1).replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter))))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(number % 23) === value.at(-1)
}

function isBrazilianNumber(value: string): boolean {
  return [9, 10].every((length) => {
    const sum = Array.from(value.slice(0, length)).reduce(
      (sum, digit, index) => sum + Number(digit) * (length + 1 - index),
      0,
    )
    return String(((sum * 10) % 11) % 10) === value.charAt(length)
  })
}
