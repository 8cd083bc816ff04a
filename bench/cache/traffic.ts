import type { Chance } from '../damage.ts'

/** A message as it arrives. */
export interface Arrival {
  readonly text: string
  /** What the message means. */
  readonly intent: string
  readonly atSeconds: number
}

interface Line {
  readonly text: string
  readonly intent: string
}

/** How messages repeat. */
export interface Repetition {
  readonly messages: number
  readonly days: number
  /** Distinct questions that are asked again and again; the nth is asked 1/n as often as the first (Zipf). */
  readonly questions: number
  /** Share of messages that are a question asked in nobody else's words, 0 to 1. */
  readonly firstContact: number
}

const openings = [
  'Hi, ',
  'hello ',
  'Hey there! ',
  'Good morning, ',
  'please ',
  'can you tell me ',
  'Could you please help me: ',
]
const closings = [' thanks', ', thank you!', ' please', ' Thanks in advance.', ' please help']

function pick<Value>(values: readonly Value[], chance: Chance): Value | undefined {
  return values[Math.floor(chance() * values.length)]
}

/** One letter is left out. */
function mistyped(text: string, chance: Chance): string {
  const at = Math.floor(chance() * text.length)
  return text.slice(0, at) + text.slice(at + 1)
}

/**
 * The same question as another customer types it: in other case (a third of times), with other punctuation (a third), a
 * greeting (a quarter), politeness (a quarter), an emoji (a twentieth), other digits, and one letter missing (a tenth).
 */
function rephrase(text: string, chance: Chance): string {
  let written = text.replace(/\d/g, () => String(Math.floor(chance() * 10)))
  if (chance() < 1 / 3) written = chance() < 0.8 ? written.toLowerCase() : written.toUpperCase()
  if (chance() < 1 / 3) written = written.replace(/[.?!,]+$/, chance() < 0.5 ? '' : '??')
  if (chance() < 1 / 4) written = `${pick(openings, chance) ?? ''}${written}`
  if (chance() < 1 / 4) written = `${written}${pick(closings, chance) ?? ''}`
  if (chance() < 1 / 20) written = `${written} 🙏`
  return chance() < 1 / 10 ? mistyped(written, chance) : written
}

/** A stretch of traffic, evenly over its days, made of these lines; each line of first contact is used once. */
export function trafficOf(lines: readonly Line[], repetition: Repetition, chance: Chance): readonly Arrival[] {
  const { messages, days, questions, firstContact } = repetition
  const shuffled = shuffle(lines, chance)
  const asked = shuffled.slice(0, questions)
  const fresh = shuffled.slice(questions)
  const sums: number[] = []
  for (let place = 0; place < asked.length; place++) sums.push((sums.at(-1) ?? 0) + 1 / (place + 1))
  return Array.from({ length: messages }, (_, order): Arrival => {
    const atSeconds = (order * days * 86_400) / messages
    const own = chance() < firstContact ? fresh.pop() : undefined
    if (own !== undefined) return { text: own.text, intent: own.intent, atSeconds }
    const wanted = chance() * (sums.at(-1) ?? 0)
    const place = sums.findIndex((sum) => sum >= wanted)
    const { text, intent } = asked[place] ?? { text: '', intent: '' }
    return { text: rephrase(text, chance), intent, atSeconds }
  })
}

function shuffle<Value>(values: readonly Value[], chance: Chance): Value[] {
  return values
    .map((value) => ({ value, order: chance() }))
    .toSorted((one, other) => one.order - other.order)
    .map(({ value }) => value)
}
