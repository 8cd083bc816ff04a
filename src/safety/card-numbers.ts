import { passesLuhn } from './check-digits.ts'

const digitRun = /\d(?:[ -]?\d){12,18}/g

/** A text without the payment card numbers in it: 13 to 19 digits whose check digit is right. */
export function withoutCardNumbers(text: string): string {
  return text.replace(digitRun, (run) => (passesLuhn(run.replace(/\D/g, '')) ? '••••' : run))
}

/** Whether a text holds a payment card number. */
export function hasCardNumber(text: string): boolean {
  return withoutCardNumbers(text) !== text
}
