import { cutText, type Message } from '../src/core/message.ts'
import { plain } from '../src/core/markup.ts'
import type { FormEvent, Given, Intake, ShortcutEvent } from '../src/core/ports.ts'
import type { Reply } from '../src/core/reply.ts'
import type { TeamRoles } from '../src/core/team.ts'
import type { Say } from '../src/core/wording.ts'
import type { Home } from './home.ts'
import type { TeamEvent, TeamIntake } from './intake.ts'
import type { Spend } from './spend/spend.ts'

/** What the desk does of all this. Undefined where something is not the desk's after all. */
export interface DeskIntake {
  press(message: Message): Promise<Intake | undefined>
  form(event: FormEvent): Promise<Intake | undefined>
  shortcut(event: ShortcutEvent): Promise<Intake | undefined>
  written(message: Message, given: Given): Promise<Intake | undefined>
}

export interface TeamParts {
  readonly desk: DeskIntake
  readonly spend: Spend
  readonly home: Home
  readonly roles: Pick<TeamRoles, 'isSupport'>
  readonly say: Say
}

/** Leads whatever the team and its admins do to where it is done. What nobody knows is answered kindly as well. */
export function createTeam(parts: TeamParts): TeamIntake {
  const { desk, spend, home, roles, say } = parts
  const notKnown = (): Intake => shown(say('press.unknown'))
  return {
    ask: async (event) => (await ask(event, parts)) ?? notKnown(),
    press: async (message) => {
      const { pressed } = message
      if (pressed === undefined) return undefined
      if (pressed.startsWith('spend:home:')) return await home.press(message, pressed)
      if (pressed.startsWith('spend:')) return await spend.press(message, pressed)
      return pressed.startsWith('desk:') ? ((await desk.press(message)) ?? notKnown()) : undefined
    },
    written: (message, given) => desk.written(message, given),
    isSupport: ({ channel, author, address }) => roles.isSupport({ channel, author: author.id, address }),
    refusal: () => toReply(say('press.not-yours')),
  }
}

async function ask(event: TeamEvent, { desk, spend, home, say }: TeamParts): Promise<Intake | undefined> {
  switch (event.kind) {
    case 'command':
      if (event.name === 'spend') return await spend.command(event)
      return shown(say('press.unknown-command', { name: plain(cutText(event.name, 40)) }))
    case 'shortcut':
      return await desk.shortcut(event)
    case 'form':
      return event.form.startsWith('desk:') ? await desk.form(event) : undefined
    case 'home':
      return await home.open(event)
  }
}

function shown(text: string): Intake {
  return { kind: 'shown', reply: toReply(text) }
}

function toReply(text: string): Reply {
  return { text, actions: [], audience: 'customer' }
}
