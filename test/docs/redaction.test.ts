import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { createRedactor } from '../../src/safety/redact.ts'

const page = readFileSync(new URL('../../docs/redaction.md', import.meta.url), 'utf8')

/** Numbers that banks and authorities give out as examples. */
const details = {
  CARD: '4242 4242 4242 4242',
  IBAN: 'GB82 WEST 1234 5698 7654 32',
  EMAIL: 'ada (at) example dot com',
  PHONE: '+44 20 7946 0958',
  KEY: 'my password is correct-horse-7',
  CODE: 'my PIN is 4711',
  ID: 'social security number 078-05-1120',
}

test('docs/redaction.md lists every placeholder, and what it says is found is found', () => {
  const listed = [...page.matchAll(/^\| `([A-Z]+)`/gm)].map(([, kind]) => kind)

  expect(listed).toEqual(Object.keys(details))
  for (const [kind, text] of Object.entries(details)) expect(createRedactor().redact(text)).toContain(`[${kind}_1]`)
})

test('of all details only addresses and phone numbers come back, as the page says', () => {
  const redactor = createRedactor()
  const texts = Object.values(details).map((text) => redactor.redact(text))

  const restored = texts.map((text) => redactor.restore(text)).join('\n')

  expect(page.replaceAll('\n', ' ')).toContain('Put back into an answer are e-mail addresses and phone numbers only.')
  expect(restored.match(/\[[A-Z]+_\d\]/g)?.map((one) => one.slice(1, -3))).toEqual([
    'CARD',
    'IBAN',
    'KEY',
    'CODE',
    'ID',
  ])
})

test('numbers of orders, invoices and tickets, amounts, dates and postcodes stay readable, as the page says', () => {
  const text = 'order 1042, invoice INV-2041, ticket T-17, £24.90 on 2026-11-15, BS6 5QA'

  expect(createRedactor().redact(text)).toBe(text)
})
