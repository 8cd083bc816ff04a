import { expect, test } from 'vitest'
import { analysedCharacters, shortened, writtenText } from '../../../src/classification/cleaning.ts'

test.each([
  ['a quoted answer', '> Your refund is on its way\nno it is not', 'no it is not'],
  ['an encoded quotation', '&gt; Your refund is on its way\nno it is not', 'no it is not'],
  ['a quotation to the end', 'is that so?\n>>> Your refund\nis on its way', 'is that so?'],
  [
    'an answered mail',
    'cancel it\n\nOn Tue, 3 Nov 2026 at 10:15, Support <help@example.com> wrote:\nhello',
    'cancel it\n',
  ],
  ['a wrapped reply line', 'yes\nOn Tue, 3 Nov 2026 at 10:15, Support <help@example.com>\nwrote:\n> hello', 'yes'],
  ['an answer below what it answers', 'On Tue, 3 Nov 2026 Anna wrote:\n> hello\nit never came', 'it never came'],
  ['a forwarded mail', 'stop this\n-----Original Message-----\nFrom: Anna\nrefund', 'stop this'],
  ['a header of Outlook', 'stop this\nFrom: Anna <a@example.com>\nSent: Monday\nTo: me\nrefund', 'stop this'],
  ['a signature', 'my card fails\n-- \nAnna Smith\nRefund Department', 'my card fails'],
  [
    'a closing with a name and a number',
    'my card fails\nBest regards,\nAnna Smith\nPhone 020 7946 0000',
    'my card fails',
  ],
  ['a name below thanks', 'my card fails\nThanks,\nAnna', 'my card fails\nThanks,'],
  ['a telephone', 'my card fails\n\nSent from my iPhone', 'my card fails\n'],
  [
    'a legal notice',
    'my card fails\n\nThis e-mail is confidential.\nIf it is not for you, cancel it.',
    'my card fails\n',
  ],
  ['a block of code', 'it crashes:\n```\nError: cancel order\n```', 'it crashes:\n\n'],
])('%s is left out', (_, text, written) => {
  expect(writtenText(text)).toBe(written)
})

test.each([
  'where is it > the parcel',
  '> only a quotation',
  'Sent from my iPhone',
  'Thanks\nwhere is my order',
  'Kind regards,\nAnna\nPS: where is my refund?'.replace('Kind regards,\nAnna\n', ''),
  '```\nError\n```',
  '--\nhello',
])('"%s" is read whole', (text) => {
  expect(writtenText(text)).toBe(text)
})

test('a question after the closing is still read', () => {
  expect(writtenText('Hello\nKind regards\nAnna\nPS: where is my refund?')).toBe('Hello\nPS: where is my refund?')
})

test('of a long text the beginning and the end are read, cut between words', () => {
  const text = `first ${'word '.repeat(2000)}last`

  const read = shortened(text)

  expect(read.length).toBeLessThanOrEqual(analysedCharacters)
  expect(read).toMatch(/^first (?:word ?| )+last$/)
})
