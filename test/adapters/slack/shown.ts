import type { PlatformStand, Shown } from '../../contracts/channel.ts'
import { type SlackPost, SlackServer } from '../../servers/slack.ts'
import { address, changed, instantClock, openSlack, payloads } from './stand.ts'

interface SlackElement {
  readonly type: string
  readonly text?: string | { readonly type: string; readonly text: string }
  readonly url?: string
  readonly action_id?: string
  readonly elements?: readonly SlackElement[]
  /** Of a table. */
  readonly rows?: readonly (readonly SlackElement[])[]
  /** Of a pair of feedback buttons. */
  readonly positive_button?: { readonly value: string }
  readonly negative_button?: { readonly value: string }
}

type Seen = Record<'text' | 'notifies' | 'links' | 'buttons', string[]>

/** Everything of a post that Slack would show, by its published rules and not by ours. */
export function toShown(post: SlackPost, call: Readonly<Record<string, unknown>> = {}): Shown {
  const seen: Seen = { text: [], notifies: [], links: [], buttons: [] }
  readMrkdwn(post.text, seen)
  for (const block of post.blocks) readElement(block, seen)
  if (call['parse'] !== 'none' || !isFalse(call['link_names'])) seen.notifies.push('names are linked')
  if (!isFalse(call['unfurl_links']) || !isFalse(call['unfurl_media'])) seen.links.push('previews')
  return { id: post.ts, ...seen, text: seen.text.join('') }
}

/** In a message's text, `<…>` is the only way to mention or link (parse: none). */
function readMrkdwn(text: string, seen: Seen): void {
  for (const [, target = ''] of text.matchAll(/<([^>]*)>/g)) {
    if (/^[@#!]/.test(target)) seen.notifies.push(target)
    else seen.links.push(target)
  }
}

const containers = [
  'rich_text',
  'rich_text_section',
  'rich_text_list',
  'rich_text_preformatted',
  'actions',
  'context_actions',
]

function readElement(element: SlackElement, seen: Seen): void {
  const { type, text = '', url, elements = [], rows = [] } = element
  if (type === 'table') for (const cell of rows.flat()) readElement(cell, seen)
  else if (type === 'feedback_buttons')
    seen.buttons.push(element.positive_button?.value ?? '', element.negative_button?.value ?? '')
  else if (containers.includes(type)) for (const inner of elements) readElement(inner, seen)
  else if (type === 'text' && typeof text === 'string') seen.text.push(text)
  else if (type === 'link' && typeof text === 'string') seen.text.push(text)
  else if (type === 'button' && typeof text === 'object' && text.type === 'plain_text')
    seen.buttons.push(element.action_id ?? '')
  else seen.notifies.push(type) // user, usergroup, broadcast, channel, mrkdwn sections, images: none of them may occur
  if (url !== undefined) seen.links.push(url)
}

const faults = {
  'lost-answer': { kind: 'act-then-drop' },
  'wait-7-seconds': { kind: 'rate-limited', seconds: 7 },
  'channel-gone': { kind: 'refused', error: 'channel_not_found' },
  'platform-down': { kind: 'status', status: 503 },
} as const

/** The real adapter before a loopback Slack. */
export async function makeStand(): Promise<PlatformStand> {
  const server = await new SlackServer().start()
  let presses = 0
  return {
    channel: await openSlack(server, { linkHosts: new Set(['help.example']), clock: instantClock() }),
    address,
    writeTwice(text) {
      server.deliver(changed('mention', { text: `<@U0BOT> ${text}` }))
      server.deliver(changed('mentionAsMessage', { text: `<@U0BOT> ${text}` }))
    },
    press(action) {
      presses += 1
      const pressed = { ...payloads.button.actions[0], action_id: action, action_ts: `1763700100.${presses}` }
      const envelope = server.deliver({ ...payloads.button, actions: [pressed] }, 'interactive')
      return () => server.acknowledged.has(envelope)
    },
    failNextSend: (fault) => server.failNext('chat.postMessage', faults[fault]),
    shown: () => server.posts.map((post) => toShown(post, server.called('chat.postMessage').at(-1)?.body)),
    connections: () => server.connections,
    close: () => server.close(),
  }
}

/** As JSON has it, or as a form does. */
function isFalse(value: unknown): boolean {
  return value === false || value === 'false'
}
