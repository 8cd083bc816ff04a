const digitRun = /\d(?:[ -]?\d){12,18}/g

/** A text without the payment card numbers in it: 13 to 19 digits whose check digit is right. */
export function withoutCardNumbers(text: string): string {
  return text.replace(digitRun, (run) => (isCardNumber(run.replace(/\D/g, '')) ? '••••' : run))
}

/** Whether a text holds a payment card number. */
export function hasCardNumber(text: string): boolean {
  return withoutCardNumbers(text) !== text
}

/** The check digit of payment cards (ISO/IEC 7812-1, annex B). */
function isCardNumber(digits: string): boolean {
  const sum = Array.from(digits)
    .reverse()
    .reduce((total, digit, index) => {
      const value = Number(digit) * (index % 2 === 0 ? 1 : 2)
      return total + (value > 9 ? value - 9 : value)
    }, 0)
  return sum % 10 === 0
}
