import type { REST } from 'discord.js'
import type { Intake } from '../../src/core/ports.ts'
import { pause } from '../../src/core/pause.ts'
import { type Answer, type Answering, answerOf, deferralOf, onlyToThem } from './answer.ts'
import { type Body, ephemeral } from './body.ts'
import { isUnknownWebhook, toChannelError } from './failure.ts'
import type { Interaction } from './interaction.ts'

/** Discord waits 3 seconds for the first answer; the way there and back needs some of it. */
const deferAfterMs = 2000
const mostTries = 5
const pauseBetweenTriesMs = 200

/** How the first answer reaches Discord: by a call of ours, or as the answer to its own request. */
export interface Door {
  /** Whether the first answer can carry a picture. */
  readonly takesFiles: boolean
  say(answer: Answer): Promise<void>
  /** What whoever acted is told of a failure to store what they did. */
  refuse(): Promise<void>
}

/** One interaction, and the work that has to be done before it counts. */
export interface Work {
  readonly interaction: Interaction
  readonly store: () => Promise<Intake>
  readonly door: Door
}

export interface Responding extends Answering {
  readonly rest: REST
  readonly onFailure: (error: unknown) => void
}

/**
 * Answers an interaction after it was stored. When that takes long, Discord is told that something is being done, and the
 * answer follows.
 */
export async function respond({ interaction, store, door }: Work, responding: Responding): Promise<void> {
  const working = new AbortController()
  const outcome = tryToStore(store, responding.onFailure).finally(() => working.abort())
  const isLate = pause(deferAfterMs, working.signal).then(() => !working.signal.aborted)
  if (!(await isLate)) {
    const intake = await outcome
    if (intake === undefined) return await door.refuse()
    const answer = answerOf(intake, interaction, responding)
    if (door.takesFiles || answer.files === undefined) {
      await door.say(answer)
      return await followUp(interaction, answer.rest ?? [], responding.rest)
    }
  }
  await door.say(deferralOf(interaction))
  const intake = await outcome
  const { sentences, rest } = responding
  const answer = intake === undefined ? onlyToThem(sentences.notStored) : answerOf(intake, interaction, responding)
  await finish(interaction, answer.type === 9 ? onlyToThem(sentences.tooSlow) : answer, rest)
}

async function tryToStore(store: Work['store'], onFailure: Responding['onFailure']): Promise<Intake | undefined> {
  try {
    return await store()
  } catch (error) {
    onFailure(error)
    return undefined
  }
}

/** Says after a deferral what became of it. A stored question is answered by the outbox. */
async function finish(interaction: Interaction, answer: Answer, rest: REST): Promise<void> {
  if (answer.type === 5 || answer.type === 6) return
  const { type, data, files = [], rest: more = [] } = answer
  const path = webhookOf(interaction)
  // "Is thinking" below a question is there for everybody, and whatever took its place would be as well.
  if (interaction.kind === 'ask')
    await insist(async () => await rest.delete(`${path}/messages/@original`, { auth: false }))
  const isChange = type === 7 || (interaction.kind !== 'ask' && deferralOf(interaction).type === 5)
  await insist(() =>
    isChange
      ? rest.patch(`${path}/messages/@original`, { body: visible(data ?? {}), files: [...files], auth: false })
      : rest.post(path, { body: data ?? {}, files: [...files], auth: false }),
  )
  await followUp(interaction, more, rest)
}

/** The rest of an answer, in its order. */
async function followUp(interaction: Interaction, bodies: readonly Body[], rest: REST): Promise<void> {
  for (const body of bodies) await insist(() => rest.post(webhookOf(interaction), { body, auth: false }))
}

/** Whether an existing message is for one person's eyes cannot be changed, and may not be said again. */
function visible(data: object): object {
  const flags: unknown = Reflect.get(data, 'flags')
  return typeof flags === 'number' ? { ...data, flags: flags & ~ephemeral } : data
}

/** Where an interaction is answered after its first answer. */
export function webhookOf({ application, token }: Pick<Interaction, 'application' | 'token'>): `/${string}` {
  return `/webhooks/${application}/${token}`
}

/**
 * Calls about an interaction whose first answer may still be on its way to Discord, which until then knows nothing of it.
 * @throws ChannelError
 */
export async function insist<Result>(call: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call()
    } catch (error) {
      if (!isUnknownWebhook(error) || tries === mostTries)
        throw toChannelError('Discord did not take the answer to a command or button', error)
    }
    await pause(pauseBetweenTriesMs)
  }
}
