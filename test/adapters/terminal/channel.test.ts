import { createTerminal, type Terminal } from '../../../adapters/terminal/terminal.ts'
import { createIntake } from '../../../handlers/intake.ts'
import { takeTurns } from '../../../handlers/turn.ts'
import type { ChatAnswer } from '../../../src/core/chat-client.ts'
import { keptContract } from '../../contracts/channel.ts'
import type { Read } from '../../contracts/channel/kept.ts'
import { openRig, tenant } from '../../handlers/rig.ts'

keptContract('terminal', async (answer) => {
  const rig = await openRig({ isIdle: true, answer: () => ({ kind: 'reply', text: answer }) })
  const { conversations, queue, observer, newId, now } = rig.parts
  const terminal: Terminal = createTerminal({
    tenant,
    conversations,
    toWireReceipt: () => ({}),
    linkHosts: new Set<string>(),
    newId,
    now,
  })
  const onAnswered = (message: string): void => terminal.onAnswered(message)
  const parts = { ...rig.parts, channels: new Map([['terminal', terminal] as const]), onAnswered }
  await queue.work((key) => takeTurns(key, parts))
  await terminal.start(createIntake({ inbox: rig.store.inbox, revisions: rig.store.revisions, queue, observer }))
  let conversation: string | undefined
  const toRead = (read: ChatAnswer): Read => {
    conversation = read.conversation
    return {
      texts: read.replies.map(({ text }) => text),
      buttons: read.replies.flatMap(({ actions }) => actions.map(({ id }) => id)),
    }
  }
  return {
    channel: terminal,
    say: async (text) => toRead(await terminal.client.say(text)),
    press: async (action) => toRead(await terminal.client.press(action)),
    turns: async () => await rig.turns(conversation),
    close: async () => {
      await terminal.stop()
      await rig.close()
    },
  }
})
