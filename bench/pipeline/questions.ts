import { toEventCallback, toMessageEvents } from '../../test/servers/slack/payloads.ts'
import { exampleWorkspace as workspace } from '../../test/servers/slack/workspaces.ts'

/**
 * So many people write in turn, each in a conversation of their own: at 1,250 messages a second nobody reaches a limit of ours,
 * and at 2,500 none of Slack's.
 */
export const people = 2500

/** Each is answered by rules, at once and with one message. */
const questions = [
  'how long does delivery take?',
  'what are your opening hours?',
  'what does shipping cost?',
  'which payment methods do you accept?',
  'what is your returns policy?',
  'do you ship to france?',
  'thank you!',
  'how can I contact you?',
  'do you deliver on saturdays?',
  'what plans do you have?',
  'can I pay by invoice?',
  'what can you do?',
] as const

/** Where the person with this number writes to the bot: their own direct messages. */
export function channelOf(person: number): string {
  return `D0${person}EXAMPLE`
}

/**
 * The body of an event of Slack: message number `index`, of whoever's turn it is, in the conversation they began.
 * @param begunAt seconds since 1970, the same for a whole run
 */
export function toBody(index: number, begunAt: number): string {
  const person = index % people
  const text = questions[(index + Math.floor(index / people)) % questions.length] ?? ''
  const said = {
    text,
    ts: `${begunAt + 1}.${String(index).padStart(6, '0')}`,
    thread_ts: `${begunAt}.${String(person).padStart(6, '0')}`,
  }
  const origin = { workspace, user: `U0${person}EXAMPLE`, channel: channelOf(person) }
  const [event = {}] = toMessageEvents(said, origin)
  return JSON.stringify(toEventCallback(event, { workspace }, `Ev${begunAt}X${index}`))
}
