import type { Dice } from './dice.ts'

const digits = '0123456789'
const upTo = (limit: number) => (dice: Dice) => String(1 + dice.below(limit))
const padded = (dice: Dice, limit: number) => String(1 + dice.below(limit)).padStart(2, '0')

/** Numbers as customers and the shop's own articles write them. */
const numbers: Readonly<Record<string, (dice: Dice) => string>> = {
  ORDER: (dice) => String(900 + dice.below(9000)),
  LONG: (dice) => dice.string(6, digits),
  INVOICE: (dice) => `INV-${1000 + dice.below(9000)}`,
  TICKET: (dice) => `T-${1 + dice.below(9999)}`,
  TRACKING: (dice) => `KC ${dice.string(4, digits)} ${dice.string(4, digits)}`,
  AMOUNT: (dice) => `${dice.pick(['£', '$', '€', 'EUR ', 'GBP '])}${dice.below(1500)}.${dice.string(2, digits)}`,
  PRICE: (dice) => `${dice.below(2500)},${dice.string(2, digits)} ${dice.pick(['€', 'EUR', 'euros'])}`,
  ISO: (dice) => `20${20 + dice.below(9)}-${padded(dice, 12)}-${padded(dice, 28)}`,
  DATE: (dice) => [padded(dice, 28), padded(dice, 12), `20${20 + dice.below(9)}`].join(dice.pick(['.', '/', '-'])),
  LONGDATE: (dice) => `${upTo(28)(dice)} ${dice.pick(['March', 'November', 'July'])} 20${20 + dice.below(9)}`,
  TIME: (dice) => `${dice.below(24)}:${dice.string(1, '012345')}${dice.string(1, digits)}`,
  POSTCODE: (dice) =>
    `${dice.pick(['BS', 'EH', 'LE', 'M', 'CF', 'SW'])}${1 + dice.below(20)} ${dice.string(1, digits)}${dice.string(2, 'ABDEFGHJ')}`,
  CODE: (dice) => `${dice.pick(['WELCOME', 'SPRING', 'FREESHIP', 'SAVE'])}${5 + dice.below(90)}`,
  COUNT: upTo(30),
  ENDING: (dice) => dice.string(4, digits),
  SERIAL: (dice) => `KC${dice.string(6, digits)}`,
}

const sentences = [
  'where is order ORDER?',
  'Order #ORDER of DATE has not arrived',
  'I was charged twice for order ORDER, AMOUNT each',
  'orders ORDER, ORDER and ORDER are all late',
  'please refund ORDER and ORDER',
  'My order number is ORDER and the postcode is POSTCODE',
  'order no. LONG was placed on ISO at TIME',
  'send me INVOICE and INVOICE please',
  'Invoice INVOICE of ISO says AMOUNT but I paid PRICE',
  'invoice number LONG is wrong',
  'ticket TICKET is still open since LONGDATE',
  'Any news on TICKET? I wrote on DATE at TIME.',
  'the parcel TRACKING was due on DATE',
  'tracking number TRACKING shows nothing since ISO TIME',
  'refund AMOUNT to the Visa ending ENDING',
  'I paid AMOUNT on ISO, AMOUNT on ISO and AMOUNT on ISO',
  'PRICE plus PRICE is not PRICE',
  'is COUNT % off with the discount code CODE?',
  'the promo code ENDING does not work, nor does CODE',
  'my postcode is POSTCODE, the code for the door is not needed',
  'error code ENDING comes up when I pay AMOUNT',
  'COUNT days, COUNT pans and COUNT lids for order ORDER',
  'The item was bought on LONGDATE for AMOUNT and cost PRICE before',
  'I live at COUNT Alma Road, Bristol POSTCODE',
  'you are open TIME-TIME on weekdays and TIME to TIME on Saturdays',
  'the serial number is SERIAL, bought ISO',
  'it was ordered ISO, shipped ISO, delivered ISO',
  'ORDER',
  'it is ORDER',
  'call me about order ORDER',
  'my phone shows order ORDER as delivered on DATE',
  'I never got the verification code for order ORDER',
  'the pan is COUNT cm wide, COUNT.COUNT kg and holds COUNT l at COUNT °C',
  'I looked at kettleandcrumb.example.com for order ORDER',
  'version 2.COUNT.COUNT of the planner crashes at TIME',
]

/** Sentences without anything personal or secret in them. */
export function harmlessSentences(dice: Dice, count: number): readonly string[] {
  return Array.from({ length: count }, (_unused, index) =>
    (sentences[index % sentences.length] ?? '').replace(/[A-Z]{3,}/g, (name) => numbers[name]?.(dice) ?? name),
  )
}
