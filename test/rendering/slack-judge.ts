import { type Allowed, type Finding, hiddenIn, isMask, mayBeFollowed } from './finding.ts'

/** A message as it is handed to Slack. */
export interface SlackMessage {
  readonly text: string
  readonly blocks: readonly object[]
}

/**
 * Reads a message as Slack does and says what in it would notify somebody, lead or look somewhere it must not, or hide.
 * From Slack's published rules (https://docs.slack.dev/messaging/formatting-message-text and /reference/block-kit, read
 * 2026-11-27), without any code of the renderer.
 */
export function judgeSlack({ text, blocks }: SlackMessage, allowed: Allowed): Finding[] {
  const findings = [...judgeMrkdwn(text, allowed), ...hiddenIn(text)]
  for (const block of blocks) walk(block, allowed, findings)
  return findings
}

/** What only shows text, or holds what does. */
const inert = new Set([
  'rich_text',
  'rich_text_section',
  'rich_text_list',
  'rich_text_preformatted',
  'text',
  'table',
  'actions',
  'button',
  'plain_text',
  'context_actions',
  'feedback_buttons',
])
const mentions = new Set(['user', 'usergroup', 'team', 'channel', 'broadcast', 'date'])

function walk(value: unknown, allowed: Allowed, findings: Finding[]): void {
  if (typeof value === 'string') {
    findings.push(...hiddenIn(value))
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (Array.isArray(value)) {
    for (const inner of value) walk(inner, allowed, findings)
    return
  }
  const type: unknown = Reflect.get(value, 'type')
  if (typeof type === 'string') judgeObject(type, value, { allowed, findings })
  for (const name in value) walk(Reflect.get(value, name), allowed, findings)
}

interface Judging {
  readonly allowed: Allowed
  readonly findings: Finding[]
}

function judgeObject(type: string, value: object, { allowed, findings }: Judging): void {
  if (inert.has(type)) {
    if ('url' in value) findings.push({ kind: 'link', what: `${type} with an address` })
    return
  }
  if (mentions.has(type)) findings.push({ kind: 'mention', what: JSON.stringify(value) })
  else if (type === 'link') {
    const [url, label] = [String(Reflect.get(value, 'url')), String(Reflect.get(value, 'text') ?? '')]
    if (!mayBeFollowed(url, allowed)) findings.push({ kind: 'link', what: url })
    if (isMask(label, url)) findings.push({ kind: 'mask', what: `${label} → ${url}` })
  } else if (type === 'mrkdwn' || type === 'markdown')
    findings.push(...judgeMrkdwn(String(Reflect.get(value, 'text')), allowed))
  else findings.push({ kind: 'markup', what: `a ${type}` })
}

const command = /<([^<>\n]*)>/g
const word = /(?<![\w.])@(?:channel|everyone|here)\b/gi
/** What Slack makes a link of by itself: an address with a scheme, or any name that ends as a domain does. */
const scheme = /\b(?:(?:https?|ftp|file|slack):[/\\]+|(?:mailto|tel):(?=[\w+]))[^\s<>|]+/gi
const domain = /(?<![\w@.-])(?:[a-z\d_-]+\.)+[a-z]{2,24}(?!\.?[\w@-])(?::\d+)?(?:[/?#][^\s<>|]*)?/gi

function judgeMrkdwn(text: string, allowed: Allowed): Finding[] {
  if (!/[<>&@.:]/.test(text)) return []
  const findings: Finding[] = []
  const bare = /[<>]|&(?!(?:amp|lt|gt);)/.exec(text.replaceAll(command, ''))
  if (bare !== null) findings.push({ kind: 'markup', what: `${bare[0]} as it is` })
  for (const [whole, inside = ''] of text.matchAll(command)) {
    if (/^[!@#]/.test(inside)) findings.push({ kind: 'mention', what: whole })
    else findings.push({ kind: 'link', what: whole })
  }
  for (const [whole] of text.matchAll(word)) findings.push({ kind: 'mention', what: whole })
  for (const [whole] of text.matchAll(scheme))
    if (!mayBeFollowed(withoutEnd(whole), allowed)) findings.push({ kind: 'link', what: whole })
  for (const { 0: whole, index } of text.matchAll(domain)) {
    const isInAddress = /[a-z]:\/\/[^\s<>]*$/i.test(text.slice(Math.max(0, index - 300), index))
    if (!isInAddress && !mayBeFollowed(`https://${withoutEnd(whole)}`, allowed))
      findings.push({ kind: 'link', what: whole })
  }
  return findings
}

function withoutEnd(address: string): string {
  return address.replace(/&[lg]t;.*/s, '').replace(/(?:&amp;|[^\w/])+$/, '')
}
