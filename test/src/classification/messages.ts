import type { Example } from '../../../src/classification/fitted.ts'
import type { Intent } from '../../../src/core/intent.ts'

const wordings: Readonly<Record<string, readonly string[]>> = {
  'payments.refund': [
    'refund my order',
    'i want my money back',
    'please refund the payment',
    'give me a refund',
    'money back please',
    'when does the refund arrive',
    'i need a refund for this order',
    'send my money back',
  ],
  'payments.invoice': [
    'send me the invoice',
    'where is my invoice',
    'i need an invoice as pdf',
    'the invoice is missing',
    'can i get a receipt and invoice',
    'download the invoice for march',
    'invoice for my company',
    'please mail the invoice',
  ],
  'account.password': [
    'reset my password',
    'i forgot my password',
    'password does not work',
    'how do i change the password',
    'new password please',
    'my password expired',
    'the password link is dead',
    'cannot set a password',
  ],
  'account.email': [
    'change my email address',
    'new email for my account',
    'update the email address',
    'my email is wrong',
    'use another email',
    'i have a different email now',
    'correct my email address',
    'email address changed',
  ],
  'tickets.status': [
    'what is the status of my ticket',
    'any news on my ticket',
    'is my ticket solved',
    'ticket status please',
    'who works on my ticket',
    'how far is my ticket',
    'status of the ticket from monday',
    'update on my ticket',
  ],
  'general.hours': [
    'when are you open',
    'what are your opening hours',
    'are you open on sunday',
    'opening hours today',
    'how long are you open',
    'when do you close',
    'hours of business',
    'do you open on holidays',
  ],
}

/** Messages that mean none of the intents below. */
export const strangeMessages = [
  'sing me a song',
  'who won the football game',
  'what is the weather like',
  'tell me a joke',
]

/** A small set of intents, written for these tests. */
export const smallIntents: readonly Intent[] = Object.entries(wordings).map(([name, utterances]) => ({
  name,
  agent: 'general',
  label: name,
  utterances,
  keywords:
    name === 'payments.refund'
      ? ['refund', 'money * back']
      : name === 'account.password'
        ? ['forgot * password', 'password']
        : [],
}))

/** Makes labelled messages of many wordings, always the same ones. */
export function manyExamples(intents: number, each: number): Example[] {
  const subjects = ['card', 'order', 'account', 'invoice', 'parcel', 'ticket', 'plan', 'device', 'address', 'voucher']
  const verbs = ['cancel', 'find', 'change', 'open', 'pay', 'return', 'track', 'renew', 'close', 'lock']
  const frames = [
    'i want to V my S',
    'how do i V the S',
    'please V this S for me',
    'can you V a S today',
    'help me V my old S',
    'V S now',
  ]
  const fillers = ['', ' thanks', ' since monday', ' again', ' at once', ' and soon', ' if possible']
  return Array.from({ length: intents * each }, (_, index) => {
    const place = index % intents
    const number = Math.floor(index / intents)
    const verb = verbs[place % verbs.length] ?? ''
    const subject = subjects[Math.floor(place / verbs.length) % subjects.length] ?? ''
    const frame = frames[number % frames.length] ?? ''
    const text =
      frame.replace('V', verb).replace('S', subject) +
      (fillers[Math.floor(number / frames.length) % fillers.length] ?? '')
    return { text, intent: `general.${verb}-${subject}`, split: 'train' as const }
  })
}
