import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { foldText, toSearchable } from '../../../src/safety/fold-text.ts'
import { createRedactor, redact } from '../../../src/safety/redact.ts'
import { cards, ibans } from './details/cards.ts'
import { emails, phones } from './details/contacts.ts'
import { createDice } from './details/dice.ts'
import { harmlessSentences } from './details/harmless.ts'
import { codes, ids, keys } from './details/secrets.ts'
import type { Case } from './details/spellings.ts'

const seed = Number(process.env['REDACTION_SEED'] ?? Date.now() % 1_000_000_000)
const dice = createDice(seed)
const made = {
  cards: cards({ dice, each: 110 }),
  ibans: ibans({ dice, each: 90 }),
  emails: emails({ dice, each: 110 }),
  phones: phones({ dice, each: 60 }),
  keys: keys({ dice, each: 80 }),
  codes: codes({ dice, each: 80 }),
  ids: ids({ dice, each: 100 }),
}

const kinds = ['cards', 'ibans', 'emails', 'phones', 'keys', 'codes', 'ids'] as const
const anyPlaceholder = /\[[A-Z]+_\d+\]/g

/** The detail, and nothing but the detail, is replaced. */
function isRedacted({ before, value, after }: Case): boolean {
  return redact(before + value + after).text.replace(anyPlaceholder, '▮') === `${foldText(before)}▮${foldText(after)}`
}

/** The cases that were not redacted, and their share. */
function missesOf(cases: readonly Case[]) {
  const missed = cases.filter((one) => !isRedacted(one))
  return { seed, share: missed.length / cases.length, missed: missed.slice(0, 5) }
}

describe(`of generated details (seed ${seed})`, () => {
  test.each(kinds)('at least 99.5 %% of %s are replaced, and nothing beside them', (kind) => {
    const cases = made[kind]
    const { share, ...rest } = missesOf(cases)

    expect(cases.length).toBeGreaterThan(800)
    expect({ ...rest, isEnough: share <= 0.005 }).toMatchObject({ isEnough: true })
  })

  test('there are more than 20,000, each of the checked kinds in 30 spellings and more', () => {
    const spellings = (cases: readonly Case[]) => new Set(cases.map(({ spelling }) => spelling)).size

    expect(Object.values(made).flat().length).toBeGreaterThan(20_000)
    expect([spellings(made.cards), spellings(made.ibans), spellings(made.emails)].every((count) => count >= 30)).toBe(
      true,
    )
  })

  test('of 10,500 sentences with numbers of orders, tickets, invoices, amounts and dates at most 0.5 % are touched', () => {
    const sentences = harmlessSentences(dice, 10_500)
    const touched = sentences.filter((sentence) => redact(sentence).map.size > 0)

    expect({ seed, touched: touched.slice(0, 5), isEnough: touched.length <= 52 }).toMatchObject({ isEnough: true })
  })
})

test.each([
  ['4111 1111 1111 1111', '[CARD_1]'],
  ['order 1042 4111-1111-1111-1111 1043', 'order 1042 [CARD_1] 1043'],
  ['de89 3704 0044 0532 0130 00', '[IBAN_1]'],
  ['write to Ada@Example.com or ada@example.com', 'write to [EMAIL_1] or [EMAIL_1]'],
  ['ada (at) example (dot) com', '[EMAIL_1]'],
  ['I looked at example.com', 'I looked at example.com'],
  ['call 07700 900123 or +44 117 496 0123', 'call [PHONE_1] or [PHONE_2]'],
  ['xoxb-123456789012-abcdefABCDEF', '[KEY_1]'],
  ['my PIN is 4821', 'my PIN is [CODE_1]'],
  ['the discount code is 4821', 'the discount code is 4821'],
  ['78-05-1120 is short, 078-05-1120 is not', '78-05-1120 is short, [ID_1] is not'],
  ['4111 1111 1111 1112', '4111 1111 1111 1112'], // wrong check digit
  ['GB82 WEST 1234 5698 7654 33', 'GB82 WEST 1234 5698 7654 33'], // wrong check digits
  ['', ''],
])('“%s” becomes “%s”', (text, expected) => {
  expect(redact(text).text).toBe(expected)
})

test('texts of one prompt share their placeholders', () => {
  const redactor = createRedactor()

  expect(redactor.redact('I am ada@example.com')).toBe('I am [EMAIL_1]')
  expect(redactor.redact('not ben@example.com but ADA@example.com')).toBe('not [EMAIL_2] but [EMAIL_1]')
  expect([...redactor.map.keys()]).toEqual(['[EMAIL_1]', '[EMAIL_2]'])
})

test('an e-mail address and a phone number come back, a card, a key, a code and an account never', () => {
  const redactor = createRedactor()
  const text =
    'ada@example.com, 07700 900123, 4111111111111111, sk-proj-1234567890abcdef, PIN 4821, GB82WEST12345698765432'

  expect(redactor.restore(redactor.redact(text))).toBe(
    'ada@example.com, 07700 900123, [CARD_1], [KEY_1], PIN [CODE_1], [IBAN_1]',
  )
  expect(redactor.restore('[EMAIL_7] [PHONE_2]')).toBe('[EMAIL_7] [PHONE_2]')
})

test("a placeholder that a customer writes stands for nobody's detail", () => {
  const redactor = createRedactor()

  expect(redactor.redact('ada@example.com [EMAIL_1] [CARD_1]')).toBe('[EMAIL_1] (EMAIL_1) (CARD_1)')
})

test('any text at all is redacted without an error, and a second time nothing more is found', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
      const redacted = redact(text).text
      const folded = foldText(text)
      const again = redact(redacted.replace(anyPlaceholder, ' ; '))

      expect([toSearchable(folded).length, redacted.isWellFormed(), again.map.size]).toEqual([folded.length, true, 0])
    }),
    { numRuns: 200 },
  )
})

/** Each repeated to 100,000 characters. They are parted by `;`, and the last ones are the odd characters. */
const bricks = [
  ...'1;1 ;.1;0 ;00;+;4111 ;@;a@;a.; at ;a dot ;"@;a at ;eyJ;eyJ.;-----BEGIN;-----END;sk-;x_;DE;DE89;d e 8 9 ;GB4a'.split(
    ';',
  ),
  ...'code ;pin is ;password is ;passport number is ;(;-;[CARD_;call ;order number ;A1;🫖'.split(';'),
  '\u200b',
  'e\u0301\u0323',
  '\u0301',
  '\ufdfa',
  '\ud800',
  '\0',
]

test('100,000 hostile characters cost a small multiple of what 10,000 cost: no pattern runs away', () => {
  const slow = bricks.filter((brick) => {
    const text = brick.repeat(Math.ceil(100_000 / brick.length))
    const begun = performance.now()
    redact(text)
    // A quadratic pattern takes minutes here; the slowest of ours takes a tenth of a second.
    return performance.now() - begun > 3000
  })

  expect(slow).toEqual([])
})

const data = process.env['TUPPENCE_TEST_DATA'] ?? fileURLToPath(new URL('../../../../shared/data', import.meta.url))
const templates = [join(data, 'hostile/pii/presidio_templates.txt')].filter((file) => existsSync(file))

test.each(templates)('details in the sentences of %s are replaced', (file) => {
  const fills: Readonly<Record<string, readonly Case[]>> = {
    credit_card_number: made.cards.filter(({ spelling }) => spelling === 'plain'),
    iban: made.ibans.filter(({ spelling }) => spelling === 'plain'),
    email: made.emails.filter(({ spelling }) => spelling === 'plain'),
  }
  const cases = readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line, index) => {
      const [whole, kind = ''] = /\{\{(credit_card_number|iban|email)\}\}/.exec(line) ?? []
      const { value } = fills[kind]?.[index % 50] ?? { value: '' }
      return whole === undefined ? [] : [{ line, kind, value, text: line.replace(whole, value) }]
    })
  const missed = cases.filter(({ text, value }) => redact(text).text.includes(foldText(value)))

  expect(cases.length).toBeGreaterThan(20)
  expect(missed).toEqual([])
})
