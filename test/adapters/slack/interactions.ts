import { readFileSync } from 'node:fs'
import { readSlackEvent } from '../../../adapters/slack/event.ts'
import type { SlackReader } from '../../../adapters/slack/reading.ts'
import type { Installation } from '../../../adapters/slack/workspaces.ts'

const file = readFileSync(new URL('../../fixtures/slack/interactions.json', import.meta.url), 'utf8')

interface Interaction extends Record<string, unknown> {
  readonly event: Readonly<Record<string, unknown>>
  readonly actions: readonly [Readonly<Record<string, unknown>>]
  readonly view: Readonly<Record<string, unknown>>
  readonly message: Readonly<Record<string, unknown>>
}
type Name = 'feedback' | 'select' | 'homeButton' | 'shortcut' | 'submission' | 'stop' | 'messagesTab' | 'fileOnly'

/** What is pressed, chosen, filled in and stopped; see test/fixtures/slack/README.md. */
export const interactions: Readonly<Record<Name, Interaction>> = JSON.parse(file)

/** One with some fields of a part of it replaced. */
export function altered(name: Name, part: 'event' | 'view' | 'message', fields: object): Interaction {
  return { ...interactions[name], [part]: { ...interactions[name][part], ...fields } }
}

/** One whose action has some fields replaced. */
export function pressing(name: Name, fields: object): Interaction {
  return { ...interactions[name], actions: [{ ...interactions[name].actions[0], ...fields }] }
}

/** The workspace of the fixtures. */
export const ours: Installation = {
  team: 'T0EXAMPLE',
  enterprise: undefined,
  isOrganisation: false,
  botUserId: 'U0BOT',
}

export const reader: SlackReader = {
  tenant: 'acme',
  agentView: true,
  receivedAt: new Date('2026-11-21T10:00:00Z'),
  find: (teams) => (teams.includes('T0EXAMPLE') ? ours : undefined),
}

/** The event that a payload is; its reading when it is none. */
export function eventOf(payload: unknown): unknown {
  const reading = readSlackEvent(payload, reader)
  return reading.kind === 'event' ? reading.event : reading
}
