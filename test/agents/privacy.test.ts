import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { printDay } from '../../agents/calendar.ts'
import type { CustomerRecords } from '../../src/core/ports.ts'
import { money, openRig, type Rig } from './rig.ts'

let rig: Rig
beforeAll(async () => void (rig = await openRig()))
afterAll(() => rig.close())

const names = ['Ada', 'Ben', 'Chloe', 'Dev', 'Elena', 'Femi']

/** Everything the records say about a customer that no stranger may read. Order numbers are left out: strangers can type them. */
function detailsOf(records: CustomerRecords): readonly string[] {
  const { orders, payments, invoices, refunds } = records
  return [
    ...orders.flatMap((order) => [
      order.items,
      order.address,
      order.tracking ?? '',
      printDay(order.placedOn),
      printDay(order.dueOn ?? order.placedOn),
    ]),
    ...[...orders.map(({ total }) => total), ...[...payments, ...invoices, ...refunds].map(({ amount }) => amount)].map(
      money,
    ),
    ...payments.flatMap(({ method, reason, on }) => [method, reason ?? '', printDay(on)]),
    ...invoices.map(({ id }) => id),
    ...refunds.map(({ on }) => printDay(on)),
  ].filter((detail) => detail !== '')
}

/** What is said in public anyway: a plan's price list, and words that are no secret by themselves. */
const isPublic = (detail: string): boolean => detail === 'PayPal' || detail === money(499) || detail === money(899)

const orders = ['1042', '1043', '1038', '1031', '1047', '1040', '1035', '987', '7777']
const emails = names.map((name) => `${name.toLowerCase()}@example.com`)
const personalIntents = [
  'payments.double-charge',
  'payments.refund-request',
  'payments.refund-status',
  'payments.invoice-copy',
  'payments.failed-card',
  'payments.change-card',
  'payments.unknown-charge',
  'account.change-email',
  'account.change-address',
  'account.change-plan',
  'account.current-plan',
  'account.cancel-plan',
  'account.close',
  'account.order-status',
  'account.cancel-order',
  'account.data-export',
  'account.reset-password',
  'tickets.item-problem',
]

const opening = fc.record({
  intent: fc.constantFrom(...personalIntents),
  text: fc
    .tuple(fc.constantFrom('please', 'hello', 'now', 'why'), fc.constantFrom('', ...orders, ...emails))
    .map((parts) => parts.join(' ')),
})
const answer = fc.constantFrom(
  ...orders,
  ...emails,
  'yes',
  'no',
  'no, the other one',
  'ZZ1 1ZZ',
  'M1 2WE',
  'INV-9999',
  'Money back',
  'the first one',
  'Plus',
)

test('before the check no reply holds a detail of any order, payment, invoice or refund', async () => {
  const talk = await rig.talk()
  const details = (await Promise.all(names.map((name) => talk.records(name))))
    .flatMap(detailsOf)
    .filter((detail) => !isPublic(detail))

  await fc.assert(
    fc.asyncProperty(opening, fc.array(answer, { maxLength: 4 }), fc.boolean(), async (first, answers, isPrivate) => {
      const stranger = await rig.talk({ isPrivate })
      const replies = [await stranger.ask(first.intent, first.text)]
      for (const text of answers) replies.push(await stranger.say(text))

      const shown = replies.map(({ text, labels }) => [text, ...labels].join('\n')).join('\n')
      expect(replies.at(-1)?.conversation.identity).toBeUndefined()
      for (const detail of details) expect(shown).not.toContain(detail)
      for (const email of emails) expect(shown).not.toContain(email)
    }),
    { numRuns: 60 },
  )
})

test('after the check no reply holds a detail of anybody else', async () => {
  const customer = fc.constantFrom(...names)
  const request = fc.record({ intent: fc.constantFrom(...personalIntents), order: fc.constantFrom(...orders) })
  await fc.assert(
    fc.asyncProperty(customer, fc.array(request, { minLength: 1, maxLength: 3 }), async (name, requests) => {
      const talk = await rig.talk()
      const own = new Set(detailsOf(await talk.records(name)))
      const others = await Promise.all(names.filter((other) => other !== name).map((other) => talk.records(other)))
      // A day alone, or a month's fee, may belong to both.
      const foreign = others
        .flatMap(detailsOf)
        .filter((detail) => !own.has(detail) && !isPublic(detail) && !/^\d+ \w+ 2026$/.test(detail))
      await talk.ask('account.current-plan', 'which plan')
      await talk.identify(name)

      for (const { intent, order } of requests) {
        const first = await talk.ask(intent, `about order ${order}`)
        const second = await talk.say('yes')
        const shown = [first.text, ...first.labels, second.text, ...second.labels].join('\n')
        for (const detail of foreign) {
          expect(shown).not.toContain(detail)
        }
        const effects = [...first.effects, ...second.effects]
        expect(effects.flatMap((effect) => (effect.kind === 'request-refund' ? [effect.refund.customer] : []))).toEqual(
          effects.filter(({ kind }) => kind === 'request-refund').map(() => `c-${name.toLowerCase()}`),
        )
        expect(effects.flatMap((effect) => (effect.kind === 'send-mail' ? [effect.to] : []))).toEqual(
          effects.filter(({ kind }) => kind === 'send-mail').map(() => `${name.toLowerCase()}@example.com`),
        )
      }
    }),
    { numRuns: 40 },
  )
})
