/** Slack cuts a message's text here (https://docs.slack.dev/reference/methods/chat.postMessage, read 2026-11-21). */
const longestText = 40_000

/** Whatever it is, as an object; anything else has no fields. */
export function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {}
}

/** A field of an object from outside; anything that is not its own plain field is absent. */
export function field(value: unknown, name: string): unknown {
  return Object.getOwnPropertyDescriptor(asObject(value), name)?.value
}

/** The first of a list; undefined where there is no list. */
export function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : undefined
}

/** An id of Slack's in a field. Anything else would let a payload name another conversation. */
export function id(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' && /^[A-Z0-9]{1,40}$/.test(found) ? found : undefined
}

/** A message's timestamp in a field: its name in the channel. */
export function ts(value: unknown, name: string): string | undefined {
  const found = field(value, name)
  return typeof found === 'string' && /^\d{1,12}\.\d{1,9}$/.test(found) ? found : undefined
}

/** A text in a field, empty where there is none. */
export function text(value: unknown, name: string): string {
  const found = field(value, name)
  return typeof found === 'string' ? found : ''
}

/** A short name on one line: Slack's own limit for an action id is 255 characters. */
export function isName(value: unknown): value is string {
  return typeof value === 'string' && /^[^\p{Cc}]{1,255}$/u.test(value)
}

/**
 * What the customer sees in their own client: the bot's mention is left out, links and e-mail addresses stand as typed
 * (https://docs.slack.dev/messaging/formatting-message-text, read 2026-11-21).
 */
export function readText(written: string, botUserId: string): string {
  return written
    .slice(0, longestText)
    .replace(/<([^<>|]*)(?:\|([^<>]*))?>/g, (_whole, target: string, label: string | undefined) => {
      if (target === `@${botUserId}`) return ''
      if (label !== undefined && label !== '') return target.startsWith('#') ? `#${label}` : label
      if (target.startsWith('!')) return `@${target.slice(1).split('^')[0] ?? ''}`
      return target.replace(/^(mailto|tel):/, '')
    })
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim()
}
