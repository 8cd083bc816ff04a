import { uuidv7 } from 'uuidv7'
import { createBullmqQueue } from '../../adapters/queue/bullmq.ts'
import { readSlackEvent } from '../../adapters/slack/event.ts'
import { openStore } from '../../adapters/store/store.ts'
import type { Message } from '../../src/core/message.ts'
import { exampleWorkspace } from '../../test/servers/slack/workspaces.ts'
import { tenant } from './contenders.ts'
import { toBody } from './questions.ts'

interface Place {
  readonly postgres: string
  readonly redis: string
}

/** Stores messages that nobody has answered, and wakes their conversations, as a process would that only takes messages in. */
export async function storeBacklog(count: number, { postgres, redis }: Place): Promise<void> {
  const store = await openStore({ kind: 'postgres', url: postgres, tenant }, () => new Date(), uuidv7)
  const queue = await createBullmqQueue({ url: redis, prefix: `tuppence-${tenant}` })
  try {
    const begunAt = Math.floor(Date.now() / 1000)
    for (let index = 0; index < count; index += 1) {
      const message = messageOf(toBody(index, begunAt))
      await store.inbox.accept(message)
      await queue.wake(message)
    }
  } finally {
    await queue.stop()
    await store.close()
  }
}

function messageOf(body: string): Message {
  const { team, bot: botId, user: botUserId } = exampleWorkspace
  const workspace = { team, botId, botUserId, enterprise: undefined, isOrganisation: false }
  const reading = readSlackEvent(JSON.parse(body), {
    tenant,
    agentView: true,
    receivedAt: new Date(),
    find: () => workspace,
  })
  if (reading.kind !== 'event' || reading.event.kind !== 'message') throw new TypeError(`${body} is no message`)
  return reading.event.message
}
